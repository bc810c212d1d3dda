#include "daemon/reload/file_poll.hpp"

#include <utility>

#include <sys/stat.h>

namespace curfew::daemon {

FileMark look_at(const std::string& path) {
    struct stat seen {};
    if (::stat(path.c_str(), &seen) != 0) return {};
    constexpr std::int64_t second = 1'000'000'000;
    return {true, seen.st_dev, seen.st_ino, seen.st_size,
            std::int64_t{seen.st_mtim.tv_sec} * second + std::int64_t{seen.st_mtim.tv_nsec}};
}

bool FilePoll::saw(Fingerprint seen, core::SteadyTime at) {
    if (!known_) known_ = seen;
    if (seen == *known_) {
        unrest_.reset();
        next_ = at + interval;
        return false;
    }
    if (unrest_ != seen) {
        unrest_ = std::move(seen);
        next_ = at + rest;
        return false;
    }
    known_ = std::exchange(unrest_, std::nullopt);
    next_ = at + interval;
    return true;
}

}  // namespace curfew::daemon
