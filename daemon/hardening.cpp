#include "daemon/hardening.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace curfew::daemon {

void forbid_core_files() {
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    // Also keeps other processes of the same user from reading this one's memory.
    prctl(PR_SET_DUMPABLE, 0);
}

}  // namespace curfew::daemon
