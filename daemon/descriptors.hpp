#pragma once
// A kept connection takes a descriptor, and a fleet may have more servers than the 1,024 that a process is
// usually given.

namespace curfew::daemon {

// As many as this process may have without asking anybody.
void use_all_descriptors();

}  // namespace curfew::daemon
