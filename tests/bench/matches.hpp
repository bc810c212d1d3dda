#pragma once
// How late a match is found that time alone makes, by the real daemon in real time; and how many looks that
// takes, compared with a look at every server every 60 seconds.

#include <cstddef>

namespace curfew::bench {

// Watches for so long. Prints the table; the exit status.
int matches(std::size_t seconds);

}  // namespace curfew::bench
