#include "config/second_thoughts.hpp"

#include "config/wording.hpp"
#include "policy/doubts.hpp"

namespace curfew::config {
namespace {

Diagnostic warning(const RulePlace& place, std::string message) {
    return {Severity::warning, place.at, place.path, std::move(message)};
}

bool leaves_share_as_it_is(const policy::Policy& policy, const policy::Rule& rule) {
    if (rule.limits.share_fleet || rule.limits.share_server) return false;
    const policy::Limits limits = policy::limits_of(policy, rule);
    const policy::Share all;
    return limits.share_fleet != all || limits.share_server != all;
}

}  // namespace

std::vector<Diagnostic> second_thoughts(const Config& config) {
    std::vector<Diagnostic> out;
    policy::Shadows shadows(config.policy);
    for (std::size_t i = 0; i < config.policy.rules.size(); ++i) {
        const policy::Rule& rule = config.policy.rules[i];
        const RulePlace& place = config.rule_places[i];
        if (const auto earlier = shadows.over(i)) {
            const Position& at = config.rule_places[*earlier].at;
            out.push_back(
                warning(place, "this rule is never asked: " + quote(config.policy.rules[*earlier].key.name) +
                                   " in " + at.file + " line " + std::to_string(at.line) +
                                   " decides wherever it would match"));
            continue;
        }
        if (rule.then == policy::Action::disconnect && policy::can_match_everyone(rule.when) &&
            leaves_share_as_it_is(config.policy, rule))
            out.push_back(
                warning(place,
                        "this rule can match nearly everyone, and leaves `share` as it is: where it does, "
                        "it trips and ends nobody; say how many it may end, such as `limits: {share: "
                        "100%}`"));
    }
    for (const Calendar& calendar : config.calendars)
        if (!calendar.used)
            out.push_back(
                {Severity::warning, calendar.at, calendar.path, "no schedule excepts this calendar"});
    for (const Schedule& schedule : config.schedules)
        if (!schedule.used)
            out.push_back({Severity::warning, schedule.at, schedule.path,
                           "no condition uses this schedule, and no `outside`"});
    return out;
}

std::vector<Diagnostic> rules_without_owner(const Config& config) {
    std::vector<Diagnostic> out;
    for (std::size_t i = 0; i < config.policy.rules.size(); ++i)
        if (config.policy.rules[i].owner.empty())
            out.push_back(
                warning(config.rule_places[i],
                        "this rule has no `owner`; say whom to ask about it, such as `owner: desktop team`"));
    return out;
}

}  // namespace curfew::config
