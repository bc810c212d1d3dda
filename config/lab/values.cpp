#include "config/lab/values.hpp"

#include <algorithm>
#include <charconv>

#include "config/decode/duration.hpp"
#include "config/wording.hpp"

namespace curfew::config {
namespace {

constexpr std::string_view digits = "0123456789";

bool all_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of(digits) == std::string_view::npos;
}

bool is_plain_scalar(const Value& value) {
    return value.is_scalar() && value.node().style == yaml::Style::plain;
}

// So many hundredths; empty where it is no such number, or a greater one than any that is wanted.
std::optional<std::uint32_t> hundredths(std::string_view text) {
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    std::string_view decimals;
    if (point != std::string_view::npos) {
        decimals = text.substr(point + 1);
        if (!all_digits(decimals) || decimals.size() > 2) return std::nullopt;
    }
    if (!all_digits(whole) || whole.size() > 6) return std::nullopt;
    std::uint32_t number = 0;
    for (const char digit : whole) number = number * 10 + static_cast<std::uint32_t>(digit - '0');
    for (std::size_t i = 0; i < 2; ++i)
        number = number * 10 + (i < decimals.size() ? static_cast<std::uint32_t>(decimals[i] - '0') : 0);
    return number;
}

}  // namespace

Parsed<core::lab::Span> parse_span(std::string_view text) {
    const auto wrong = [&](const std::string& why) {
        return Wrong{"expected a span of time such as `5m-40m`, found " + quote(text) + "; " + why};
    };
    const std::size_t dash = text.find('-');
    const auto least = parse_duration(text.substr(0, dash));
    if (!least) return wrong(least.error().message);
    if (dash == std::string_view::npos) return core::lab::Span{*least, *least};
    const auto most = parse_duration(text.substr(dash + 1));
    if (!most) return wrong("behind the `-`: " + most.error().message);
    if (*least > *most) return wrong("the shorter time comes first");
    return core::lab::Span{*least, *most};
}

Parsed<core::Milliseconds> parse_real_time(std::string_view text) {
    const auto wrong = [&](const std::string& why) {
        return Wrong{"expected a duration such as `200ms` or `2s`, found " + quote(text) + why};
    };
    if (all_digits(text))
        return wrong(", a number without a unit; did you mean " + quote(std::string(text) + "ms") + "?");
    core::Milliseconds total{0};
    std::string_view rest = text;
    if (rest.ends_with("ms")) {
        rest.remove_suffix(2);
        const std::size_t last_unit = rest.find_last_not_of(digits);
        const std::string_view count =
            last_unit == std::string_view::npos ? rest : rest.substr(last_unit + 1);
        if (count.empty() || count.size() > 9) return wrong("; before `ms` comes a whole number");
        rest.remove_suffix(count.size());
        std::uint32_t number = 0;
        std::from_chars(count.data(), count.data() + count.size(), number);
        total = core::Milliseconds{number};
        if (rest.empty()) return total;
    }
    const auto seconds = parse_duration(rest);
    if (!seconds) return wrong("; " + seconds.error().message);
    return total + *seconds;
}

std::optional<double> read_speed(const Value& value) {
    const auto number = is_plain_scalar(value) ? hundredths(value.node().text) : std::nullopt;
    if (number && *number >= 1 && *number <= 10'000'000) return static_cast<double>(*number) / 100;
    value.expected("a number from 0.01 to 100000 with at most two decimals");
    return std::nullopt;
}

std::optional<std::uint64_t> read_seed(const Value& value) {
    const std::string& text = value.node().text;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (is_plain_scalar(value) && all_digits(text) && error == std::errc{}) return number;
    value.expected("a whole number from 0 to 18446744073709551615");
    return std::nullopt;
}

std::optional<std::string> read_bounded_name(const Value& value, std::string_view what, NameBounds bounds) {
    auto name = read_name(value, what, bounds.empty);
    if (!name || name->size() <= bounds.most) return name;
    value.expected(std::string(what) + " of at most " + std::to_string(bounds.most) + " bytes");
    return std::nullopt;
}

}  // namespace curfew::config
