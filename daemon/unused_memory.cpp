#include "daemon/unused_memory.hpp"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace curfew::daemon {

void give_back_unused_memory() {
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
}

}  // namespace curfew::daemon
