#pragma once
// Where the daemon's socket is, for commands: by the configuration's `control:` and nothing else in it, so
// that a daemon can be asked about a file that it refuses.

#include <optional>
#include <string>

#include "config/service.hpp"
#include "core/errors/error.hpp"

namespace curfew::daemon {

inline constexpr const char* usual_control_socket = "/run/curfew/control.sock";

struct FoundControl {
    config::Control control;
    std::string remark;  // for people, where it is not what the file says; may be empty
};

// `socket`, where somebody named it; or that of the file `config`; or where that one cannot be read as YAML,
// the usual one. EINVAL where the file has no `control:`.
core::Result<FoundControl> find_control(const std::string& config, const std::optional<std::string>& socket);

}  // namespace curfew::daemon
