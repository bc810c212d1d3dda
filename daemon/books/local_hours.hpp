#pragma once
// The hours of the day on the clock of this machine.

#include <string>

#include "core/time.hpp"

namespace curfew::daemon {

unsigned local_hour(core::WallTime time);  // 0 to 23

// What its time zone is called: `Europe/Berlin` where that is known, else as the clock was called at that
// time, such as `CET`.
std::string local_zone(core::WallTime at);

}  // namespace curfew::daemon
