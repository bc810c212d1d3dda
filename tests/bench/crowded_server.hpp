#pragma once
// Looks at one server of the lab with few and with many sessions, on a kept connection, in this process.

#include <cstddef>
#include <optional>

namespace curfew::bench {

// With 1, 1,000 and 50,000 sessions, or with so many. Prints the table; the exit status.
int crowded_server(std::optional<std::size_t> sessions);

}  // namespace curfew::bench
