#pragma once
// Looks at servers right before a call on another one counts on them: what `concurrent` needs. What they say
// goes to the fleet's knowledge of who is there, and nowhere else; the visits of those servers have their own
// looks.

#include <deque>

#include "daemon/clock.hpp"
#include "daemon/fleet/fleet_state.hpp"
#include "daemon/fleet/member.hpp"
#include "daemon/gate/gate.hpp"
#include "daemon/names/client_names.hpp"

namespace curfew::daemon {

class OtherServers : public Witnesses {
  public:
    OtherServers(std::deque<Member>& members, const config::Config& config, FleetState& fleet, Clock& clock,
                 ClientNames* names = nullptr)
        : members_(members), config_(config), fleet_(fleet), clock_(clock), names_(names) {}

    boost::asio::awaitable<void> ask(const std::vector<std::string>& servers) override;

  private:
    boost::asio::awaitable<void> ask(Member& member, core::SteadyTime deadline);

    std::deque<Member>& members_;
    const config::Config& config_;
    FleetState& fleet_;
    Clock& clock_;
    ClientNames* names_;
};

}  // namespace curfew::daemon
