#pragma once
// `{at_least: 30m, below: 2h}`; a bare duration means at least, a bare count means exactly.

#include <cstdint>
#include <optional>

#include "config/decode/value.hpp"
#include "policy/condition.hpp"

namespace curfew::config {

std::optional<policy::Range<core::Seconds>> read_duration_range(const Value& value);
// Of an idle time: `{at_least: 30m, or_quiet: 30m}` too.
std::optional<policy::IdleIn> read_idle(const Value& value);
std::optional<policy::Range<std::uint32_t>> read_count_range(const Value& value);

}  // namespace curfew::config
