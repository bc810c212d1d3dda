#include "daemon/descriptors.hpp"

#include <sys/resource.h>

namespace curfew::daemon {

// Where it cannot be raised it stays, and what then fails for want of descriptors says so itself.
void use_all_descriptors() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace curfew::daemon
