#pragma once
// A text about ten thousand servers takes a few hundred megabytes for a moment, which the C library keeps for
// the next one.

namespace curfew::daemon {

// What is free goes back to the system, where that can be asked for. Takes some milliseconds.
void give_back_unused_memory();

}  // namespace curfew::daemon
