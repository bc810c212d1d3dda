#include "config/decode/moment.hpp"

#include "config/decode/dates.hpp"
#include "config/decode/during.hpp"
#include "config/wording.hpp"

namespace curfew::config {
namespace {

std::string_view take_word(std::string_view& text) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    return word;
}

// The clock is known all around that day: if it does not show the time, it jumps over it.
bool known_around(const policy::Zone& zone, std::chrono::local_days day) {
    const std::chrono::sys_days as_if_utc{day.time_since_epoch()};
    return zone.offset_at(as_if_utc - std::chrono::days{2}) &&
           zone.offset_at(as_if_utc + std::chrono::days{2});
}

}  // namespace

Parsed<core::WallTime> parse_moment(std::string_view text, Zones& zones) {
    std::string_view zone_name = text;
    const std::string_view date = take_word(zone_name);
    const std::string_view time = take_word(zone_name);
    const auto day = parse_date(date);
    if (!day) return day.error();
    if (time.empty() || zone_name.empty())
        return Wrong{"expected " + std::string(a_moment) + ", found " + quote(text) +
                     "; a time needs its hour and its zone"};
    const auto since_midnight = time_of_day(time);
    if (!since_midnight || *since_midnight == std::chrono::hours{24})
        return Wrong{"expected a time from `00:00` to `23:59`, found " + quote(time)};
    const auto zone = zones.find(std::string(zone_name));
    if (!zone) return zone.error();
    if (!known_around(*zone, *day))
        return Wrong{"clocks are known from 1970 to the end of 2037 only, found " + quote(date)};
    const auto instants = zone->instants(*day + *since_midnight);
    if (instants.empty())
        return Wrong{quote(text) + " does not exist: clocks there go forward over it; write another time"};
    if (instants.size() > 1)
        return Wrong{quote(text) + " comes twice that day, for clocks there go back; write another time"};
    return core::WallTime{instants.front()};
}

}  // namespace curfew::config
