// The policy tests that the reference shows pass on the policy that it shows.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "daemon/testing/judge.hpp"

namespace curfew::daemon {
namespace {

std::string block_of_reference(std::string_view begins) {
    std::ostringstream content;
    content << std::ifstream(std::string(CURFEW_CONFIG_DIR) + "/LANGUAGE.md").rdbuf();
    const std::string reference = content.str();
    const std::string fence = "```yaml\n";
    const auto at = reference.find(fence + std::string(begins));
    if (at == std::string::npos) return {};
    return reference.substr(at + fence.size(), reference.find("```", at + fence.size()) - at - fence.size());
}

class Reference : public testing::Test {
  protected:
    Reference() {
        std::string name = (std::filesystem::temp_directory_path() / "curfew-reference-XXXXXX").string();
        if (::mkdtemp(name.data()) != nullptr) directory_ = name;
    }
    ~Reference() override {
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(directory_ / name, std::ios::binary) << text;
        return (directory_ / name).string();
    }

    std::filesystem::path directory_;
};

TEST_F(Reference, its_policy_tests_pass_on_its_policy) {
    ASSERT_FALSE(directory_.empty());
    write("curfew.yaml", block_of_reference("version: 1"));
    const auto loaded =
        config::load_tests(write("policy.test.yaml", block_of_reference("config: curfew.yaml")));
    for (const auto& diagnostic : loaded.diagnostics) ADD_FAILURE() << config::to_string(diagnostic);
    ASSERT_TRUE(loaded.tests);
    EXPECT_EQ(loaded.tests->tests.size(), 3U);
    for (const auto& test : loaded.tests->tests) {
        const auto judgement = judge(*loaded.tests->config, test);
        EXPECT_TRUE(judgement.passed) << test.name << ": " << judgement.came << "\n" << judgement.explanation;
    }
}

}  // namespace
}  // namespace curfew::daemon
