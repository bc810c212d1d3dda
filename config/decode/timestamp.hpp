#pragma once
// An instant as RFC 3339 writes it: `2026-03-02T21:30:00+01:00`, `2026-03-02T20:30:00Z`.

#include <string_view>

#include "config/decode/parsed.hpp"
#include "core/time.hpp"

namespace curfew::config {

inline constexpr std::string_view a_timestamp = "a time with its offset such as `2026-03-02T21:30:00+01:00`";

// From 1970 to 2199. Fractions of a second are read and dropped, a leap second is not known.
Parsed<core::WallTime> parse_timestamp(std::string_view text);

}  // namespace curfew::config
