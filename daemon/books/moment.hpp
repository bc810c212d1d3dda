#pragma once
// Moments as people say them on the command line: `2026-03-02T21:30:00+01:00`, or how long ago, `7d`.

#include <optional>
#include <string_view>
#include <variant>

#include "config/decode/parsed.hpp"
#include "core/time.hpp"

namespace curfew::daemon {

using Moment = std::variant<core::WallTime, core::Seconds>;  // itself, or how long ago

config::Parsed<Moment> parse_moment(std::string_view text);
core::WallTime time_of(const Moment& moment, core::WallTime now);

struct TimeRange {
    std::optional<Moment> since;  // from then on; empty: from the first row
    std::optional<Moment> until;  // before then; empty: to the last
};

}  // namespace curfew::daemon
