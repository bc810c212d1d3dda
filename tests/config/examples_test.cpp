// What the documentation shows has to work.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "config/foresight.hpp"
#include "config/second_thoughts.hpp"
#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

std::string content(const std::string& path) {
    std::ostringstream out;
    out << std::ifstream(path).rdbuf();
    return out.str();
}

// All that `check --strict` would say, today or in some years.
TEST(Examples, LoadWithoutAWord) {
    using std::chrono::sys_days;
    using std::chrono::year;
    for (const std::string name :
         {"contractors", "daemon", "idle-clean-up", "maintenance-night", "migration-freeze", "minimal",
          "office-hours", "rollout", "teams", "two-offices", "two-pcs", "vip-laptop"}) {
        const Loaded loaded = load(std::string(CURFEW_CONFIG_DIR) + "/examples/" + name + ".yaml");
        EXPECT_NE(loaded.config, nullptr) << name;
        std::vector<Diagnostic> said = loaded.diagnostics;
        const auto add = [&](const std::vector<Diagnostic>& more) {
            said.insert(said.end(), more.begin(), more.end());
        };
        if (loaded.config) {
            add(second_thoughts(*loaded.config));
            add(rules_without_owner(*loaded.config));
            add(warnings_at(*loaded.config, sys_days{year{2026} / 11 / 1}));
            add(warnings_at(*loaded.config, sys_days{year{2037} / 11 / 1}));
        }
        for (const Diagnostic& diagnostic : said) ADD_FAILURE() << to_string(diagnostic);
    }
}

TEST(Examples, TeamsStayOnTheirGround) {
    const Loaded loaded = load(std::string(CURFEW_CONFIG_DIR) + "/examples/teams.yaml");
    ASSERT_NE(loaded.config, nullptr);
    const auto& rules = loaded.config->policy.rules;
    ASSERT_EQ(rules.size(), 4U);
    EXPECT_EQ(rules[1].key.name, "finance idle");
    EXPECT_NE(rules[1].at_most, nullptr);
    EXPECT_EQ(rules[2].at_most, nullptr);
    EXPECT_FALSE(rules[2].observes_on(loaded.config->servers[0].traits));
    EXPECT_TRUE(rules[2].observes_on(loaded.config->servers[1].traits));
}

TEST(Examples, SayWhatTheyMean) {
    const Loaded loaded = load(std::string(CURFEW_CONFIG_DIR) + "/examples/two-offices.yaml");
    ASSERT_NE(loaded.config, nullptr);
    const Config& config = *loaded.config;
    EXPECT_EQ(config.mode, policy::Mode::enforce);
    ASSERT_EQ(config.servers.size(), 3U);
    EXPECT_EQ(config.servers[2].mode, policy::Mode::observe);
    EXPECT_EQ(config.servers[2].spec.host, "10.40.0.5");
    EXPECT_EQ(config.servers[2].spec.security.encryption, core::Encryption::required);
    EXPECT_EQ(config.policy.protect.size(), 2U);
    ASSERT_EQ(config.policy.rules.size(), 4U);
    EXPECT_EQ(config.policy.rules[2].mode, policy::Mode::observe);
    EXPECT_EQ(config.policy.rules[3].hold, core::Seconds{7'200});
}

TEST(Examples, TheOfficeIsClosedWhenItSaysSo) {
    const Loaded loaded = load(std::string(CURFEW_CONFIG_DIR) + "/examples/office-hours.yaml");
    ASSERT_NE(loaded.config, nullptr);
    ASSERT_EQ(loaded.config->schedules.size(), 2U);
    const policy::Schedule& closed = *loaded.config->schedules[1].schedule;
    EXPECT_EQ(closed.name(), "closed");
    using std::chrono::sys_days;
    using std::chrono::year;
    const auto& berlin = loaded.config->servers[0].traits.timezone;
    const auto& pune = loaded.config->servers[2].traits.timezone;
    const core::WallTime six_in_berlin = sys_days{year{2026} / 11 / 23} + std::chrono::hours{5};
    EXPECT_EQ(closed.inside(berlin, six_in_berlin - core::Seconds{1}), policy::Truth::yes);
    EXPECT_EQ(closed.inside(berlin, six_in_berlin), policy::Truth::no);
    EXPECT_EQ(closed.inside(pune, six_in_berlin - core::Seconds{1}), policy::Truth::no);
    EXPECT_EQ(closed.inside(berlin, sys_days{year{2026} / 12 / 24} + std::chrono::hours{12}),
              policy::Truth::yes);
    EXPECT_EQ(closed.inside(berlin, sys_days{year{2027} / 1 / 4} + std::chrono::hours{12}),
              policy::Truth::yes);
}

// Every block of the reference that begins with `version:` is a whole file.
TEST(Examples, OfTheReferenceLoad) {
    const std::string reference = content(std::string(CURFEW_CONFIG_DIR) + "/LANGUAGE.md");
    const std::string fence = "```yaml\n";
    int files = 0;
    for (auto at = reference.find(fence); at != std::string::npos; at = reference.find(fence, at)) {
        at += fence.size();
        const std::string block = reference.substr(at, reference.find("```", at) - at);
        if (block.find("version: 1") == std::string::npos) continue;
        ++files;
        EXPECT_EQ(problems(block), std::vector<std::string>{}) << block;
    }
    EXPECT_EQ(files, 1);
}

}  // namespace
}  // namespace curfew::config::test
