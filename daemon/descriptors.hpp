#pragma once
// A kept connection takes a descriptor, and a fleet may have more servers than the 1,024 that a process is
// usually given.

#include <cstddef>

namespace curfew::daemon {

// As many as this process may have without asking anybody.
void use_all_descriptors();

// How many connections to servers that leaves room for: the audit, the control socket, DNS, secrets and
// threads need some too.
std::size_t most_connections();
// The same of so many descriptors.
std::size_t most_connections(std::size_t descriptors);

}  // namespace curfew::daemon
