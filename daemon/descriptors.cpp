#include "daemon/descriptors.hpp"

#include <algorithm>
#include <limits>

#include <sys/resource.h>

namespace curfew::daemon {

// Where it cannot be raised it stays, and what then fails for want of descriptors says so itself.
void use_all_descriptors() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::size_t most_connections(std::size_t descriptors) {
    constexpr std::size_t reserve = 128;
    return std::max<std::size_t>(descriptors - std::min(reserve, descriptors / 2), 1);
}

std::size_t most_connections() {
    rlimit limit{};
    const bool bounded = ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    return bounded ? most_connections(limit.rlim_cur) : std::numeric_limits<std::size_t>::max();
}

}  // namespace curfew::daemon
