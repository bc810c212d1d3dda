#pragma once
// What one visit to one server is: look, decide, report to the fleet, and take to the gate what has to go.

#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "daemon/clock.hpp"
#include "daemon/fleet/fleet_state.hpp"
#include "daemon/fleet/member.hpp"
#include "daemon/fleet/sayings.hpp"
#include "daemon/fleet/watcher.hpp"
#include "daemon/gate/gate.hpp"
#include "daemon/log/log.hpp"
#include "daemon/names/client_names.hpp"

namespace curfew::daemon {

class Enforcer {
  public:
    Enforcer(FleetState& fleet, Gate& gate, Clock& clock, Log& log, bool observe)
        : fleet_(fleet), gate_(gate), clock_(clock), log_(log), observe_(observe) {}

    // Before the first visit.
    void watched_by(Watcher& watcher) { watcher_ = &watcher; }

    // On the member's strand. False when the server could not be asked.
    boost::asio::awaitable<bool> visit(Members::Shared member);

    // From now on nothing new is begun; a visit at the gate goes on to its end.
    void stop() { stopping_ = true; }

  private:
    boost::asio::awaitable<bool> visit(Member& member, policy::ServerMemory& memory);
    // Returns the sessions of the look that are there no more.
    boost::asio::awaitable<std::set<std::size_t>> enforce(Member& member, policy::ServerMemory& memory,
                                                          SharedEdition edition,
                                                          const policy::ServerLook& look,
                                                          const policy::ServerPlan& plan,
                                                          const policy::Crowd& crowd);
    // What the bans in force want there, to the gate, before what the rules want. Adds to `gone`.
    boost::asio::awaitable<void> enforce_bans(Member& member, policy::ServerMemory& memory,
                                              SharedEdition edition, const policy::ServerLook& look,
                                              const policy::ServerPlan& plan, const policy::Crowd& crowd,
                                              WithheldRound& round, std::set<std::size_t>& gone);
    // While a ban is in force no server that it may end somebody on sleeps longer than this after a look;
    // `asked` and `looked_at`: when the look began, and when it was answered.
    std::optional<core::SteadyTime> look_for_bans_at(const Member& member, const Edition& edition,
                                                     core::SteadyTime asked,
                                                     core::SteadyTime looked_at) const;
    void reckon_next_look(Member& member, const SharedEdition& edition, const policy::ServerMemory& memory,
                          const policy::ServerLook& look, const policy::ServerPlan& plan,
                          const std::set<std::size_t>& gone, core::SteadyTime asked);
    void notice_jumps(Member& member, policy::ServerMemory& memory, const core::Now& at);
    void say_rules_that_changed(const SharedEdition& edition, core::WallTime now);

    FleetState& fleet_;
    Gate& gate_;
    Clock& clock_;
    Log& log_;
    bool observe_;
    Watcher* watcher_ = nullptr;
    std::mutex rules_mutex_;
    SharedEdition rules_of_;      // that the next is about
    std::vector<bool> rules_on_;  // when last looked at; said when it changes
    std::mutex jumps_mutex_;
    core::SteadyTime last_jump_said_ = core::SteadyTime::min();
    std::atomic<bool> stopping_ = false;
};

}  // namespace curfew::daemon
