#pragma once
// How soon a server is asked again while somebody is banned: as often as the fleet can bear. Pure.

#include <cstddef>

#include "core/time.hpp"

namespace curfew::daemon {

// From an answer to the next question, for a fleet of `servers`. A second at least; a millisecond for each
// server, so that a thousand are asked in a second; twenty times what the server takes to answer, so that it
// is busy with curfew a twentieth of its time. And never longer than `interval`, which is what a fleet bears
// always; a second where that is shorter.
core::SteadyTime::duration ban_pace(std::size_t servers, core::SteadyTime::duration answered_in,
                                    core::SteadyTime::duration interval);

}  // namespace curfew::daemon
