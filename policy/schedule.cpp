#include "policy/schedule.hpp"

#include <algorithm>
#include <utility>

namespace curfew::policy {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::local_seconds;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

constexpr days one_day{1};

void join_overlapping(std::vector<Window>& windows) {
    std::sort(windows.begin(), windows.end());
    std::vector<Window> joined;
    for (const Window& window : windows) {
        if (!joined.empty() && window.begin <= joined.back().end)
            joined.back().end = std::max(joined.back().end, window.end);
        else
            joined.push_back(window);
    }
    windows = std::move(joined);
}

Timetable in_order(Timetable timetable) {
    for (auto& windows : timetable.weekly) join_overlapping(windows);
    for (auto& [day, windows] : timetable.dates) join_overlapping(windows);
    return timetable;
}

bool any_contains(const std::vector<Window>& windows, seconds since_midnight) {
    const auto after =
        std::upper_bound(windows.begin(), windows.end(), since_midnight,
                         [](seconds wanted, const Window& window) { return wanted < window.begin; });
    return after != windows.begin() && since_midnight < (after - 1)->end;
}

const std::vector<Window>& weekly_on(const Timetable& timetable, local_days day) {
    return timetable.weekly[std::chrono::weekday{day}.c_encoding()];
}

template <class Do> void for_each_window_of(const Timetable& timetable, local_days day, Do&& visit) {
    for (const Window& window : weekly_on(timetable, day)) visit(window);
    const auto date = timetable.dates.find(day);
    if (date == timetable.dates.end()) return;
    for (const Window& window : date->second) visit(window);
}

bool has_weekly(const Timetable& timetable) {
    return std::any_of(timetable.weekly.begin(), timetable.weekly.end(),
                       [](const auto& windows) { return !windows.empty(); });
}

// A local day begins less than a day before or after the UTC day of that name, and a window ends within the
// day after its own: so whatever opens or closes during a UTC day belongs to one of these, counted from it.
constexpr days earliest_start{-2};
constexpr days latest_start{1};

// Where there are dates alone, the days without any are passed over.
std::optional<sys_days> next_worth_a_look(const Timetable& timetable, sys_days day) {
    if (has_weekly(timetable)) return day;
    const auto next = timetable.dates.lower_bound(local_days{day.time_since_epoch() + earliest_start});
    if (next == timetable.dates.end()) return std::nullopt;
    return std::max(day, sys_days{next->first.time_since_epoch() - latest_start});
}

}  // namespace

Schedule::Schedule(std::string name, std::optional<Zone> zone, Timetable timetable)
    : Schedule(std::move(name), std::move(zone),
               std::make_shared<const Timetable>(in_order(std::move(timetable))), false) {}

Schedule::Schedule(std::string name, std::optional<Zone> zone, std::shared_ptr<const Timetable> timetable,
                   bool inverse)
    : name_(std::move(name)), zone_(std::move(zone)), timetable_(std::move(timetable)), inverse_(inverse) {}

Schedule Schedule::outside(std::string name, const Schedule& other) {
    return {std::move(name), other.zone_, other.timetable_, !other.inverse_};
}

const Zone* Schedule::zone_for(const std::optional<Zone>& server_zone) const {
    const auto& zone = zone_ ? zone_ : server_zone;
    return zone ? &*zone : nullptr;
}

bool Schedule::starts_a_window(local_days day) const {
    return std::none_of(timetable_->except.begin(), timetable_->except.end(),
                        [&](const auto& dates) { return dates->contains(day); });
}

bool Schedule::window_shows(local_seconds shown) const {
    const auto today = std::chrono::floor<days>(shown);
    const auto belongs_to = [&](local_days day) {
        const seconds since_midnight = shown - day;
        if (any_contains(weekly_on(*timetable_, day), since_midnight)) return starts_a_window(day);
        const auto date = timetable_->dates.find(day);
        return date != timetable_->dates.end() && any_contains(date->second, since_midnight) &&
               starts_a_window(day);
    };
    return belongs_to(today) || belongs_to(today - one_day);
}

Truth Schedule::inside(const std::optional<Zone>& server_zone, core::WallTime at) const {
    const Zone* zone = zone_for(server_zone);
    if (!zone) return Truth::unknown;
    const auto shown = zone->local(std::chrono::floor<seconds>(at));
    if (!shown) return Truth::unknown;
    return truth_of(window_shows(*shown) != inverse_);
}

std::optional<core::WallTime> Schedule::next_change(const std::optional<Zone>& server_zone,
                                                    core::WallTime after) const {
    const Zone* zone = zone_for(server_zone);
    const Truth before = inside(server_zone, after);
    if (!zone || before == Truth::unknown) return std::nullopt;
    std::optional<sys_days> day = std::chrono::floor<days>(after);
    for (; (day = next_worth_a_look(*timetable_, *day)) && *day < zone->end(); *day += one_day) {
        // Wherever a window may begin or end, and wherever the wall clock is moved.
        std::vector<sys_seconds> moments = zone->changes(*day, *day + one_day);
        for (days apart = earliest_start; apart <= latest_start; apart += one_day) {
            const local_days start{day->time_since_epoch() + apart};
            if (!starts_a_window(start)) continue;
            for_each_window_of(*timetable_, start, [&](const Window& window) {
                for (const auto edge : {window.begin, window.end}) {
                    const auto instants = zone->instants(start + edge);
                    moments.insert(moments.end(), instants.begin(), instants.end());
                }
            });
        }
        std::sort(moments.begin(), moments.end());
        for (const sys_seconds moment : moments) {
            const bool this_day = moment >= *day && moment < *day + one_day;
            if (this_day && moment > after && inside(server_zone, moment) != before) return moment;
        }
    }
    return std::nullopt;
}

}  // namespace curfew::policy
