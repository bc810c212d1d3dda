#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace curfew::testing {

// fork and exec, with everything prepared before the fork: the child of a program with threads (and of one
// under ThreadSanitizer) may make async-signal-safe calls only. The child gets a process group of its own,
// these three descriptors, no others, and default signals. A name without a slash is looked up in PATH and
// then in the sbin directories, which an ordinary user's PATH lacks. Throws std::system_error, also when exec
// fails.
pid_t spawn(const std::vector<std::string>& argv, const std::vector<std::string>& env, const int (&fds)[3],
            bool pdeathsig);

}  // namespace curfew::testing
