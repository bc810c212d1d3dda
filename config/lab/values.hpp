#pragma once
// Values that only a scenario has.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/decode/scalars.hpp"
#include "core/lab/scenario.hpp"

namespace curfew::config {

// `5m-40m`, or `5m` for exactly that.
Parsed<core::lab::Span> parse_span(std::string_view text);

// As a duration, and with milliseconds: `200ms`, `1s500ms`. Not of the lab but of the clock on the wall.
Parsed<core::Milliseconds> parse_real_time(std::string_view text);

std::optional<double> read_speed(const Value& value);  // 0.01 to 100,000
std::optional<std::uint64_t> read_seed(const Value& value);

// As read_name, of at most so many bytes.
struct NameBounds {
    std::size_t most = 256;
    Empty empty = Empty::refused;
};
std::optional<std::string> read_bounded_name(const Value& value, std::string_view what, NameBounds bounds);

}  // namespace curfew::config
