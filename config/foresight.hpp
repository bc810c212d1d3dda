#pragma once
// What can be said against a sound configuration only when one knows what time it is.

#include <vector>

#include "config/config.hpp"

namespace curfew::config {

// Warnings: schedules that never open again, calendars of which everything is past, rules that are off for
// good.
std::vector<Diagnostic> warnings_at(const Config& config, core::WallTime now);

// Each time zone that the configuration gives to a server, once, by name.
std::vector<policy::Zone> server_zones(const Config& config);

}  // namespace curfew::config
