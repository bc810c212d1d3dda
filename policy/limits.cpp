#include "policy/limits.hpp"

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

}  // namespace curfew::policy
