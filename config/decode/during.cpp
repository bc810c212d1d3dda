#include "config/decode/during.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "config/decode/dates.hpp"
#include "config/decode/digits.hpp"
#include "config/wording.hpp"

namespace curfew::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::array<std::string_view, 8> day_words{"sun", "mon", "tue", "wed", "thu", "fri", "sat", "daily"};
constexpr std::size_t weekdays = 7;
constexpr std::size_t daily = 7;
constexpr minutes midnight = hours{24};

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// Whoever writes `monday` is helped to `mon`.
std::string suggest_day(std::string_view text) {
    const std::string written = lower(text);
    for (const std::string_view word : day_words)
        if (written.starts_with(word)) return "; did you mean " + quote(word) + "?";
    std::string near = did_you_mean(text, day_words);
    return near.empty() ? "; days are `mon` to `sun`, `daily`, or a date such as `2026-12-24`" : near;
}

Parsed<std::size_t> parse_weekday(std::string_view text) {
    const auto found = std::find(day_words.begin(), day_words.begin() + weekdays, text);
    if (found == day_words.begin() + weekdays)
        return Wrong{"expected a day, found " + quote(text) + suggest_day(text)};
    return static_cast<std::size_t>(found - day_words.begin());
}

std::optional<Wrong> add_days(std::string_view text, During& during) {
    if (text.empty())
        return Wrong{"expected a day on either side of the comma; they are listed as `mon,wed`"};
    if (looks_like_a_date(text)) {
        if (text.find("..") != std::string_view::npos)
            return Wrong{"ranges of dates stand in `except` and in calendars; list the dates here, found " +
                         quote(text)};
        const auto date = parse_date(text);
        if (!date) return date.error();
        during.dates.push_back(*date);
        return std::nullopt;
    }
    if (text == day_words[daily]) {
        during.weekdays.set();
        return std::nullopt;
    }
    const std::size_t dash = text.find('-');
    const auto first = parse_weekday(text.substr(0, dash));
    if (!first) return first.error();
    if (dash == std::string_view::npos) {
        during.weekdays.set(*first);
        return std::nullopt;
    }
    const auto last = parse_weekday(text.substr(dash + 1));
    if (!last) return last.error();
    if (*first == *last)
        return Wrong{"a range from a day to itself, " + quote(text) + "; write " + quote(day_words[*first]) +
                     ", or `daily` for the whole week"};
    for (std::size_t day = *first; day != *last; day = (day + 1) % weekdays) during.weekdays.set(day);
    during.weekdays.set(*last);
    return std::nullopt;
}

Wrong not_hours(std::string_view text) {
    std::string help;
    // `6:00-20:00`, the slip that everybody makes.
    const std::size_t dash = text.find('-');
    if (dash != std::string_view::npos) {
        const auto padded = [](std::string_view time) {
            return (time.size() == 4 ? "0" : "") + std::string(time);
        };
        const std::string from = padded(text.substr(0, dash));
        const std::string to = padded(text.substr(dash + 1));
        if (from + "-" + to != text && time_of_day(from) && time_of_day(to))
            help = "; did you mean " + quote(from + "-" + to) + "?";
    }
    if (help.empty()) help = "; times are `00:00` to `23:59`, and `24:00` for the end of the day";
    return {"expected hours such as `06:00-20:00`, found " + quote(text) + help};
}

Parsed<policy::Window> parse_hours(std::string_view text) {
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) return not_hours(text);
    const auto begin = time_of_day(text.substr(0, dash));
    auto end = time_of_day(text.substr(dash + 1));
    if (!begin || !end) return not_hours(text);
    if (*begin == midnight)
        return Wrong{"nothing begins at `24:00`, the end of the day; write `00:00` of the next one, found " +
                     quote(text)};
    if (*end <= *begin) *end += midnight;
    return policy::Window{*begin, *end};
}

}  // namespace

std::optional<minutes> time_of_day(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    if (!all_digits(text.substr(0, 2)) || !all_digits(text.substr(3))) return std::nullopt;
    const unsigned minute = number_of(text.substr(3));
    const minutes time = hours{number_of(text.substr(0, 2))} + minutes{minute};
    if (minute > 59 || time > midnight) return std::nullopt;
    return time;
}

std::string_view weekday_name(std::size_t weekday) {
    return day_words[weekday];
}

Parsed<During> parse_during(std::string_view text) {
    During during{{}, {}, {minutes{0}, midnight}};
    const std::size_t space = text.find(' ');
    const std::string_view days = text.substr(0, space);
    if (days.find(':') != std::string_view::npos)
        return Wrong{"the days come first; did you mean " + quote("daily " + std::string(text)) + "?"};
    if (space != std::string_view::npos) {
        const std::string_view rest = text.substr(space + 1);
        if (rest.find(' ') != std::string_view::npos || days.ends_with(',') || rest.empty())
            return Wrong{"expected " + std::string(a_during) + ", found " + quote(text) +
                         "; one space stands between the days and the hours and none elsewhere"};
        const auto window = parse_hours(rest);
        if (!window) return window.error();
        during.window = *window;
    }
    for (std::size_t from = 0; from <= days.size();) {
        const std::size_t comma = std::min(days.find(',', from), days.size());
        if (auto wrong = add_days(days.substr(from, comma - from), during)) return *wrong;
        from = comma + 1;
    }
    return during;
}

}  // namespace curfew::config
