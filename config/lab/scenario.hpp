#pragma once
// A file to one scenario of a lab, or to diagnostics with exact places. README.md is the reference.

#include <optional>
#include <string>
#include <vector>

#include "config/diagnostic.hpp"
#include "core/lab/scenario.hpp"

namespace curfew::config {

struct LoadedScenario {
    std::optional<core::lab::Scenario> scenario;  // empty where there is an error
    std::vector<Diagnostic> diagnostics;          // also warnings, by line and column
};

// Do not throw. A file that cannot be read is a diagnostic, too.
LoadedScenario load_scenario(const std::string& path);
LoadedScenario scenario_from_text(const std::string& text, const std::string& path);

// What a scenario may hold: far more than a machine can serve, and few enough that a file made to do harm
// does not fill its memory.
inline constexpr std::uint32_t most_lab_servers = 20'000;
inline constexpr std::uint32_t most_sessions_of_a_server = 100'000;
inline constexpr std::uint64_t most_lab_sessions = 1'000'000;
inline constexpr std::uint64_t most_lab_text = std::uint64_t{64} << 20U;  // bytes: names, tags and faults

}  // namespace curfew::config
