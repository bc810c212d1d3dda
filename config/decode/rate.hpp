#pragma once
// What limits are written in: `20/1m` and `30%`.

#include <string_view>

#include "config/decode/parsed.hpp"
#include "policy/limits.hpp"

namespace curfew::config {

Parsed<policy::RateLimit> parse_rate(std::string_view text);

// Up to two decimals: a basis point is the smallest share.
Parsed<policy::Share> parse_share(std::string_view text);

}  // namespace curfew::config
