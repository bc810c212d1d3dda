#pragma once
// When an edited configuration is to be read: a state machine over what the file system tells, without any
// I/O. Times are handed in.
//
// It waits until nothing has happened for 300 ms, but for no more than 3 s after the first change. A file
// that was written to and is not closed yet is half-written and holds the reading back, for up to 30 s after
// its last modification. So does, for 2 s, a file or link that is gone and not back: editors put one away
// before they bring the next.

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "core/time.hpp"
#include "daemon/reload/places.hpp"

namespace curfew::daemon {

struct EditEvent {
    enum class Kind {
        modified,    // written to, and not closed yet
        created,     // a new file, that whoever made it has open
        written,     // closed after writing
        linked,      // new and complete: a link, a directory
        moved_to,    // renamed to this name
        moved_from,  // renamed away
        deleted,
        attrib,    // rights, owner, times
        gone,      // the directory itself, with all in it; no name
        overflow,  // events were lost: anything may have happened; neither directory nor name
    } kind = Kind::written;
    std::string directory;  // as in Places
    std::string name;
};

class EditWatch {
  public:
    static constexpr core::Milliseconds quiet{300};
    static constexpr core::Seconds patience{3};
    static constexpr core::Seconds half_written{30};
    static constexpr core::Seconds away{2};

    // What counts from now on. What was seen before is not forgotten.
    void expect(Places places);
    const Places& places() const { return places_; }

    // True: a way may lead elsewhere now, so the places have to be found anew.
    bool saw(const EditEvent& event, core::SteadyTime at);
    // Something changed, whoever noticed.
    void changed(core::SteadyTime at);

    // When to read, unless something happens before; empty: nothing has changed.
    std::optional<core::SteadyTime> due() const;
    // It is read now.
    void taken(core::SteadyTime at);

  private:
    using Name = std::pair<std::string, std::string>;  // directory, name

    std::optional<core::SteadyTime> held_back() const;

    Places places_;
    std::optional<core::SteadyTime> first_;  // change that was not read
    core::SteadyTime last_{};
    std::map<Name, core::SteadyTime> waits_;  // for these, until then
};

}  // namespace curfew::daemon
