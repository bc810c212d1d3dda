#pragma once
// The seam between days and nights. `["mon-fri 20:00-06:00", "sat,sun"]` reads like "nights and weekends",
// and leaves Monday from 00:00 to 06:00 out, for that night belongs to Sunday, and Sunday ends at midnight.

#include <optional>
#include <string>

#include "policy/schedule.hpp"

namespace curfew::config {

// A sentence about the first seam of the week, or nothing. Found where a day is open to its end, the next one
// is not from its beginning, and yet that one has a night of its own: then the night between was hardly left
// out on purpose.
std::optional<std::string> find_seam(const policy::Timetable& timetable);

}  // namespace curfew::config
