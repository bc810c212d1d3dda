#pragma once
// Who is exempt from what by a policy, for people: what `check` prints.

#include <string>

#include "config/config.hpp"

namespace curfew::daemon {

// Who is protected from all rules, and for the rules that end sessions who is kept by an earlier one or left
// out by a `not` of their own. What is exempt from the same rules, and rules that exempt the same, stand
// together. Rules that are off for good are left out. Escaped; empty where nobody is exempt from anything.
std::string exemptions(const config::Config& config, core::WallTime now);

}  // namespace curfew::daemon
