#pragma once
// Durations as they are written in the configuration: 1h30m.

#include <optional>
#include <string>

#include "core/time.hpp"

namespace curfew::core {

std::string duration_text(Seconds duration);
std::string duration_text(const std::optional<Seconds>& duration);  // "unknown" where there is none

}  // namespace curfew::core
