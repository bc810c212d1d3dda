#include "policy/fleet_plan.hpp"

#include <algorithm>
#include <tuple>

namespace curfew::policy {
namespace {

// All rules that decided about a target: where one of them is tripped, none of it is ended.
bool tripped(const Policy& policy, const Trips& trips, const ServerLook& look, const Disconnect& disconnect,
             const std::vector<Decision>& decisions) {
    return std::any_of(disconnect.targets.begin(), disconnect.targets.end(), [&](std::size_t target) {
        return trips.holds(policy.rules[*decisions[target].rule].key, look.server.traits.name);
    });
}

void sort_as_limits_bite(std::vector<PlannedDisconnect>& all, const std::vector<ServerLook>& looks) {
    std::vector<std::size_t> order(all.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto key = [&](std::size_t i) {
        const Disconnect& one = all[i].disconnect;
        return std::tuple{one.rule, !one.idle, one.idle ? -one.idle->count() : 0,
                          std::string_view{looks[all[i].look].server.traits.name}, i};
    };
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    std::vector<PlannedDisconnect> sorted;
    for (const std::size_t i : order) sorted.push_back(std::move(all[i]));
    all = std::move(sorted);
}

LimitRequest request_of(const Policy& policy, const ServerLook& look, const Disconnect& wanted) {
    const SessionFacts* named = &look.sessions[wanted.targets.front()];
    for (const std::size_t target : wanted.targets) {
        const SessionFacts& session = look.sessions[target];
        if (session.reported.client == wanted.client.text() && session.reported.user == wanted.user.text())
            named = &session;
    }
    return {look.server.traits.name, named->client_key, named->user_key, &policy.rules[wanted.rule],
            static_cast<std::uint32_t>(wanted.targets.size())};
}

}  // namespace

FleetPlan plan_fleet(const Policy& policy, std::span<const ServerLook> looks, bool complete,
                     FleetMemory& memory, core::SteadyTime now) {
    std::vector<ServerLook> told(looks.begin(), looks.end());
    std::vector<const ServerLook*> pointers;
    for (ServerLook& look : told) {
        know_quiet(memory.servers[look.server.traits.name], policy, look);
        pointers.push_back(&look);
    }
    Crowd crowd;
    crowd.add({}, complete);
    auto decisions = decide_all(policy, pointers, crowd);

    FleetPlan out;
    FleetSummary summary;
    for (std::size_t i = 0; i < told.size(); ++i) {
        auto plan =
            plan_server(policy, told[i], memory.servers[told[i].server.traits.name], std::move(decisions[i]));
        summary.looked(told[i], policy, plan);
        for (Disconnect& one : plan.disconnects) out.disconnects.push_back({i, std::move(one)});
        for (Withheld& one : plan.withheld) out.withheld.push_back({i, std::move(one)});
        out.decisions.push_back(std::move(plan.decisions));
    }
    out.trips = memory.trips.latch(summary.demanded(policy));
    for (PlannedWithheld& one : out.withheld) {
        if (one.withheld.why != Why::pending && one.withheld.why != Why::observe) continue;
        const RuleKey& rule = policy.rules[one.withheld.rule.value()].key;
        if (memory.trips.holds(rule, told[one.look].server.traits.name)) one.withheld.why = Why::tripped;
    }

    sort_as_limits_bite(out.disconnects, told);
    std::vector<PlannedDisconnect> ended;
    for (PlannedDisconnect& one : out.disconnects) {
        const ServerLook& look = told[one.look];
        std::optional<Why> why;
        if (tripped(policy, memory.trips, look, one.disconnect, out.decisions[one.look])) why = Why::tripped;
        const LimitRequest request = request_of(policy, look, one.disconnect);
        if (!why) why = memory.ledger.obstacle(policy.limits, request, now);
        if (why) {
            out.withheld.push_back(
                {one.look,
                 {one.disconnect.client.text(), one.disconnect.user.text(), one.disconnect.rule, *why, {}}});
            continue;
        }
        memory.ledger.reserve(request, now);
        ended.push_back(std::move(one));
    }
    out.disconnects = std::move(ended);
    return out;
}

}  // namespace curfew::policy
