#pragma once
// Schedules and instants as a person writes them.

#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>

#include "config/decode/dates.hpp"
#include "config/decode/during.hpp"
#include "config/zones.hpp"
#include "policy/schedule.hpp"

namespace curfew::policy::build {

inline Zone zone(const std::string& name) {
    static config::Zones zones;
    return zones.find(name).value();
}

// "2026-03-29 01:30" in UTC, with seconds or without.
inline core::WallTime utc(std::string_view text) {
    const auto day = config::parse_date(text.substr(0, 10)).value();
    const auto minutes = config::time_of_day(text.substr(11, 5)).value();
    const int seconds = text.size() > 16 ? std::stoi(std::string(text.substr(17))) : 0;
    return std::chrono::sys_days{day.time_since_epoch()} + minutes + core::Seconds{seconds};
}

inline std::string utc_text(core::WallTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const auto minutes = std::chrono::floor<std::chrono::minutes>(time - day).count();
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(minutes / 60), static_cast<int>(minutes % 60));
    return text;
}

inline Timetable timetable(const std::vector<std::string_view>& during,
                           const std::vector<std::string_view>& except = {}) {
    Timetable result;
    for (const auto text : during) {
        const auto parsed = config::parse_during(text).value();
        for (std::size_t day = 0; day < 7; ++day)
            if (parsed.weekdays[day]) result.weekly[day].push_back(parsed.window);
        for (const auto date : parsed.dates) result.dates[date].push_back(parsed.window);
    }
    std::vector<DateRange> dates;
    for (const auto text : except) dates.push_back(config::parse_dates(text).value());
    if (!dates.empty()) result.except.push_back(std::make_shared<const DateSet>(std::move(dates)));
    return result;
}

// "server" is each server's own clock.
inline Schedule schedule(const std::string& in, const std::vector<std::string_view>& during,
                         const std::vector<std::string_view>& except = {}) {
    std::optional<Zone> clock;
    if (in != "server") clock = zone(in);
    return {"s", std::move(clock), timetable(during, except)};
}

inline std::shared_ptr<const Schedule> shared(Schedule schedule) {
    return std::make_shared<const Schedule>(std::move(schedule));
}

}  // namespace curfew::policy::build
