#pragma once
// How the benchmarks print what they found: a line for each number, and aims that are met or missed.

#include <cstdio>

namespace curfew::bench {

inline void line(const char* what, double value, const char* unit) {
    std::printf("  %-58s %9.2f %s\n", what, value, unit);
}

inline void verdict(const char* aim, double value, double at_most) {
    std::printf("  %-58s %9.2f  %s\n", aim, value, value <= at_most ? "met" : "MISSED");
}

// A number that this curfew does not tell.
inline void no_line(const char* what, const char* why) {
    std::printf("  %-58s %9s %s\n", what, "-", why);
}

}  // namespace curfew::bench
