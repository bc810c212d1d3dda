#include "daemon/control/socket_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/control/unix_address.hpp"

namespace curfew::daemon {
namespace {

constexpr int backlog = 64;

core::Error failed(int error, std::string context) {
    return {{error, boost::system::generic_category()}, std::move(context)};
}

// A descriptor until somebody takes it.
struct Descriptor {
    int number = -1;
    explicit Descriptor(int taken) : number(taken) {}
    ~Descriptor() {
        if (number >= 0) ::close(number);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int take() { return std::exchange(number, -1); }
};

// The directory in which the socket is made, gone with whatever is left in it.
struct Workshop {
    std::string directory;
    std::string socket;
    explicit Workshop(std::string made) : directory(std::move(made)), socket(directory + "/s") {}
    ~Workshop() {
        ::unlink(socket.c_str());
        ::rmdir(directory.c_str());
    }
    Workshop(const Workshop&) = delete;
    Workshop& operator=(const Workshop&) = delete;
};

struct Ids {
    uid_t uid = static_cast<uid_t>(-1);  // as it is
    gid_t gid = static_cast<gid_t>(-1);
};

// The number of a user or group by name. `lookup` is getpwnam_r or getgrnam_r.
template <class Entry, class Lookup>
core::Result<Entry> looked_up(const std::string& name, const char* what, Lookup lookup) {
    std::vector<char> room(1024);
    Entry entry{};
    Entry* found = nullptr;
    int error = lookup(name.c_str(), &entry, room.data(), room.size(), &found);
    while (error == ERANGE && room.size() < (1u << 20)) {
        room.resize(room.size() * 2);
        error = lookup(name.c_str(), &entry, room.data(), room.size(), &found);
    }
    if (found == nullptr)
        return failed(error == 0 ? EINVAL : error,
                      "control: this machine knows no " + std::string{what} + " `" + name + "`");
    return entry;
}

core::Result<Ids> ids_of(const config::Control& control) {
    Ids ids;
    if (control.owner) {
        const auto user = looked_up<passwd>(*control.owner, "user", ::getpwnam_r);
        if (!user) return user.error();
        ids.uid = user->pw_uid;
    }
    if (control.group) {
        const auto group = looked_up<::group>(*control.group, "group", ::getgrnam_r);
        if (!group) return group.error();
        ids.gid = group->gr_gid;
    }
    return ids;
}

bool same_file(const struct stat& a, const struct stat& b) {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// What is at the path and may be replaced, nothing where the path is free, an error where it has to stay.
core::Result<std::optional<struct stat>> stale_at(const std::string& path, const UnixAddress& address) {
    struct stat there {};
    if (::lstat(path.c_str(), &there) != 0) {
        if (errno == ENOENT) return std::optional<struct stat>{};
        return failed(errno, "control: " + path);
    }
    if (!S_ISSOCK(there.st_mode))
        return failed(EEXIST, "control: " + path + " is there and no socket; it is left as it is");
    const Descriptor probe{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (probe.number < 0) return failed(errno, "control: socket");
    if (::connect(probe.number, address.get(), address.size()) == 0 || errno == EAGAIN)
        return failed(EADDRINUSE, "control: somebody listens on " + path +
                                      ": another curfew is running, or another program has it");
    if (errno == ECONNREFUSED) return std::optional<struct stat>{there};
    return failed(errno, "control: " + path + " is there, and whether anybody listens on it is unknown");
}

// Puts the socket into its place. Two daemons that start at the same moment do not take it from each other:
// what was stale has to be what is there still.
core::Result<void> put(const std::string& made, const std::string& path,
                       const std::optional<struct stat>& stale) {
    if (!stale) {
        if (::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0) return {};
        return failed(errno, "control: " + path);
    }
    if (::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, path.c_str(), RENAME_EXCHANGE) != 0)
        return failed(errno, "control: " + path);
    struct stat taken {};
    if (::lstat(made.c_str(), &taken) == 0 && same_file(taken, *stale)) return {};
    static_cast<void>(::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, path.c_str(), RENAME_EXCHANGE));
    return failed(EADDRINUSE, "control: somebody else made " + path + " at the same moment");
}

}  // namespace

core::Result<SocketFile> SocketFile::make(const config::Control& control) {
    const auto& path = control.socket;
    const auto address = UnixAddress::of(path);
    if (!address) return address.error();
    const auto ids = ids_of(control);
    if (!ids) return ids.error();
    const auto stale = stale_at(path, *address);
    if (!stale) return stale.error();

    std::string directory = path.substr(0, path.rfind('/') + 1) + ".cfXXXXXX";
    if (::mkdtemp(directory.data()) == nullptr)
        return failed(errno, "control: cannot make a socket in the directory of " + path);
    const Workshop workshop{directory};
    const auto made_at = UnixAddress::of(workshop.socket);
    if (!made_at) return made_at.error();
    Descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (socket.number < 0) return failed(errno, "control: socket");
    const char* made = workshop.socket.c_str();
    if (::bind(socket.number, made_at->get(), made_at->size()) != 0)
        return failed(errno, "control: cannot make " + path);
    if ((control.owner || control.group) && ::lchown(made, ids->uid, ids->gid) != 0)
        return failed(errno, "control: cannot give " + path + " to " + control.owner.value_or("its owner") +
                                 ":" + control.group.value_or("its group") +
                                 "; only root gives files away, and others only to a group they are in");
    if (::chmod(made, control.mode) != 0) return failed(errno, "control: cannot set the mode of " + path);
    if (::listen(socket.number, backlog) != 0) return failed(errno, "control: listen");
    struct stat own {};
    if (::lstat(made, &own) != 0) return failed(errno, "control: " + path);
    if (const auto placed = put(workshop.socket, path, *stale); !placed) return placed.error();

    SocketFile file;
    file.descriptor_ = socket.take();
    file.path_ = path;
    file.device_ = own.st_dev;
    file.inode_ = own.st_ino;
    return file;
}

SocketFile::~SocketFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

SocketFile::SocketFile(SocketFile&& other) noexcept {
    *this = std::move(other);
}

SocketFile& SocketFile::operator=(SocketFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(path_, other.path_);
    std::swap(device_, other.device_);
    std::swap(inode_, other.inode_);
    return *this;
}

int SocketFile::release() {
    return std::exchange(descriptor_, -1);
}

void SocketFile::remove() {
    struct stat there {};
    const auto path = std::exchange(path_, {});
    if (path.empty() || ::lstat(path.c_str(), &there) != 0) return;
    if (there.st_dev == device_ && there.st_ino == inode_) ::unlink(path.c_str());
}

}  // namespace curfew::daemon
