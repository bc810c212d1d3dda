#pragma once
// `curfew disconnect --everywhere`: one account ended on a whole fleet, through the daemon's kept connections
// and with its audit.

#include <cstddef>

namespace curfew::bench {

// Prints the table; the exit status. Says so where this curfew does not know the option.
int everywhere(std::size_t servers);

}  // namespace curfew::bench
