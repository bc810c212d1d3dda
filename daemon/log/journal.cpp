#include "daemon/log/journal.hpp"

#include <cstdlib>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

namespace curfew::daemon {

bool is_journal(std::string_view journal_stream, int descriptor) {
    struct stat about {};
    if (::fstat(descriptor, &about) != 0) return false;
    return journal_stream == std::to_string(about.st_dev) + ':' + std::to_string(about.st_ino);
}

bool standard_error_is_journal() {
    const char* stream = std::getenv("JOURNAL_STREAM");
    return stream != nullptr && is_journal(stream, STDERR_FILENO);
}

}  // namespace curfew::daemon
