#include "daemon/fleet/fleet_state.hpp"

#include <algorithm>

namespace curfew::daemon {
namespace {

constexpr core::Seconds shortest_ledger{3600};

core::Seconds longest_window(const policy::Policy& policy) {
    core::Seconds longest = shortest_ledger;
    const auto consider = [&](const std::vector<policy::RateLimit>& limits) {
        for (const auto& limit : limits) longest = std::max(longest, limit.window);
    };
    const auto consider_all = [&](const policy::Limits& limits) {
        consider(limits.per_server);
        consider(limits.fleet);
        consider(limits.per_target);
    };
    consider_all(policy.limits);
    for (const auto& rule : policy.rules) consider_all(policy::limits_of(policy, rule));
    return longest;
}

}  // namespace

void FleetState::added(const std::string& server) {
    const std::lock_guard lock{mutex_};
    servers_.insert(server);
    untried_.insert(server);
}

void FleetState::removed(const std::string& server) {
    doubts_.removed(server);
    const std::lock_guard lock{mutex_};
    servers_.erase(server);
    untried_.erase(server);
    summary_.forget(server);
    presence_.forget(server);
    if (const auto found = guid_of_.find(server); found != guid_of_.end()) {
        by_guid_[found->second].erase(server);
        guid_of_.erase(found);
    }
}

void FleetState::tried(const std::string& server) {
    const std::lock_guard lock{mutex_};
    untried_.erase(server);
}

bool FleetState::all_tried() const {
    const std::lock_guard lock{mutex_};
    return untried_.empty();
}

policy::Crowd FleetState::crowd_around(const policy::ServerLook& look, core::SteadyTime since) const {
    policy::Crowd crowd;
    if (!asks_for_a_crowd_) return crowd;
    const std::lock_guard lock{mutex_};
    auto around = presence_.others(look, std::max(since, look.at.steady - policy_.late_after),
                                   look.at.steady - known_for_);
    // Whoever is on two entries that are one server would be counted twice.
    const bool any_twin = std::any_of(by_guid_.begin(), by_guid_.end(),
                                      [](const auto& bearers) { return bearers.second.size() > 1; });
    if (any_twin)
        for (auto& one : around.there) one.in_doubt = one.in_doubt || is_twin(one.server);
    const bool everywhere = !any_twin && around.servers + 1 >= servers_.size();
    crowd.add(std::move(around.there), everywhere);
    return crowd;
}

void FleetState::there(const policy::ServerLook& look, const policy::Crowd& crowd) {
    if (!asks_for_a_crowd_) return;
    const std::lock_guard lock{mutex_};
    const std::string& server = look.server.traits.name;
    presence_.looked(server, look.at.steady, crowd.of_server(server));
}

void FleetState::ended(const policy::ServerLook& look, const std::vector<policy::SessionFacts>& sessions) {
    if (!asks_for_a_crowd_) return;
    std::vector<policy::Counted> gone;
    for (const auto& session : sessions)
        if (auto one = policy::counted(look, session, false)) gone.push_back(std::move(*one));
    const std::lock_guard lock{mutex_};
    presence_.ended(std::move(gone));
}

void FleetState::nobody_knows(const std::string& server) {
    const std::lock_guard lock{mutex_};
    presence_.failed(server);
}

void FleetState::looked(const policy::ServerLook& look, const policy::ServerPlan& plan) {
    const std::lock_guard lock{mutex_};
    summary_.expire(look.at.steady, known_for_);
    summary_.looked(look, policy_, plan);
}

std::optional<std::vector<policy::Trip>> FleetState::latch_trips() {
    const std::lock_guard lock{mutex_};
    if (!untried_.empty()) return std::nullopt;
    return trips_.latch(summary_.demanded(policy_));
}

bool FleetState::tripped(const policy::RuleKey& rule, const std::string& server) const {
    const std::lock_guard lock{mutex_};
    return trips_.holds(rule, server);
}

policy::Withheld FleetState::trip_first(const std::string& server, policy::Withheld withheld) const {
    if (withheld.why != policy::Why::pending && withheld.why != policy::Why::observe) return withheld;
    const auto& rule = policy_.rules[withheld.rule.value()].key;
    if (!tripped(rule, server)) return withheld;
    withheld.why = policy::Why::tripped;
    withheld.detail = "rule '" + rule.name + "'";
    return withheld;
}

std::optional<std::string> FleetState::twin_of(const std::string& server, const core::ServerGuid& guid) {
    constexpr core::ServerGuid none{};
    if (guid == none) return std::nullopt;
    const std::lock_guard lock{mutex_};
    if (const auto before = guid_of_.find(server); before != guid_of_.end() && before->second != guid) {
        by_guid_[before->second].erase(server);  // reinstalled, or another machine took the name
    }
    guid_of_[server] = guid;
    auto& bearers = by_guid_[guid];
    bearers.insert(server);
    for (const auto& bearer : bearers) {
        if (bearer != server) return bearer;
    }
    return std::nullopt;
}

bool FleetState::has_twin(const std::string& server) const {
    const std::lock_guard lock{mutex_};
    return is_twin(server);
}

bool FleetState::is_twin(const std::string& server) const {
    const auto guid = guid_of_.find(server);
    if (guid == guid_of_.end()) return false;
    const auto bearers = by_guid_.find(guid->second);
    return bearers != by_guid_.end() && bearers->second.size() > 1;
}

FleetState::Reserved FleetState::reserve(const policy::LimitRequest& request, bool binding,
                                         core::SteadyTime now) {
    const std::lock_guard lock{mutex_};
    ledger_.expire(now, longest_window(policy_));
    if (binding) {
        if (const auto why = ledger_.obstacle(policy_.limits, request, now)) return *why;
    }
    return ledger_.reserve(request, now);
}

void FleetState::give_back(policy::LimitLedger::Ticket ticket) {
    const std::lock_guard lock{mutex_};
    ledger_.give_back(ticket);
}

std::uint64_t FleetState::sessions() const {
    const std::lock_guard lock{mutex_};
    return summary_.sessions();
}

}  // namespace curfew::daemon
