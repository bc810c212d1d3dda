#include "policy/limit_ledger.hpp"

#include <algorithm>

namespace curfew::policy {
namespace {

// Meters are found by a text in which no two sets of names can read alike, whatever the names hold.
std::string joined(std::initializer_list<std::string_view> parts) {
    std::string key;
    for (const auto part : parts) {
        key += std::to_string(part.size());
        key += ':';
        key += part;
    }
    return key;
}

struct MeterKeys {
    std::string per_target;
    std::string per_server;
    std::string fleet;
};

MeterKeys meters_of_file(const LimitRequest& request) {
    return {joined({"per_target", request.server, request.client_key, request.user_key}),
            joined({"per_server", request.server}), joined({"fleet"})};
}

MeterKeys meters_of_rule(const LimitRequest& request) {
    const auto rule = joined({"rule", request.rule->key.name, request.rule->key.digest});
    const auto file = meters_of_file(request);
    return {rule + file.per_target, rule + file.per_server, rule + file.fleet};
}

MeterKeys meters_of_ceiling(const LimitRequest& request) {
    const auto ceiling = joined({"at_most", request.rule->at_most->key});
    const auto file = meters_of_file(request);
    return {ceiling + file.per_target, ceiling + file.per_server, ceiling + file.fleet};
}

void add_limited(const LimitOverrides& limits, const MeterKeys& meters, std::vector<std::string>& keys) {
    if (limits.per_target) keys.push_back(meters.per_target);
    if (limits.per_server) keys.push_back(meters.per_server);
    if (limits.fleet) keys.push_back(meters.fleet);
}

}  // namespace

bool LimitLedger::fits(const Meter* meter, const std::vector<RateLimit>& limits, std::uint32_t sessions,
                       core::SteadyTime now) const {
    return std::all_of(limits.begin(), limits.end(), [&](const RateLimit& limit) {
        if (forgotten_ && now - *forgotten_ < limit.window) return false;
        std::uint64_t spent = sessions;
        if (meter) {
            for (auto entry = meter->rbegin(); entry != meter->rend(); ++entry) {
                if (now - entry->at >= limit.window) break;  // and so are all before it
                spent += entry->sessions;
                if (spent > limit.count) break;
            }
        }
        return spent <= limit.count;
    });
}

const LimitLedger::Meter* LimitLedger::find(const std::string& key) const {
    const auto found = meters_.find(key);
    return found == meters_.end() ? nullptr : &found->second;
}

std::optional<Why> LimitLedger::obstacle(const Limits& file, const LimitRequest& request,
                                         core::SteadyTime now) const {
    // A rule that brings its own limit is counted on a meter of its own, and for that key on no other. A
    // ceiling comes on top, on the meter of all rules beneath it.
    const LimitOverrides own = request.rule ? request.rule->limits : LimitOverrides{};
    const Ceiling* const at_most = request.rule ? request.rule->at_most.get() : nullptr;
    const LimitOverrides ceiling = at_most ? at_most->limits : LimitOverrides{};
    const MeterKeys of_file = meters_of_file(request);
    const MeterKeys of_rule = request.rule ? meters_of_rule(request) : of_file;
    const MeterKeys of_ceiling = at_most ? meters_of_ceiling(request) : of_file;
    const auto allowed = [&](std::optional<std::vector<RateLimit>> LimitOverrides::*key,
                             const std::vector<RateLimit>& limits, std::string MeterKeys::*meter) {
        const auto& most = ceiling.*key;
        if (most && !fits(find(of_ceiling.*meter), *most, request.sessions, now)) return false;
        return own.*key ? fits(find(of_rule.*meter), *(own.*key), request.sessions, now)
                        : fits(find(of_file.*meter), limits, request.sessions, now);
    };
    if (!allowed(&LimitOverrides::per_target, file.per_target, &MeterKeys::per_target))
        return Why::limit_per_target;
    if (!allowed(&LimitOverrides::per_server, file.per_server, &MeterKeys::per_server))
        return Why::limit_per_server;
    if (!allowed(&LimitOverrides::fleet, file.fleet, &MeterKeys::fleet)) return Why::limit_fleet;
    return std::nullopt;
}

LimitLedger::Ticket LimitLedger::reserve(const LimitRequest& request, core::SteadyTime now) {
    const MeterKeys of_file = meters_of_file(request);
    std::vector<std::string> keys{of_file.per_target, of_file.per_server, of_file.fleet};
    if (request.rule) add_limited(request.rule->limits, meters_of_rule(request), keys);
    if (request.rule && request.rule->at_most)
        add_limited(request.rule->at_most->limits, meters_of_ceiling(request), keys);
    // fits() and expire() read meters as ordered by time. A time handed in that lags behind the last one
    // counts as that one: longer, never shorter.
    const Meter& everything = meters_[of_file.fleet];
    const auto at = everything.empty() ? now : std::max(now, everything.back().at);
    const Ticket ticket{next_++};
    Taken taken{at, {}};
    taken.meters.reserve(keys.size());
    for (auto& key : keys) {
        const auto meter = meters_.try_emplace(std::move(key)).first;
        meter->second.push_back({ticket.id, at, request.sessions});
        taken.meters.push_back(meter);
    }
    taken_.emplace_hint(taken_.end(), ticket.id, std::move(taken));
    return ticket;
}

void LimitLedger::take_out(Ticket ticket, const std::vector<Meters::iterator>& meters) {
    for (const auto meter : meters) {
        const auto spent =
            std::lower_bound(meter->second.begin(), meter->second.end(), ticket.id,
                             [](const Spent& entry, std::uint64_t id) { return entry.id < id; });
        meter->second.erase(spent);
        if (meter->second.empty()) meters_.erase(meter);
    }
}

void LimitLedger::give_back(Ticket ticket) {
    const auto found = taken_.find(ticket.id);
    if (found == taken_.end()) return;  // no window reaches it any more
    take_out(ticket, found->second.meters);
    taken_.erase(found);
}

void LimitLedger::crowd_out(core::SteadyTime now, core::Seconds in_reach, std::size_t most) {
    while (taken_.size() > most && now - taken_.begin()->second.at >= in_reach) {
        forgotten_ = taken_.begin()->second.at;
        take_out({taken_.begin()->first}, taken_.begin()->second.meters);
        taken_.erase(taken_.begin());
    }
}

void LimitLedger::expire(core::SteadyTime now, core::Seconds longest_window) {
    while (!taken_.empty() && now - taken_.begin()->second.at >= longest_window) {
        take_out({taken_.begin()->first}, taken_.begin()->second.meters);
        taken_.erase(taken_.begin());
    }
}

}  // namespace curfew::policy
