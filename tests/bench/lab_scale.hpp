#pragma once
// What a lab of many servers costs: `curfew lab` in a process of its own, asked by `curfew run` in another.

#include <cstddef>

namespace curfew::bench {

// Prints the table; the exit status.
int lab_scale(std::size_t servers);

}  // namespace curfew::bench
