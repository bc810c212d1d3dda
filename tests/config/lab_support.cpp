#include "tests/config/lab_support.hpp"

#include <gtest/gtest.h>

namespace curfew::config::test {

LoadedScenario read_scenario(std::string_view text) {
    return scenario_from_text(std::string(text), "lab.yaml");
}

std::vector<std::string> said(const LoadedScenario& loaded) {
    std::vector<std::string> out;
    bool error = false;
    for (const Diagnostic& diagnostic : loaded.diagnostics) {
        out.push_back(to_string(diagnostic));
        error = error || diagnostic.severity == Severity::error;
    }
    EXPECT_EQ(error, !loaded.scenario.has_value());
    return out;
}

void expect_scenario_mistakes(std::string_view begin, std::string_view end,
                              const std::vector<ScenarioMistake>& mistakes) {
    for (const auto& [text, diagnostics] : mistakes) {
        std::vector<std::string> expected;
        for (const std::string& diagnostic : diagnostics) expected.push_back("lab.yaml:" + diagnostic);
        const std::string file = std::string(begin).append(text).append(end);
        EXPECT_EQ(said(read_scenario(file)), expected) << file;
    }
}

}  // namespace curfew::config::test
