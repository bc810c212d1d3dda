#include "config/decode/rate.hpp"

#include <charconv>
#include <cstdint>
#include <optional>

#include "config/decode/duration.hpp"
#include "config/wording.hpp"

namespace curfew::config {
namespace {

std::optional<std::uint32_t> whole_number(std::string_view text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

Wrong wrong_rate(std::string_view text, const std::string& why) {
    return {"expected a number of sessions in a time such as `20/1m`, found " + quote(text) + why};
}

Wrong wrong_share(std::string_view text, const std::string& why) {
    return {"expected a share such as `30%`, found " + quote(text) + why};
}

}  // namespace

Parsed<policy::RateLimit> parse_rate(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto count = whole_number(text.substr(0, slash));
    if (slash == std::string_view::npos) {
        if (!count) return wrong_rate(text, "");
        return wrong_rate(text, "; did you mean " + quote(std::string(text) + "/1m") + "?");
    }
    if (!count) return wrong_rate(text, "; a whole number comes before the `/`");
    const std::string_view window = text.substr(slash + 1);
    if (window.size() == 1 && window.find_first_of("ywdhms") == 0)
        return wrong_rate(
            text, "; did you mean " + quote(std::to_string(*count) + "/1" + std::string(window)) + "?");
    const auto duration = parse_duration(window);
    if (!duration) return wrong_rate(text, "; behind the `/`: " + duration.error().message);
    if (*duration == core::Seconds{0}) return wrong_rate(text, "; the time must be longer than `0s`");
    return policy::RateLimit{*count, *duration};
}

Parsed<policy::Share> parse_share(std::string_view text) {
    if (!text.ends_with('%')) {
        const bool number = whole_number(text).has_value();
        return wrong_share(text, number ? "; did you mean " + quote(std::string(text) + "%") + "?" : "");
    }
    const std::string_view number = text.substr(0, text.size() - 1);
    const std::size_t point = number.find('.');
    const auto whole = whole_number(number.substr(0, point));
    std::uint32_t hundredths = 0;
    if (point != std::string_view::npos) {
        const std::string_view decimals = number.substr(point + 1);
        const auto value = whole_number(decimals);
        if (!value) return wrong_share(text, "");
        if (decimals.size() > 2) return wrong_share(text, "; at most two decimals");
        hundredths = decimals.size() == 1 ? *value * 10 : *value;
    }
    if (!whole) return wrong_share(text, "");
    if (*whole > 100 || (*whole == 100 && hundredths > 0)) return wrong_share(text, "; `100%` is all");
    return policy::Share{*whole * 100 + hundredths};
}

}  // namespace curfew::config
