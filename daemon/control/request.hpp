#pragma once
// A request as bytes to a request as a value: pure, for whatever strangers send.

#include <cstddef>
#include <string_view>

#include "core/errors/error.hpp"
#include "daemon/control/handler.hpp"

namespace curfew::daemon {

inline constexpr std::size_t longest_control_request = std::size_t{1} << 20;

// One line without its end. Whom it is from is left empty. What a command makes of its arguments is not known
// here.
core::Result<ControlRequest> read_control_request(std::string_view line);

// The last line of an answer, with its end.
std::string done_line(int exit);
std::string error_line(const core::Error& error);

}  // namespace curfew::daemon
