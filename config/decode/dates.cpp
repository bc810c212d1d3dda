#include "config/decode/dates.hpp"

#include <algorithm>

#include "config/decode/digits.hpp"
#include "config/wording.hpp"

namespace curfew::config {
namespace {

constexpr std::string_view between = "..";

}  // namespace

bool looks_like_a_date(std::string_view text) {
    return !text.empty() && is_digit(text.front());
}

Parsed<std::chrono::local_days> parse_date(std::string_view text) {
    const bool has_form = text.size() == 10 && text[4] == '-' && text[7] == '-' &&
                          all_digits(text.substr(0, 4)) && all_digits(text.substr(5, 2)) &&
                          all_digits(text.substr(8, 2));
    if (!has_form) return Wrong{"expected a date such as `2026-12-24`, found " + quote(text)};
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(number_of(text.substr(0, 4)))},
                                           std::chrono::month{number_of(text.substr(5, 2))},
                                           std::chrono::day{number_of(text.substr(8, 2))}};
    if (!date.ok()) return Wrong{"there is no day " + quote(text) + " in any calendar"};
    return std::chrono::local_days{date};
}

Parsed<policy::DateRange> parse_dates(std::string_view text) {
    const std::size_t middle = text.find(between);
    const auto first = parse_date(text.substr(0, middle));
    if (!first) return first.error();
    if (middle == std::string_view::npos) return policy::DateRange{*first, *first};
    const auto last = parse_date(text.substr(middle + between.size()));
    if (!last) return last.error();
    if (*last < *first)
        return Wrong{"the range " + quote(text) + " ends before it begins; the earlier date comes first"};
    return policy::DateRange{*first, *last};
}

}  // namespace curfew::config
