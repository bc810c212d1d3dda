#pragma once
// What one visit to one server is: look, decide, report to the fleet, and take to the gate what has to go.

#include <atomic>
#include <memory>
#include <vector>

#include "daemon/clock.hpp"
#include "daemon/fleet/fleet_state.hpp"
#include "daemon/fleet/member.hpp"
#include "daemon/fleet/watcher.hpp"
#include "daemon/gate/gate.hpp"
#include "daemon/log/log.hpp"
#include "daemon/names/client_names.hpp"

namespace curfew::daemon {

class Enforcer {
  public:
    Enforcer(const config::Config& config, FleetState& fleet, Gate& gate, Clock& clock, Log& log,
             bool observe, ClientNames* names = nullptr)
        : config_(config),
          fleet_(fleet),
          gate_(gate),
          clock_(clock),
          log_(log),
          observe_(observe),
          names_(names) {}

    // Before the first visit.
    void watched_by(Watcher& watcher) { watcher_ = &watcher; }

    // On the member's strand. False when the server could not be asked.
    boost::asio::awaitable<bool> visit(Member& member);

    // From now on nothing new is begun; a visit at the gate goes on to its end.
    void stop() { stopping_ = true; }

  private:
    boost::asio::awaitable<bool> visit(Member& member, policy::ServerMemory& memory);
    boost::asio::awaitable<void> enforce(Member& member, policy::ServerMemory& memory,
                                         const policy::ServerLook& look, const policy::ServerPlan& plan,
                                         const policy::Crowd& crowd);
    Access access_to(Member& member) const;
    void say_rules_that_changed(core::WallTime now);
    std::string rule_name(const std::optional<std::size_t>& rule) const;

    const config::Config& config_;
    FleetState& fleet_;
    Gate& gate_;
    Clock& clock_;
    Log& log_;
    bool observe_;
    ClientNames* names_;  // null: clients go by what servers report
    Watcher* watcher_ = nullptr;
    std::mutex rules_mutex_;
    std::vector<bool> rules_on_;  // when last looked at; said when it changes
    std::atomic<bool> stopping_ = false;
};

}  // namespace curfew::daemon
