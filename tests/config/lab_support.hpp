#pragma once
// Scenarios in, diagnostics or values out, as a person would see them.

#include <string>
#include <string_view>
#include <vector>

#include "config/lab/scenario.hpp"

namespace curfew::config::test {

// As if `text` stood in lab.yaml.
LoadedScenario read_scenario(std::string_view text);

// Every diagnostic as a line. Fails the test where there is both an error and a scenario, or neither.
std::vector<std::string> said(const LoadedScenario& loaded);

// What a table of mistakes is made of: what stands between the beginning and the end of a file, and
// everything that has to be said of it, without the name of the file.
struct ScenarioMistake {
    std::string_view text;
    std::vector<std::string> diagnostics;
};
void expect_scenario_mistakes(std::string_view begin, std::string_view end,
                              const std::vector<ScenarioMistake>& mistakes);

}  // namespace curfew::config::test
