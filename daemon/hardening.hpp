#pragma once
// No secret reaches a core file: there is none.

namespace curfew::daemon {

void forbid_core_files();

}  // namespace curfew::daemon
