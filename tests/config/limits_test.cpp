#include "policy/limits.hpp"

#include <gtest/gtest.h>

#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

using policy::RateLimit;
using std::chrono::seconds;

TEST(Limits, ReplaceTheDefaultsKeyByKey) {
    const auto config =
        good(std::string(preamble) + "limits: {fleet: [100/1m, 9/1d], per_server: 0/1m, share: {fleet: 5%}}");
    policy::Limits expected;
    expected.fleet = {RateLimit{100, seconds{60}}, RateLimit{9, seconds{86'400}}};
    expected.per_server = {RateLimit{0, seconds{60}}};
    expected.share_fleet = policy::Share{500};
    EXPECT_EQ(config->policy.limits, expected);
    EXPECT_EQ(good(preamble)->policy.limits, policy::Limits{});
}

TEST(Limits, OneShareIsForBoth) {
    const auto config =
        good(std::string(preamble) +
             "limits: {share: 12.5%}\n"
             "rules: [{name: r, when: any, then: disconnect, limits: {share: 100%, per_target: 1/1h}}]");
    EXPECT_EQ(config->policy.limits.share_fleet, policy::Share{1'250});
    EXPECT_EQ(config->policy.limits.share_server, policy::Share{1'250});
    ASSERT_EQ(config->policy.rules.size(), 1U);
    policy::LimitOverrides expected;
    expected.share_fleet = policy::Share{10'000};
    expected.share_server = policy::Share{10'000};
    expected.per_target = std::vector{RateLimit{1, seconds{3'600}}};
    EXPECT_EQ(config->policy.rules[0].limits, expected);
}

TEST(Limits, ExplainMistakes) {
    expect_mistakes({
        {"limits: {}",
         {"curfew.yaml:4:9: limits: expected a map with `per_server`, `fleet`, `per_target` and `share`, "
          "found an "
          "empty map"}},
        {"limits: {per_server: 20, fleet: [], per_target: [1/1m, x], per_minute: 3}",
         {"curfew.yaml:4:22: limits.per_server: expected a number of sessions in a time such as `20/1m`, "
          "found `20`; "
          "did you mean `20/1m`?",
          "curfew.yaml:4:33: limits.fleet: expected a number of sessions in a time such as `20/1m` or a list "
          "of "
          "them, found an empty list",
          "curfew.yaml:4:56: limits.per_target[1]: expected a number of sessions in a time such as `20/1m`, "
          "found "
          "`x`",
          "curfew.yaml:4:60: limits.per_minute: unknown key; known here: `per_server`, `fleet`, `per_target` "
          "or "
          "`share`"}},
        {"limits: {share: 0.3}",
         {"curfew.yaml:4:17: limits.share: expected a share such as `30%`, found `0.3`"}},
        {"limits: {share: {}}",
         {"curfew.yaml:4:17: limits.share: expected a share such as `30%` or `{fleet: 20%, server: 50%}`, "
          "found an "
          "empty map"}},
        {"limits: {share: {fleet: 120%, servers: 5%}}",
         {"curfew.yaml:4:25: limits.share.fleet: expected a share such as `30%`, found `120%`; `100%` is all",
          "curfew.yaml:4:31: limits.share.servers: unknown key; did you mean `server`?"}},
    });
}

}  // namespace
}  // namespace curfew::config::test
