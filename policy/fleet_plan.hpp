#pragma once
// The planner in one piece: from looks at a whole fleet, the policy, the time, and what is remembered of
// earlier looks and calls, to what is ended and what is withheld. The daemon does the same look by look,
// server by server, with the gate for the limits; this says in one place what that has to come to.

#include <map>
#include <span>
#include <string>
#include <vector>

#include "policy/fleet_summary.hpp"
#include "policy/limit_ledger.hpp"
#include "policy/server_plan.hpp"

namespace curfew::policy {

struct FleetMemory {
    std::map<std::string, ServerMemory> servers;  // by name
    Trips trips;
    LimitLedger ledger;
};

struct PlannedDisconnect {
    std::size_t look = 0;
    Disconnect disconnect;
};
struct PlannedWithheld {
    std::size_t look = 0;
    Withheld withheld;
};

struct FleetPlan {
    // In the order in which limits bite: rules, then the longest idle, unknown last, then by the names of
    // servers.
    std::vector<PlannedDisconnect> disconnects;
    std::vector<PlannedWithheld> withheld;
    std::vector<Trip> trips;                       // new ones
    std::vector<std::vector<Decision>> decisions;  // by look and session
};

// One look a server, all taken within polling.interval or so; names are unique. `complete`: they are all
// servers of the fleet, and none could not be asked. Limits are spent on every disconnect in the plan.
FleetPlan plan_fleet(const Policy& policy, std::span<const ServerLook> looks, bool complete,
                     FleetMemory& memory, core::SteadyTime now);

}  // namespace curfew::policy
