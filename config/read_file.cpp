#include "config/read_file.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

namespace curfew::config {
namespace {

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

  private:
    int fd_;
};

Wrong system_error() {
    return {std::generic_category().message(errno)};
}

}  // namespace

Parsed<std::string> read_file(const std::string& path, std::size_t limit) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.get() < 0) return system_error();
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return system_error();
    if (S_ISDIR(status.st_mode)) return Wrong{std::generic_category().message(EISDIR)};
    if (!S_ISREG(status.st_mode)) return Wrong{"not a regular file"};
    std::string text(limit, '\0');
    std::size_t size = 0;
    while (size < limit) {
        const ssize_t got = ::read(file.get(), text.data() + size, limit - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error();
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    text.resize(size);
    return Parsed<std::string>(boost::system::in_place_value, std::move(text));
}

Parsed<std::vector<std::string>> match_files(const std::string& pattern) {
    std::vector<std::string> out;
    glob_t found{};
    // A directory that cannot be read is an error: what was to be included would be silently left out. One
    // that is not there holds nothing.
    const auto give_up = [](const char*, int error) { return error == ENOENT ? 0 : 1; };
    const int result = ::glob(pattern.c_str(), GLOB_NOSORT, give_up, &found);
    const int reason = errno;
    if (result == 0) out.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    ::globfree(&found);
    if (result != 0 && result != GLOB_NOMATCH) return Wrong{std::generic_category().message(reason)};
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace curfew::config
