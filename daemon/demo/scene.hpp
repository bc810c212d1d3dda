#pragma once
// What the demo plays: an office of a few file servers, an evening, and a policy for it.

#include <string>
#include <vector>

#include "core/lab/scenario.hpp"

namespace curfew::daemon {

// Some seventeen sessions a server; every third server is a Samba.
core::lab::Scenario demo_scenario(std::size_t servers, std::uint64_t seed, double speed);

// When the evening begins: a Monday at 18:50, UTC.
core::WallTime demo_begin();

// The policy of the demo as an operator would write it: all of a curfew.yaml but servers and credentials.
std::string demo_policy();

// A line for each of its parts, for people.
std::vector<std::string> demo_policy_in_words();

}  // namespace curfew::daemon
