#include "config/decode/timestamp.hpp"

#include <optional>
#include <string>

#include "config/decode/dates.hpp"
#include "config/decode/digits.hpp"
#include "config/wording.hpp"

namespace curfew::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t date_length = 10;

// `21:30`, of at most 23:59.
std::optional<minutes> clock(std::string_view text) {
    if (text.size() != 5 || text[2] != ':' || !all_digits(text.substr(0, 2)) || !all_digits(text.substr(3)))
        return std::nullopt;
    const unsigned hour = number_of(text.substr(0, 2));
    const unsigned minute = number_of(text.substr(3));
    if (hour > 23 || minute > 59) return std::nullopt;
    return hours{hour} + minutes{minute};
}

// `:00`, `:00.123`; takes it away.
std::optional<seconds> take_seconds(std::string_view& text) {
    if (text.size() < 3 || text[0] != ':' || !all_digits(text.substr(1, 2))) return std::nullopt;
    const seconds value{number_of(text.substr(1, 2))};
    text.remove_prefix(3);
    if (text.starts_with('.')) {
        std::size_t end = 1;
        while (end < text.size() && is_digit(text[end])) ++end;
        if (end == 1) return std::nullopt;
        text.remove_prefix(end);
    }
    return value < minutes{1} ? std::optional{value} : std::nullopt;
}

std::optional<seconds> offset(std::string_view text) {
    if (text == "Z" || text == "z") return seconds{0};
    if (text.empty() || (text[0] != '+' && text[0] != '-')) return std::nullopt;
    const auto ahead = clock(text.substr(1));
    if (!ahead) return std::nullopt;
    return text[0] == '-' ? -*ahead : *ahead;
}

}  // namespace

Parsed<core::WallTime> parse_timestamp(std::string_view text) {
    const Wrong wrong{"expected " + std::string(a_timestamp) + ", found " + quote(text)};
    if (text.size() < date_length + 1 || (text[date_length] != 'T' && text[date_length] != 't')) return wrong;
    const auto day = parse_date(text.substr(0, date_length));
    if (!day) return day.error();
    const std::chrono::year_month_day date{*day};
    if (date.year() < std::chrono::year{1970} || date.year() > std::chrono::year{2199})
        return Wrong{"expected a time from 1970 to 2199, found " + quote(text)};
    std::string_view rest = text.substr(date_length + 1);
    const auto time = clock(rest.substr(0, 5));
    if (!time) return wrong;
    rest.remove_prefix(5);
    const auto second = take_seconds(rest);
    if (!second) return wrong;
    if (rest.empty()) return Wrong{wrong.message + "; the offset is missing, `Z` or `+01:00`"};
    const auto ahead = offset(rest);
    if (!ahead) return wrong;
    return core::WallTime{std::chrono::sys_days{day->time_since_epoch()} + *time + *second - *ahead};
}

}  // namespace curfew::config
