#pragma once
// Passes over fleets whose connections are kept: `curfew run` as it ships, observing, and a lab in another
// process with 20 people on every server.

#include <cstddef>
#include <optional>

namespace curfew::bench {

// Over 100, 1,000 and 10,000 servers, or over so many. Prints the table; the exit status.
int fleet_passes(std::optional<std::size_t> servers);

}  // namespace curfew::bench
