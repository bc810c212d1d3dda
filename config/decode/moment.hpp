#pragma once
// A date and a time on the wall clock of a zone: `2026-11-27 18:00 Europe/Berlin`.

#include <string_view>

#include "config/decode/parsed.hpp"
#include "config/zones.hpp"
#include "core/time.hpp"

namespace curfew::config {

inline constexpr std::string_view a_moment = "a date and time such as `2026-11-27 18:00 Europe/Berlin`";

// Wrong where the clock there never shows it, or shows it twice: nobody is to guess which was meant.
Parsed<core::WallTime> parse_moment(std::string_view text, Zones& zones);

}  // namespace curfew::config
