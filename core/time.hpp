#pragma once
// Time is handed in, everywhere, as one value: durations are measured on the steady clock, schedules read the
// wall clock. Only the daemon's shell reads real clocks; a test turns these by hand.

#include <chrono>

namespace curfew::core {

using SteadyTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;
using Seconds = std::chrono::seconds;
using Milliseconds = std::chrono::milliseconds;

struct Now {
    SteadyTime steady;
    WallTime wall;
};

}  // namespace curfew::core
