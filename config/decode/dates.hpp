#pragma once
// Days: `2026-12-24`, and ranges of them, `2026-12-28..2026-12-31`, both ends included.

#include <chrono>
#include <string_view>

#include "config/decode/parsed.hpp"
#include "policy/dates.hpp"

namespace curfew::config {

// Dates begin with a digit, and nothing else that may stand beside them does.
bool looks_like_a_date(std::string_view text);

Parsed<std::chrono::local_days> parse_date(std::string_view text);
Parsed<policy::DateRange> parse_dates(std::string_view text);  // one, or a range

}  // namespace curfew::config
