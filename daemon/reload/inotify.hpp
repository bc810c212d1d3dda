#pragma once
// inotify(7) as values. Never blocks, but for what the file system takes to find a directory.

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/errors/error.hpp"
#include "daemon/reload/edit_watch.hpp"
#include "daemon/reload/places.hpp"

namespace curfew::daemon {

class Inotify {
  public:
    static core::Result<Inotify> open();
    Inotify() = default;  // not open: nothing is watched, nothing is heard
    ~Inotify();
    Inotify(Inotify&& other) noexcept;
    Inotify& operator=(Inotify&& other) noexcept;

    int descriptor() const { return descriptor_; }

    // These directories and no others. What could not be watched, and why; one that is not there is not among
    // them, for when it comes its own directory tells.
    std::vector<std::pair<std::string, core::Error>> watch(const Places& places);

    // What has happened since.
    std::vector<EditEvent> read();

  private:
    int descriptor_ = -1;
    std::map<int, std::set<std::string>> directories_;  // by watch; mounts can give one several names
};

}  // namespace curfew::daemon
