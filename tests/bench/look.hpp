#pragma once
// What a look costs, side by side in one run on one smbd: curfew kept and cold, a bare TCP echo of the same
// bytes, rpcclient as a process, Python clients on a kept connection.

namespace curfew::bench {

// Prints the table; the exit status. `only_kept`: kept looks alone, for a profiler.
int look(bool only_kept);

}  // namespace curfew::bench
