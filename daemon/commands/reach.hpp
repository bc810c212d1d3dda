#pragma once
// The running daemon of a configuration, for commands that can do without.

#include <optional>

#include "config/config.hpp"
#include "daemon/control/client.hpp"

namespace curfew::daemon {

// Empty where nobody listens, or there is no `control:`. An error where somebody does who cannot be asked:
// what is done beside a daemon is not done behind its back.
core::Result<std::optional<ControlClient>> reach(const config::Config& config);

}  // namespace curfew::daemon
