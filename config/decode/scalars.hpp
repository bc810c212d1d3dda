#pragma once
// Single values. Each complains by itself and returns nothing where something is wrong.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/decode/parsed.hpp"
#include "config/decode/value.hpp"
#include "core/time.hpp"

namespace curfew::config {

// A name, a pattern, a path: one line, no control characters, and nothing that double quotes changed on the
// way. `what` completes "expected WHAT". `""` only where it means something.
enum class Empty { refused, allowed };
std::optional<std::string> read_name(const Value& value, std::string_view what, Empty empty = Empty::refused);

// Prose for people: may run over lines.
std::optional<std::string> read_prose(const Value& value, std::string_view what);

std::optional<bool> read_bool(const Value& value);

struct NumberBounds {
    std::uint32_t least = 0;
    std::uint32_t most = 1'000'000'000;
};
std::optional<std::uint32_t> read_number(const Value& value, std::string_view what, NumberBounds bounds);

struct DurationBounds {
    core::Seconds least;
    core::Seconds most;
};
std::optional<core::Seconds> read_duration(const Value& value, DurationBounds bounds);

// The value itself, or each item of a list that is not empty.
std::vector<Value> one_or_many(const Value& value, std::string_view what);

// Whatever `parse` makes of the text.
template <class T>
std::optional<T> read_parsed(const Value& value, std::string_view what,
                             Parsed<T> (*parse)(std::string_view)) {
    const auto text = read_name(value, what);
    if (!text) return std::nullopt;
    auto parsed = parse(*text);
    if (parsed) return std::move(*parsed);
    value.error(parsed.error().message);
    return std::nullopt;
}

std::optional<std::size_t> read_word(const Value& value, std::span<const std::string_view> words);

template <class T> struct Word {
    std::string_view text;
    T meaning;
};
template <class T, std::size_t n>
std::optional<T> read_enum(const Value& value, const std::array<Word<T>, n>& words) {
    std::array<std::string_view, n> texts;
    for (std::size_t i = 0; i < n; ++i) texts[i] = words[i].text;
    const auto index = read_word(value, texts);
    if (!index) return std::nullopt;
    return words[*index].meaning;
}

}  // namespace curfew::config
