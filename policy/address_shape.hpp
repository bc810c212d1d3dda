#pragma once
// Client patterns that can only mean an address, and are not one: `10.20.*`, `10.20.1.0/16`, `fe80:*`. Taken
// for names they would match nobody and say nothing.

#include <optional>
#include <string_view>

#include "policy/pattern.hpp"

namespace curfew::policy {

// Empty where `text`, which is neither an address nor a CIDR block, can be a name.
std::optional<PatternProblem> misspelt_address(std::string_view text);

}  // namespace curfew::policy
