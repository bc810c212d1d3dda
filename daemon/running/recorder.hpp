#pragma once
// What happens and is no call, into the books: what an observing rule, server or file would have ended, once
// for each session; trips, and that they outlive the process.

#include <functional>

#include "daemon/clock.hpp"
#include "daemon/fleet/fleet_state.hpp"
#include "daemon/fleet/watcher.hpp"
#include "daemon/store/store.hpp"

namespace curfew::daemon {

class Recorder final : public Watcher {
  public:
    Recorder(Store& store, FleetState& fleet, Clock& clock) : store_(store), fleet_(fleet), clock_(clock) {}

    void withheld(const WithheldThere& event) override;
    void tripped(const policy::Trip& trip) override;

    // A person let a tripped rule act again.
    void resumed(const policy::Trip& trip, const std::string& who);
    void held(const Hold& hold);
    void released(const Hold& hold, const std::string& who);  // empty: its time was over
    void configured(const Edition& edition, const std::vector<config::FileText>& texts);

  private:
    Row row(std::string kind) const;

    Store& store_;
    FleetState& fleet_;
    Clock& clock_;
};

// The key of a note. All that `restore` reads begins with these.
inline constexpr const char* trip_notes = "trip/";
inline constexpr const char* hold_notes = "hold/";
inline constexpr const char* memory_notes = "memory/";
std::string trip_note(const policy::Trip& trip);
std::string hold_note(std::uint64_t id);

}  // namespace curfew::daemon
