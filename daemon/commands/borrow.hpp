#pragma once
// What the running daemon of a configuration lends to the commands that sweep the fleet by themselves.

#include "daemon/commands/runtime.hpp"
#include "daemon/fleet/sweep.hpp"

namespace curfew::daemon {

// Puts trips, holds, bans and what is spent into the runtime, and returns the memory. Nothing but holds and
// bans where it has another configuration in force; why not is said in one line on standard error. Who
// `enforces` ends nobody where a daemon runs that cannot be asked what is held.
BorrowedMemory borrow(Runtime& runtime, bool enforces);

}  // namespace curfew::daemon
