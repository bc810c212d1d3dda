#pragma once
// What the system says of a process that runs.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace curfew::testing {

struct Use {
    double resident_kb = 0;
    std::size_t threads = 0;
    // Empty where the system does not tell: what cannot be dumped it keeps to itself and to root.
    std::optional<std::size_t> descriptors;
    std::size_t connections = 0;  // TCP, established, to that port
};
Use use_of(pid_t process, std::uint16_t port);

// The one in the middle; 0 of none.
double median(std::vector<double> values);

// Whether memory stays where it is: the medians of the first and the last third, and the bound on the last.
struct Flatness {
    double first_kb = 0;
    double last_kb = 0;
    double at_most_kb = 0;
    bool flat() const { return last_kb <= at_most_kb; }
};
Flatness flatness(const std::vector<double>& resident_kb);

}  // namespace curfew::testing
