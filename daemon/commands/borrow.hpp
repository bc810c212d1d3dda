#pragma once
// What the running daemon of a configuration lends to the commands that sweep the fleet by themselves.

#include "daemon/commands/runtime.hpp"
#include "daemon/fleet/sweep.hpp"

namespace curfew::daemon {

// Puts trips, holds and what is spent into the runtime, and returns the memory. Nothing where no daemon runs,
// none can be asked, or it has another configuration in force; what was borrowed, or why not, is said in one
// line on standard error where there is a `control:`.
BorrowedMemory borrow(Runtime& runtime);

}  // namespace curfew::daemon
