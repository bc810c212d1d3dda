#pragma once
// What the system says of another process, while it runs.

#include <cstddef>
#include <optional>

#include <sys/types.h>

namespace curfew::bench {

struct Memory {
    double all_kb = 0;      // resident
    double private_kb = 0;  // of it: no file's
};
Memory memory_of(pid_t process);

double cpu_seconds_of(pid_t process);          // user and system; counted in hundredths
double precise_cpu_seconds_of(pid_t process);  // to the nanosecond; threads that are over count, too

// Empty where the system does not tell: it keeps what cannot be dumped to itself and to root.
std::optional<std::size_t> descriptors_of(pid_t process);

}  // namespace curfew::bench
