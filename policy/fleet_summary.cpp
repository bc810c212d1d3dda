#include "policy/fleet_summary.hpp"

#include <algorithm>

namespace curfew::policy {

FleetSummary::PerServer FleetSummary::counted(const ServerLook& look, const Policy& policy,
                                              const ServerPlan& plan) {
    PerServer server;
    server.at = server.fresh_until = look.at.steady;
    server.sessions = static_cast<std::uint64_t>(
        std::count_if(look.sessions.begin(), look.sessions.end(),
                      [](const SessionFacts& session) { return session.own == Own::no; }));

    // A session counts for the rule its disconnect goes by and for the rule that decided it, once for each:
    // a rule run wild must not hide behind an earlier one that happens to share its targets.
    std::set<std::pair<std::size_t, std::size_t>> counted;
    const auto count = [&](std::size_t rule, std::size_t session) {
        if (counted.emplace(rule, session).second) ++server.would_end[policy.rules[rule].key];
    };
    for (const auto& disconnect : plan.disconnects) {
        for (const std::size_t target : disconnect.targets) {
            count(disconnect.rule, target);
            if (const auto decided = plan.decisions[target].rule) count(*decided, target);
        }
    }

    return server;
}

void FleetSummary::put(const std::string& name, PerServer server) {
    forget(name);
    sessions_ += server.sessions;
    for (const auto& [rule, sessions] : server.would_end) would_end_[rule] += sessions;
    servers_.emplace(name, std::move(server));
}

void FleetSummary::looked(const ServerLook& look, const Policy& policy, const ServerPlan& plan) {
    put(look.server.traits.name, counted(look, policy, plan));
}

void FleetSummary::revised(const ServerLook& look, const Policy& policy, const ServerPlan& plan) {
    PerServer server = counted(look, policy, plan);
    if (const auto before = servers_.find(look.server.traits.name); before != servers_.end()) {
        server.fresh_until = std::max(server.fresh_until, before->second.fresh_until);
        for (const auto& [rule, sessions] : before->second.would_end) {
            auto& now = server.would_end[rule];
            now = std::max(now, sessions);
        }
    }
    put(look.server.traits.name, std::move(server));
}

void FleetSummary::subtract(const PerServer& server) {
    sessions_ -= server.sessions;
    for (const auto& [rule, sessions] : server.would_end) {
        const auto total = would_end_.find(rule);
        if ((total->second -= sessions) == 0) would_end_.erase(total);
    }
}

void FleetSummary::next_look(const std::string& server, core::SteadyTime due, core::Seconds interval) {
    const auto found = servers_.find(server);
    if (found != servers_.end()) found->second.fresh_until = std::max(found->second.at, due - interval);
}

std::optional<core::SteadyTime> FleetSummary::fresh_until(const std::string& server) const {
    const auto found = servers_.find(server);
    if (found == servers_.end()) return std::nullopt;
    return found->second.fresh_until;
}

std::vector<std::string> FleetSummary::asleep() const {
    std::vector<std::string> out;
    for (const auto& [name, server] : servers_)
        if (server.fresh_until > server.at) out.push_back(name);
    return out;
}

void FleetSummary::forget(const std::string& server) {
    const auto found = servers_.find(server);
    if (found == servers_.end()) return;
    subtract(found->second);
    servers_.erase(found);
}

void FleetSummary::expire(core::SteadyTime now, core::Seconds known_for) {
    std::erase_if(servers_, [&](const auto& entry) {
        const bool old = now - entry.second.fresh_until > known_for;
        if (old) subtract(entry.second);
        return old;
    });
}

std::uint64_t FleetSummary::would_end(const RuleKey& rule) const {
    const auto found = would_end_.find(rule);
    return found == would_end_.end() ? 0 : found->second;
}

std::vector<Trip> FleetSummary::demanded(const Policy& policy) const {
    std::vector<Trip> trips;
    for (const Rule& rule : policy.rules) {
        const auto everywhere = would_end(rule.key);
        if (everywhere <= share_never_trips_up_to) continue;
        const Limits limits = limits_of(policy, rule);
        if (limits.share_fleet.exceeded_by(everywhere, sessions_)) {
            trips.push_back({rule.key, std::nullopt, everywhere, sessions_});
        }
        for (const auto& [name, server] : servers_) {
            const auto here = server.would_end.find(rule.key);
            if (here == server.would_end.end()) continue;
            if (limits.share_server.exceeded_by(here->second, server.sessions)) {
                trips.push_back({rule.key, name, here->second, server.sessions});
            }
        }
    }
    return trips;
}

std::vector<Trip> Trips::latch(const std::vector<Trip>& demanded) {
    std::vector<Trip> added;
    for (const Trip& trip : demanded) {
        const bool latched = std::any_of(trips_.begin(), trips_.end(), [&](const Trip& known) {
            return known.rule == trip.rule && known.server == trip.server;
        });
        if (latched) continue;
        trips_.push_back(trip);
        added.push_back(trip);
    }
    return added;
}

std::vector<Trip> Trips::resume(const std::string& rule, const std::optional<std::string>& server) {
    std::vector<Trip> resumed;
    std::erase_if(trips_, [&](const Trip& trip) {
        const bool meant = trip.rule.name == rule && (!server || trip.server == server);
        if (meant) resumed.push_back(trip);
        return meant;
    });
    return resumed;
}

std::vector<Trip> Trips::only(const Policy& policy) {
    std::vector<Trip> over;
    std::erase_if(trips_, [&](const Trip& trip) {
        const bool there = std::any_of(policy.rules.begin(), policy.rules.end(),
                                       [&](const Rule& rule) { return rule.key == trip.rule; });
        if (!there) over.push_back(trip);
        return !there;
    });
    return over;
}

bool Trips::holds(const RuleKey& rule, const std::string& server) const {
    return std::any_of(trips_.begin(), trips_.end(), [&](const Trip& trip) {
        return trip.rule == rule && (!trip.server || *trip.server == server);
    });
}

}  // namespace curfew::policy
