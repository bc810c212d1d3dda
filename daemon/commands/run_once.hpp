#pragma once

#include "daemon/commands/commands.hpp"
#include "daemon/commands/runtime.hpp"

namespace curfew::daemon {

int run_once(Runtime& runtime, const RunOptions& options);

}  // namespace curfew::daemon
