#pragma once
// The configuration on disk becomes the one in force: read whole or not at all, judged, and then put into
// force without touching what it does not change.

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "daemon/commands/runtime.hpp"
#include "daemon/control/messages.hpp"
#include "daemon/fleet/watcher.hpp"
#include "daemon/running/recorder.hpp"
#include "daemon/running/status_book.hpp"
#include "daemon/scheduler/scheduler.hpp"

namespace curfew::daemon {

struct Reloaded {
    enum class Is {
        in_force,   // another one than before
        unchanged,  // the file says what is in force already
        refused,    // it has errors
        waits,      // for somebody to say `curfew reload --confirm`
    } is = Is::unchanged;
    std::string digest;                // of what was read; empty where it was refused
    std::vector<std::string> reasons;  // the errors, file:line:column first; or why it waits
    std::vector<std::string> warnings;
    std::string changed;  // in a few words
    // Where something else was confirmed than waits: says what was, and what waits now. Nothing is then
    // changed by having asked.
    std::optional<std::string> not_that_one;
};

class Reloader {
  public:
    Reloader(Runtime& runtime, Scheduler& scheduler, StatusBook& book, Watcher& watchers);
    void recorded_by(Recorder& recorder) { recorder_ = &recorder; }  // before the first reading

    // Blocks; from any thread but those that serve connections. One after the other.
    Reloaded read(const ReloadRequest& asked);

    // Where a change may change what is read: as of the last reading.
    struct Places {
        std::vector<std::string> files;
        std::vector<std::string> directories;
    };
    Places places() const;
    core::WallTime in_force_since() const;

    // Told of every other configuration when everybody works under it. Set before the first reading.
    std::function<void(const config::Config&)> in_force;

  private:
    Reloaded judge(config::Loaded loaded, const ReloadRequest& asked);
    std::vector<std::string> reasons_to_wait(const std::shared_ptr<const config::Config>& next) const;
    void put_into_force(const std::shared_ptr<const config::Config>& next,
                        const std::vector<config::FileText>& texts);
    void let_go(const Members::Shared& member);
    void say(const Reloaded& reloaded);

    Runtime& runtime_;
    Scheduler& scheduler_;
    StatusBook& book_;
    Watcher& watchers_;
    Recorder* recorder_ = nullptr;
    std::mutex one_at_a_time_;
    std::string waits_;         // the digest of what was said to wait; under that lock
    mutable std::mutex mutex_;  // the rest
    Places places_;
    std::vector<std::shared_ptr<ClientNames>> retired_names_;
    core::WallTime since_;
    std::string said_;  // what was said of the file last, so that it is said once
};

// As they would be seen under that edition: servers that it has, with the traits it gives them, of looks that
// still count.
std::vector<policy::ServerLook> looks_under(const Edition& edition, const FleetState& fleet,
                                            const StatusBook& book, core::SteadyTime now);

}  // namespace curfew::daemon
