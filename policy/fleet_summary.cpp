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
    const auto placed = servers_.emplace(name, std::move(server)).first;
    by_age_.emplace(placed->second.fresh_until, &placed->first);
    changed_.insert(name);
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

void FleetSummary::remove(Servers::iterator server) {
    sessions_ -= server->second.sessions;
    for (const auto& [rule, sessions] : server->second.would_end) {
        const auto total = would_end_.find(rule);
        if ((total->second -= sessions) == 0) would_end_.erase(total);
    }
    by_age_.erase({server->second.fresh_until, &server->first});
    servers_.erase(server);
}

void FleetSummary::next_look(const std::string& server, core::SteadyTime due, core::Seconds interval) {
    const auto found = servers_.find(server);
    if (found == servers_.end()) return;
    auto& [name, known] = *found;
    by_age_.erase({known.fresh_until, &name});
    known.fresh_until = std::max(known.at, due - interval);
    by_age_.emplace(known.fresh_until, &name);
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
    if (found != servers_.end()) remove(found);
}

void FleetSummary::expire(core::SteadyTime now, core::Seconds known_for) {
    while (!by_age_.empty() && now - by_age_.begin()->first > known_for)
        remove(servers_.find(*by_age_.begin()->second));
}

std::uint64_t FleetSummary::would_end(const RuleKey& rule) const {
    const auto found = would_end_.find(rule);
    return found == would_end_.end() ? 0 : found->second;
}

void FleetSummary::add_demanded(std::vector<Trip>& trips, const Rule& rule, const Limits& limits,
                                const Servers::value_type& server) {
    const auto& [name, known] = server;
    const auto here = known.would_end.find(rule.key);
    if (here == known.would_end.end()) return;
    if (limits.share_server.exceeded_by(here->second, known.sessions))
        trips.push_back({rule.key, name, here->second, known.sessions});
}

void FleetSummary::add_demanded(std::vector<Trip>& trips, const Rule& rule, const Limits& limits) const {
    const auto everywhere = would_end(rule.key);
    if (limits.share_fleet.exceeded_by(everywhere, sessions_))
        trips.push_back({rule.key, std::nullopt, everywhere, sessions_});
}

std::vector<Trip> FleetSummary::demanded(const Policy& policy) const {
    std::vector<Trip> trips;
    for (const Rule& rule : policy.rules) {
        if (would_end(rule.key) <= share_never_trips_up_to) continue;
        const Limits limits = limits_of(policy, rule);
        add_demanded(trips, rule, limits);
        for (const auto& server : servers_) add_demanded(trips, rule, limits, server);
    }
    return trips;
}

// A server's numbers change with its own looks alone. The one thing of others that counts for it is whether
// the rule has enough matches on the fleet to trip at all.
std::vector<Trip> FleetSummary::newly_demanded(const Policy& policy) {
    std::vector<Trip> trips;
    std::set<RuleKey> above;
    const auto changed = std::exchange(changed_, {});
    for (const Rule& rule : policy.rules) {
        if (would_end(rule.key) <= share_never_trips_up_to) continue;
        above.insert(rule.key);
        const Limits limits = limits_of(policy, rule);
        add_demanded(trips, rule, limits);
        if (!asked_ || !above_.contains(rule.key)) {
            for (const auto& server : servers_) add_demanded(trips, rule, limits, server);
            continue;
        }
        for (const auto& name : changed) {
            const auto server = servers_.find(name);
            if (server != servers_.end()) add_demanded(trips, rule, limits, *server);
        }
    }
    asked_ = true;
    above_ = std::move(above);
    return trips;
}

bool Trips::note(const Trip& trip) {
    auto& where = where_[trip.rule];
    if (trip.server) return where.servers.insert(*trip.server).second;
    return !std::exchange(where.everywhere, true);
}

void Trips::note_all() {
    where_.clear();
    for (const auto& trip : trips_) note(trip);
}

std::vector<Trip> Trips::latch(const std::vector<Trip>& demanded) {
    std::vector<Trip> added;
    for (const Trip& trip : demanded) {
        if (!note(trip)) continue;
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
    note_all();
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
    note_all();
    return over;
}

bool Trips::holds(const RuleKey& rule, const std::string& server) const {
    const auto found = where_.find(rule);
    return found != where_.end() && (found->second.everywhere || found->second.servers.contains(server));
}

}  // namespace curfew::policy
