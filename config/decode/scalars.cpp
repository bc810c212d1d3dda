#include "config/decode/scalars.hpp"

#include <algorithm>
#include <charconv>

#include "config/decode/duration.hpp"

namespace curfew::config {
namespace {

std::string in_words(core::Seconds duration) {
    constexpr std::array units{std::pair{"d", 86'400}, std::pair{"h", 3'600}, std::pair{"m", 60},
                               std::pair{"s", 1}};
    for (const auto& [unit, seconds] : units)
        if (duration.count() % seconds == 0 && duration.count() > 0)
            return std::to_string(duration.count() / seconds) + unit;
    return "0s";
}

// What double quotes do to `CORP\bob`, and how to write it instead.
std::string about_escapes(const std::string& written) {
    if (written.find_first_of("'\n") != std::string::npos)
        return "in double quotes a backslash begins an escape; use single quotes, where it is itself";
    return "in double quotes a backslash begins an escape; write '" + written + "' in single quotes";
}

}  // namespace

std::optional<std::string> read_name(const Value& value, std::string_view what, Empty empty) {
    if (!value.is_scalar() || (value.node().text.empty() && empty == Empty::refused)) {
        value.expected(what);
        return std::nullopt;
    }
    const yaml::Node& node = value.node();
    if (!node.escaped.empty()) {
        value.error(about_escapes(node.escaped));
        return std::nullopt;
    }
    if (node.several_lines || node.style == yaml::Style::block) {
        value.error("expected " + std::string(what) +
                    " on one line; YAML joins lines with spaces, and several are written as a list");
        return std::nullopt;
    }
    if (has_control_character(node.text)) {
        value.error("expected " + std::string(what) + ", found the control characters of " +
                    quote(node.text) + "; write it on one line, in single quotes");
        return std::nullopt;
    }
    return node.text;
}

std::optional<std::string> read_prose(const Value& value, std::string_view what) {
    if (!value.is_scalar() || value.node().text.empty()) {
        value.expected(what);
        return std::nullopt;
    }
    std::string text = value.node().text;
    while (text.ends_with('\n')) text.pop_back();
    std::replace(text.begin(), text.end(), '\n', ' ');
    std::replace(text.begin(), text.end(), '\t', ' ');
    if (text.empty() || has_control_character(text)) {
        value.error("expected " + std::string(what) + ", found control characters in " +
                    quote(value.node().text) + "; use single quotes");
        return std::nullopt;
    }
    return text;
}

std::optional<bool> read_bool(const Value& value) {
    if (value.is_plain("true")) return true;
    if (value.is_plain("false")) return false;
    value.expected("`true` or `false` without quotes");
    return std::nullopt;
}

std::optional<std::uint32_t> read_number(const Value& value, std::string_view what, NumberBounds bounds) {
    const std::string& text = value.node().text;
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool plain = value.is_scalar() && value.node().style == yaml::Style::plain;
    const bool digits = plain && !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    if (!digits) {
        value.expected(what);
        return std::nullopt;
    }
    if (error != std::errc{} || number < bounds.least || number > bounds.most) {
        value.expected(std::string(what) + " from " + std::to_string(bounds.least) + " to " +
                       std::to_string(bounds.most));
        return std::nullopt;
    }
    return number;
}

std::optional<core::Seconds> read_duration(const Value& value, DurationBounds bounds) {
    const auto duration = read_parsed(value, "a duration such as `30m`", parse_duration);
    if (!duration) return std::nullopt;
    if (*duration >= bounds.least && *duration <= bounds.most) return duration;
    value.expected("a duration from " + quote(in_words(bounds.least)) + " to " +
                   quote(in_words(bounds.most)));
    return std::nullopt;
}

std::vector<Value> one_or_many(const Value& value, std::string_view what) {
    std::vector<Value> out;
    if (value.is_scalar()) {
        out.push_back(value);
    } else if (value.is_list() && !value.node().items.empty()) {
        out.reserve(value.node().items.size());
        for (std::size_t i = 0; i < value.node().items.size(); ++i) out.push_back(value.item(i));
    } else {
        value.expected(std::string(what) + " or a list of them");
    }
    return out;
}

std::optional<std::size_t> read_word(const Value& value, std::span<const std::string_view> words) {
    if (value.is_scalar()) {
        const std::string& text = value.node().text;
        const auto found = std::find(words.begin(), words.end(), text);
        if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
        value.error("expected " + any_of(words) + ", found " + quote(text) + did_you_mean(text, words));
        return std::nullopt;
    }
    value.expected(any_of(words));
    return std::nullopt;
}

}  // namespace curfew::config
