#include "config/decode/duration.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "config/decode/digits.hpp"
#include "config/wording.hpp"

namespace curfew::config {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t seconds;
};
constexpr std::array units{Unit{"y", 31'536'000}, Unit{"w", 604'800}, Unit{"d", 86'400},
                           Unit{"h", 3'600},      Unit{"m", 60},      Unit{"s", 1}};

struct Spelling {
    std::string_view written;
    std::string_view unit;
};
constexpr std::array spellings{
    Spelling{"sec", "s"},   Spelling{"secs", "s"}, Spelling{"second", "s"}, Spelling{"seconds", "s"},
    Spelling{"min", "m"},   Spelling{"mins", "m"}, Spelling{"minute", "m"}, Spelling{"minutes", "m"},
    Spelling{"M", "m"},     Spelling{"hr", "h"},   Spelling{"hrs", "h"},    Spelling{"hour", "h"},
    Spelling{"hours", "h"}, Spelling{"H", "h"},    Spelling{"day", "d"},    Spelling{"days", "d"},
    Spelling{"D", "d"},     Spelling{"week", "w"}, Spelling{"weeks", "w"},  Spelling{"year", "y"},
    Spelling{"years", "y"}, Spelling{"S", "s"},
};

std::string_view take(std::string_view& text, bool digits) {
    const auto end = std::find_if(text.begin(), text.end(), [&](char c) { return is_digit(c) != digits; });
    const auto taken = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(taken.size());
    return taken;
}

Wrong wrong(std::string_view text, const std::string& why) {
    return {"expected a duration such as `30m`, found " + quote(text) + why};
}

std::string explain_unit(std::string_view count, std::string_view unit) {
    for (const auto& [written, meant] : spellings)
        if (unit == written) return "; did you mean " + quote(std::string(count) + std::string(meant)) + "?";
    if (unit == "ms") return "; the smallest unit is `s`";
    if (unit.front() == '.' || unit.front() == ',')
        return "; whole numbers only, smaller units take the rest: `1h30m`";
    if (unit.find_first_of(" \t") != std::string_view::npos) return "; write it without spaces";
    return "; the units are `y`, `w`, `d`, `h`, `m`, `s`";
}

}  // namespace

Parsed<core::Seconds> parse_duration(std::string_view text) {
    std::string_view rest = text;
    std::int64_t total = 0;
    auto last = units.begin();  // the largest unit that may still come
    if (rest.empty()) return wrong(text, "");
    while (!rest.empty()) {
        const std::string_view count = take(rest, true);
        const std::string_view unit = take(rest, false);
        if (count.empty()) {
            if (unit.front() == '-') return wrong(text, "; a duration is not negative");
            return wrong(text, "; a number comes first");
        }
        if (unit.empty() && count.size() == text.size())
            return wrong(text, ", a number without a unit; did you mean " + quote(std::string(text) + "s") +
                                   " or " + quote(std::string(text) + "m") + "?");
        if (unit.empty()) return wrong(text, "; the last number has no unit");
        const auto known =
            std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == unit; });
        if (known == units.end()) return wrong(text, explain_unit(count, unit));
        if (known < last) return wrong(text, "; each unit once, from large to small: `1d12h30m`");
        last = known + 1;
        // Ten digits are more than any bound below, and their product with a year still fits.
        if (count.size() > 10) return wrong(text, "; the longest is `90y`");
        std::int64_t number = 0;
        for (const char digit : count) number = number * 10 + (digit - '0');
        total += number * known->seconds;
        if (total > longest_duration.count()) return wrong(text, "; the longest is `90y`");
    }
    return core::Seconds{total};
}

}  // namespace curfew::config
