#include "daemon/reload/inotify.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace curfew::daemon {
namespace {

core::Error last_error(std::string context) {
    const int error = errno;
    if (error == ENOSPC) context += "; raise fs.inotify.max_user_watches (sysctl)";
    if (error == EMFILE) context += "; raise fs.inotify.max_user_instances (sysctl) or the descriptors";
    return {{error, boost::system::system_category()}, std::move(context)};
}

constexpr std::uint32_t comings_and_goings =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;

std::uint32_t mask_of(const Place& place) {
    const bool has_files = place.everything || !place.files.empty();
    // Added to what there is: mounts can give one directory two places.
    return IN_ONLYDIR | IN_MASK_ADD | comings_and_goings | (has_files ? IN_MODIFY | IN_CLOSE_WRITE : 0U);
}

// A link is complete when it is there; so is another name for a file that has one already.
bool complete(const std::string& path) {
    struct stat seen {};
    return ::lstat(path.c_str(), &seen) == 0 && (!S_ISREG(seen.st_mode) || seen.st_nlink > 1);
}

std::optional<EditEvent::Kind> kind_of(std::uint32_t mask) {
    using Kind = EditEvent::Kind;
    if ((mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) != 0) return Kind::gone;
    if ((mask & IN_CREATE) != 0) return (mask & IN_ISDIR) != 0 ? Kind::linked : Kind::created;
    if ((mask & IN_DELETE) != 0) return Kind::deleted;
    if ((mask & IN_MOVED_FROM) != 0) return Kind::moved_from;
    if ((mask & IN_MOVED_TO) != 0) return Kind::moved_to;
    if ((mask & IN_CLOSE_WRITE) != 0) return Kind::written;
    if ((mask & IN_MODIFY) != 0) return Kind::modified;
    if ((mask & IN_ATTRIB) != 0) return Kind::attrib;
    return std::nullopt;
}

}  // namespace

core::Result<Inotify> Inotify::open() {
    Inotify opened;
    opened.descriptor_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (opened.descriptor_ < 0) return last_error("edits are not noticed at once");
    return opened;
}

Inotify::~Inotify() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Inotify::Inotify(Inotify&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), directories_(std::move(other.directories_)) {}

Inotify& Inotify::operator=(Inotify&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(directories_, other.directories_);
    return *this;
}

std::vector<std::pair<std::string, core::Error>> Inotify::watch(const Places& places) {
    std::vector<std::pair<std::string, core::Error>> failed;
    // A directory that was replaced by another of its name gets another watch; one that was not keeps its
    // own.
    std::map<int, std::set<std::string>> watched;
    for (const auto& [directory, place] : places) {
        const int watch = ::inotify_add_watch(descriptor_, directory.c_str(), mask_of(place));
        if (watch >= 0) {
            watched[watch].insert(directory);
        } else if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP) {
            failed.emplace_back(directory, last_error("edits in " + directory + " are not noticed at once"));
        }
    }
    for (const auto& [watch, names] : directories_) {
        if (!watched.contains(watch)) ::inotify_rm_watch(descriptor_, watch);
    }
    directories_ = std::move(watched);
    return failed;
}

std::vector<EditEvent> Inotify::read() {
    std::vector<EditEvent> events;
    if (descriptor_ < 0) return events;
    std::array<char, 16'384> bytes{};
    for (;;) {
        const auto length = ::read(descriptor_, bytes.data(), bytes.size());
        if (length < 0 && errno == EINTR) continue;
        if (length <= 0) return events;
        std::string_view rest{bytes.data(), static_cast<std::size_t>(length)};
        while (rest.size() >= sizeof(inotify_event)) {
            inotify_event head{};
            std::memcpy(&head, rest.data(), sizeof head);
            // Padded with NULs.
            std::string name{rest.substr(sizeof head, head.len)};
            name.resize(std::strlen(name.c_str()));
            rest.remove_prefix(std::min(rest.size(), sizeof head + head.len));
            if ((head.mask & IN_Q_OVERFLOW) != 0) {
                events.push_back({EditEvent::Kind::overflow, {}, {}});
                continue;
            }
            const auto found = directories_.find(head.wd);
            const auto kind = kind_of(head.mask);
            if (found == directories_.end() || !kind) continue;
            for (const auto& directory : found->second) {
                auto what = *kind;
                if (what == EditEvent::Kind::created && complete(directory + "/" + name))
                    what = EditEvent::Kind::linked;
                events.push_back({what, directory, name});
            }
        }
    }
}

}  // namespace curfew::daemon
