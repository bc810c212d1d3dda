#include "config/foresight.hpp"

#include <algorithm>
#include <map>

#include "config/wording.hpp"

namespace curfew::config {
namespace {

bool never_opens(const policy::Schedule& schedule, const std::optional<policy::Zone>& server_zone,
                 core::WallTime now) {
    return schedule.inside(server_zone, now) == policy::Truth::no && !schedule.next_change(server_zone, now);
}

bool never_opens_anywhere(const policy::Schedule& schedule, const std::vector<policy::Zone>& zones,
                          core::WallTime now) {
    if (schedule.zone()) return never_opens(schedule, std::nullopt, now);
    return !zones.empty() && std::all_of(zones.begin(), zones.end(), [&](const policy::Zone& zone) {
        return never_opens(schedule, zone, now);
    });
}

// A day is over everywhere a day after it is over in UTC.
bool all_past(const policy::DateSet& dates, core::WallTime now) {
    const auto yesterday = std::chrono::floor<std::chrono::days>(now) - std::chrono::days{1};
    return dates.ranges().back().last < std::chrono::local_days{yesterday.time_since_epoch()};
}

}  // namespace

std::vector<policy::Zone> server_zones(const Config& config) {
    std::map<std::string, policy::Zone> zones;
    for (const Server& server : config.servers)
        if (server.traits.timezone) zones.emplace(server.traits.timezone->name(), *server.traits.timezone);
    std::vector<policy::Zone> out;
    for (const auto& [name, zone] : zones) out.push_back(zone);
    return out;
}

std::vector<Diagnostic> warnings_at(const Config& config, core::WallTime now) {
    std::vector<Diagnostic> out;
    for (const Calendar& calendar : config.calendars)
        if (all_past(*calendar.dates, now))
            out.push_back({Severity::warning, calendar.at, calendar.path,
                           "all dates of this calendar are past; it excepts nothing any more"});
    const auto zones = server_zones(config);
    for (const Schedule& schedule : config.schedules)
        if (never_opens_anywhere(*schedule.schedule, zones, now))
            out.push_back({Severity::warning, schedule.at, schedule.path,
                           "this schedule never opens: every window is past, or taken away by `except`"});
    for (std::size_t i = 0; i < config.policy.rules.size(); ++i) {
        const auto& until = config.policy.rules[i].until;
        if (until && *until <= now)
            out.push_back({Severity::warning, config.rule_places[i].until,
                           key_path(config.rule_places[i].path, "until"),
                           "this time is past; the rule is off for good"});
    }
    return out;
}

}  // namespace curfew::config
