#pragma once
// What outlives the process. Holds, trips and what was spent of the limits are in the books at every moment,
// so that they are there after any end. The memory of `for` and `quiet` is written when the daemon ends in
// good order and taken out again when it starts: after a crash nobody knows what the last looks saw, and
// nothing is proven.

#include "daemon/commands/runtime.hpp"
#include "daemon/store/store.hpp"

namespace curfew::daemon {

// Before anything is looked at; blocks. Where the holds cannot be read nothing is ended until they can be.
void restore(Store& store, Runtime& runtime);

// The holds that are in the books. Where they cannot be read nothing is ended until they can be.
void restore_holds(Store& store, Runtime& runtime);

// Counts what was spent before.
void restore_spent(const std::vector<Spent>& spent, Runtime& runtime);

// When every visit is over.
void write_down(Store& store, Runtime& runtime);

}  // namespace curfew::daemon
