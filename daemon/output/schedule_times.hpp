#pragma once
// When schedules open and close next, for people.

#include <string>

#include "config/config.hpp"

namespace curfew::daemon {

// The next ten times each schedule of the configuration opens and closes, on the clock that it goes by; one
// that goes by the servers' own, once for each of their time zones. Empty where there are no schedules.
std::string schedule_times(const config::Config& config, core::WallTime now);

// A line for each rule that has a `from` or an `until`, in UTC: whether it is on now, and when that changes.
std::string rule_times(const config::Config& config, core::WallTime now);

// On the zone's wall clock, with what that is ahead of UTC: `Mon 2026-11-23 20:00 +01:00`.
std::string local_text(const policy::Zone& zone, core::WallTime time);

}  // namespace curfew::daemon
