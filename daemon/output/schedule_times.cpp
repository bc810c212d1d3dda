#include "daemon/output/schedule_times.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "config/foresight.hpp"
#include "daemon/clock.hpp"
#include "daemon/output/escape.hpp"

namespace curfew::daemon {
namespace {

constexpr int windows_shown = 10;

// Of a schedule that goes by `zone`.
std::string windows_text(const policy::Schedule& schedule, const policy::Zone& zone, core::WallTime now) {
    const auto at = [&](core::WallTime time) { return local_text(zone, time); };
    const auto truth = schedule.inside(zone, now);
    if (truth == policy::Truth::unknown) return "  unknown: nothing is known of this zone's clock now\n";
    bool open = truth == policy::Truth::yes;
    auto change = schedule.next_change(zone, now);
    if (!change) return open ? "  always open\n" : "  never opens\n";
    std::string text;
    for (int i = 0; i < windows_shown; ++i) {
        if (open) {
            text += "  open now";
        } else if (change) {
            text += "  opens " + at(*change);
            change = schedule.next_change(zone, *change);
        } else {
            return text + "  does not open again\n";
        }
        open = false;
        if (!change) return text + ", and does not close again\n";
        text += ", closes " + at(*change) + "\n";
        change = schedule.next_change(zone, *change);
    }
    return text;
}

std::string servers_text(std::size_t count) {
    return count == 1 ? "one server has" : std::to_string(count) + " servers have";
}

std::string by_servers_clocks(const policy::Schedule& schedule, const config::Config& config,
                              core::WallTime now) {
    const std::string name = "schedule " + for_people(schedule.name()) + " (each server's own timezone";
    const auto zones = config::server_zones(config);
    if (zones.empty()) return name + "): no server has a `timezone`, so this is unknown everywhere\n";
    std::string text;
    for (const auto& zone : zones)
        text += name + ", " + zone.name() + "):\n" + windows_text(schedule, zone, now);
    const auto without =
        static_cast<std::size_t>(std::count_if(config.servers.begin(), config.servers.end(),
                                               [](const auto& server) { return !server.traits.timezone; }));
    if (without > 0) text += "  " + servers_text(without) + " no `timezone`: unknown there\n";
    return text;
}

}  // namespace

std::string rule_times(const config::Config& config, core::WallTime now) {
    std::string text;
    for (const auto& rule : config.policy.rules) {
        if (!rule.from && !rule.until) continue;
        text += "rule " + for_people(rule.key.name) + ": ";
        if (rule.is_on(now)) {
            text += rule.until ? "on until " + utc_text(*rule.until) : "on since " + utc_text(*rule.from);
        } else if (rule.from && now < *rule.from) {
            text += "off until " + utc_text(*rule.from);
            if (rule.until) text += ", then on until " + utc_text(*rule.until);
        } else {
            text += "off since " + utc_text(*rule.until);
        }
        text += '\n';
    }
    return text;
}

std::string local_text(const policy::Zone& zone, core::WallTime time) {
    const auto at = std::chrono::floor<std::chrono::seconds>(time);
    const auto offset = zone.offset_at(at);
    if (!offset) return utc_text(time);
    const std::chrono::local_seconds shown{at.time_since_epoch() + *offset};
    const auto day = std::chrono::floor<std::chrono::days>(shown);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{shown - day};
    const std::chrono::hh_mm_ss ahead{*offset};
    constexpr std::array weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    char text[64];
    std::snprintf(text, sizeof text, "%s %04d-%02u-%02u %02ld:%02ld %c%02ld:%02ld",
                  weekdays[std::chrono::weekday{day}.c_encoding()], static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  clock.hours().count(), clock.minutes().count(), ahead.is_negative() ? '-' : '+',
                  ahead.hours().count(), ahead.minutes().count());
    return text;
}

std::string schedule_times(const config::Config& config, core::WallTime now) {
    std::string text;
    for (const auto& entry : config.schedules) {
        const policy::Schedule& schedule = *entry.schedule;
        if (schedule.zone()) {
            text += "schedule " + for_people(schedule.name()) + " (" + schedule.zone()->name() + "):\n" +
                    windows_text(schedule, *schedule.zone(), now);
        } else {
            text += by_servers_clocks(schedule, config, now);
        }
    }
    return text;
}

}  // namespace curfew::daemon
