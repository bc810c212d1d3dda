#include "config/rollout.hpp"

#include <gtest/gtest.h>

#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

// From another implementation of SHA-256: a rule must not wander over the fleet with an update.
TEST(Rollout, PlacesAreForEver) {
    EXPECT_EQ(rollout_place("idle workstations", "fs1.corp.example"), 2676U);
    EXPECT_EQ(rollout_place("idle workstations", "fs2.corp.example"), 7565U);
    EXPECT_EQ(rollout_place("office closed", "fs1.corp.example"), 6571U);
    EXPECT_EQ(rollout_place("", ""), 3192U);
    EXPECT_NE(rollout_place("a", "bc"), rollout_place("ab", "c"));
}

TEST(Rollout, AShareOfManyServersIsAboutThatShareAndGrows) {
    for (const std::string rule : {"a", "idle workstations"}) {
        int tenth = 0, quarter = 0;
        for (int i = 0; i < 10'000; ++i) {
            const std::uint32_t place = rollout_place(rule, "fs" + std::to_string(i) + ".corp.example");
            ASSERT_LT(place, 10'000U);
            tenth += place < 1'000;
            quarter += place < 2'500;
        }
        EXPECT_NEAR(tenth, 1'000, 150);
        EXPECT_NEAR(quarter, 2'500, 200);
    }
}

policy::Rule rule(std::string_view rollout) {
    const auto config =
        good(std::string(preamble) +
             "rules: [{name: r, when: any, then: disconnect, rollout: " + std::string(rollout) + "}]");
    return config->policy.rules.empty() ? policy::Rule{} : config->policy.rules[0];
}

TEST(Rollout, IsAShareOrTags) {
    const auto share = std::get<policy::RolloutShare>(rule("12.5%").rollout.value());
    EXPECT_EQ(share.places, 1'250U);
    ASSERT_NE(share.place, nullptr);
    EXPECT_EQ(share.place("office closed", "fs1.corp.example"),
              rollout_place("office closed", "fs1.corp.example"));
    EXPECT_EQ(std::get<policy::RolloutTags>(rule("{tags: finance}").rollout.value()).any_of,
              std::vector<std::string>{"finance"});
    EXPECT_EQ(std::get<policy::RolloutTags>(rule("{tags: [finance]}").rollout.value()).any_of.size(), 1U);
    policy::ServerTraits anywhere;
    anywhere.name = "fs1";
    EXPECT_TRUE(rule("0%").observes_on(anywhere));
    EXPECT_FALSE(rule("100%").observes_on(anywhere));
    EXPECT_NE(rule("10%").key.digest, rule("25%").key.digest);
}

TEST(Rollout, ExplainsMistakes) {
    const auto mistake = [](const std::string& rollout, const std::string& message) {
        EXPECT_EQ(errors(std::string(preamble) +
                         "rules: [{name: a, when: any, then: disconnect, rollout: " + rollout + "}]"),
                  std::vector<std::string>{"curfew.yaml:4:" + message})
            << rollout;
    };
    mistake("10", "57: rules[0].rollout: expected a share such as `30%`, found `10`; did you mean `10%`?");
    mistake("120%", "57: rules[0].rollout: expected a share such as `30%`, found `120%`; `100%` is all");
    mistake(
        "[]",
        "57: rules[0].rollout: expected a share of the servers such as `10%`, or `{tags: ring0}`, found an "
        "empty list");
    mistake("{tags: []}", "64: rules[0].rollout.tags: expected a tag or a list of them, found an empty list");
    mistake("{tags: finanze}",
            "64: rules[0].rollout.tags: no server bears the tag `finanze`; did you mean `finance`?");
    mistake("{tags: finance, share: 5%}", "73: rules[0].rollout.share: unknown key; known here: `tags`");
    EXPECT_EQ(errors(std::string(preamble) + "rules: [{name: a, when: any, then: keep, rollout: 10%}]"),
              std::vector<std::string>{
                  "curfew.yaml:4:51: rules[0].rollout: a rule that keeps has no `rollout`, for it "
                  "ends nobody anywhere; remove the key"});
    EXPECT_EQ(problems(std::string(preamble) +
                       "rules: [{name: a, when: any, then: disconnect, mode: observe, rollout: 10%}]"),
              std::vector<std::string>{
                  "curfew.yaml:4:72: warning: rules[0].rollout: this rule only observes, on every "
                  "server; its `rollout` has no effect yet"});
}

}  // namespace
}  // namespace curfew::config::test
