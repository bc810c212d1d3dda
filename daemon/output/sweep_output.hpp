#pragma once
// What `plan` and `run --once` print: the same shape as a table and as JSON.

#include <string>

#include "config/config.hpp"
#include "core/time.hpp"
#include "daemon/fleet/sweep.hpp"

namespace curfew::daemon {

struct SweepOutput {
    const config::Config& config;
    policy::Mode mode;  // what the sweep was made under
    core::WallTime at;
    const std::vector<SweptServer>& servers;
    const SweepResult& result;
    bool ended;  // run --once: disconnects carry an outcome
};

std::string sweep_json(const SweepOutput& output);
std::string sweep_table(const SweepOutput& output);

// One word for a disconnect that was attempted, an error by its name.
std::string outcome_text(const Verdict& verdict);

}  // namespace curfew::daemon
