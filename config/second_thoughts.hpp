#pragma once
// What can be said against a sound configuration on second thought. `check` says it; whoever only wants to
// run is not kept waiting for it.

#include <vector>

#include "config/config.hpp"

namespace curfew::config {

// Warnings: rules that are never asked, rules that can match nearly everyone and do not say how many they may
// end; schedules and calendars that nothing uses.
std::vector<Diagnostic> second_thoughts(const Config& config);

// Warnings: rules without an `owner`.
std::vector<Diagnostic> rules_without_owner(const Config& config);

}  // namespace curfew::config
