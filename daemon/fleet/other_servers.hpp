#pragma once
// Looks at servers right before a call on another one counts on them: what `concurrent` needs. What they say
// goes to the fleet's knowledge of who is there, and nowhere else; the visits of those servers have their own
// looks.

#include "daemon/clock.hpp"
#include "daemon/fleet/fleet_state.hpp"
#include "daemon/fleet/member.hpp"
#include "daemon/gate/gate.hpp"
#include "daemon/names/client_names.hpp"

namespace curfew::daemon {

class OtherServers : public Witnesses {
  public:
    OtherServers(Members& members, FleetState& fleet, Clock& clock)
        : members_(members), fleet_(fleet), clock_(clock) {}

    boost::asio::awaitable<void> ask(const std::vector<std::string>& servers) override;

  private:
    boost::asio::awaitable<void> ask(Members::Shared member, core::SteadyTime deadline);

    Members& members_;
    FleetState& fleet_;
    Clock& clock_;
};

}  // namespace curfew::daemon
