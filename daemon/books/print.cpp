#include "daemon/books/print.hpp"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "daemon/commands/commands.hpp"

namespace curfew::daemon {

bool print(std::string_view text) {
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
}

int printed() {
    const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    if (written) return exit_done;
    const auto why = std::generic_category().message(errno);
    std::fprintf(stderr, "the result could not be written: %s\n", why.c_str());
    return exit_failed;
}

}  // namespace curfew::daemon
