#include "policy/limits.hpp"

#include <algorithm>
#include <utility>

#include "policy/policy.hpp"

namespace curfew::policy {

Limits merged(const Limits& file, const LimitOverrides& rule) {
    return {
        .per_server = rule.per_server.value_or(file.per_server),
        .fleet = rule.fleet.value_or(file.fleet),
        .per_target = rule.per_target.value_or(file.per_target),
        .share_fleet = rule.share_fleet.value_or(file.share_fleet),
        .share_server = rule.share_server.value_or(file.share_server),
    };
}

Limits lowered(Limits limits, const Ceiling& ceiling) {
    const auto add = [](std::vector<RateLimit>& rates, const std::optional<std::vector<RateLimit>>& more) {
        if (more) rates.insert(rates.end(), more->begin(), more->end());
    };
    const auto lower = [](Share& share, const std::optional<Share>& most) {
        if (most) share.basis_points = std::min(share.basis_points, most->basis_points);
    };
    add(limits.per_server, ceiling.limits.per_server);
    add(limits.fleet, ceiling.limits.fleet);
    add(limits.per_target, ceiling.limits.per_target);
    lower(limits.share_fleet, ceiling.limits.share_fleet);
    lower(limits.share_server, ceiling.limits.share_server);
    return limits;
}

Limits limits_of(const Policy& policy, const Rule& rule) {
    Limits limits = merged(policy.limits, rule.limits);
    return rule.at_most ? lowered(std::move(limits), *rule.at_most) : limits;
}

}  // namespace curfew::policy
