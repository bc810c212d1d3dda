#include "daemon/store/locks.hpp"

#include <cerrno>
#include <limits>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/store/store_error.hpp"

namespace curfew::daemon {
namespace {

constexpr std::uint64_t opening_byte = std::numeric_limits<off_t>::max() - 1;

struct flock one_byte(std::uint64_t byte, short type) {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = static_cast<off_t>(byte);
    lock.l_len = 1;
    return lock;
}

}  // namespace

Locks::Descriptor::~Descriptor() {
    if (number >= 0) ::close(number);
}

core::Result<Locks> Locks::open(const std::string& path, bool as_daemon) {
    constexpr int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    auto descriptor = std::make_unique<Descriptor>(::open(path.c_str(), flags, 0640));
    if (descriptor->number < 0) return system_error(errno, path);
    struct stat found {};
    if (::fstat(descriptor->number, &found) != 0) return system_error(errno, path);
    if (!S_ISREG(found.st_mode)) return store_error(StoreError::not_a_file, path);
    Locks locks{path, std::move(descriptor)};
    if (as_daemon) {
        const auto alone = locks.take(0);
        if (!alone) return alone.error();
    }
    return locks;
}

core::Result<void> Locks::take(std::uint64_t byte) {
    auto lock = one_byte(byte, F_WRLCK);
    if (::fcntl(descriptor_->number, F_OFD_SETLK, &lock) != 0) {
        const bool somebody_has_it = errno == EAGAIN || errno == EACCES;
        if (somebody_has_it) return store_error(StoreError::lock_violation, path_);
        return system_error(errno, path_);
    }
    held_.insert(byte);
    return {};
}

core::Result<void> Locks::begin_opening() {
    auto lock = one_byte(opening_byte, F_WRLCK);
    while (::fcntl(descriptor_->number, F_OFD_SETLKW, &lock) != 0) {
        if (errno != EINTR) return system_error(errno, path_);
    }
    return {};
}

void Locks::end_opening() {
    auto lock = one_byte(opening_byte, F_UNLCK);
    ::fcntl(descriptor_->number, F_OFD_SETLK, &lock);
}

core::Result<void> Locks::lock_run(std::uint64_t run) {
    return take(run);
}

void Locks::unlock_run(std::uint64_t run) {
    auto lock = one_byte(run, F_UNLCK);
    ::fcntl(descriptor_->number, F_OFD_SETLK, &lock);
    held_.erase(run);
}

core::Result<bool> Locks::is_running(std::uint64_t run) const {
    auto lock = one_byte(run, F_WRLCK);
    if (::fcntl(descriptor_->number, F_OFD_GETLK, &lock) != 0) return system_error(errno, path_);
    return lock.l_type != F_UNLCK;
}

core::Result<void> Locks::still_there() const {
    struct stat mine {};
    if (::fstat(descriptor_->number, &mine) != 0) return system_error(errno, path_);
    if (identity_of(path_) == FileIdentity{mine.st_dev, mine.st_ino}) return {};
    return store_error(StoreError::moved, path_);
}

core::Result<void> Locks::renew() {
    auto anew = open(path_, false);
    if (!anew) return anew.error();
    for (const auto byte : held_) {
        const auto taken = anew->take(byte);
        if (!taken) return taken.error();
    }
    *this = std::move(*anew);
    return {};
}

}  // namespace curfew::daemon
