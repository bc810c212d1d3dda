#pragma once
// When to look at a server again, as plain functions of times.
//
// Every server has a phase of its own, a stable hash of its name: its looks fall on start + phase + k ×
// interval, so a fleet is not asked in one burst, neither now nor after hours. A server that fails is asked
// after one interval, then two, four, five at most, each with some jitter, and falls back to its grid when it
// answers.

#include <cstdint>
#include <string_view>

#include "core/time.hpp"

namespace curfew::daemon {

struct LookGrid {
    core::SteadyTime start{};
    core::Seconds interval{60};
};

// In [0, 1), the same for a name on every machine and after every restart.
double phase_of(std::string_view server);

// The first look of the first sweep: all of a small fleet at once, a large one spread over at most one
// interval.
core::SteadyTime first_look(const LookGrid& grid, std::string_view server, std::size_t servers);

// The next point of the server's grid after `now`.
core::SteadyTime next_look(const LookGrid& grid, std::string_view server, core::SteadyTime now);

// After the n-th failure in a row (n from 1); `jitter` in [0, 1).
core::SteadyTime retry_look(const LookGrid& grid, std::uint32_t failures, double jitter,
                            core::SteadyTime now);

}  // namespace curfew::daemon
