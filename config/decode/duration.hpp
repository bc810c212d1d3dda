#pragma once
// Durations as Prometheus writes them: whole units from large to small, each once. No milliseconds: SMB
// servers tell seconds.

#include <string_view>

#include "config/decode/parsed.hpp"
#include "core/time.hpp"

namespace curfew::config {

inline constexpr core::Seconds day{86'400};
inline constexpr core::Seconds year = 365 * day;
// Three times as long still fits a steady clock's nanoseconds.
inline constexpr core::Seconds longest_duration = 90 * year;

Parsed<core::Seconds> parse_duration(std::string_view text);

}  // namespace curfew::config
