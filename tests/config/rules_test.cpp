#include <gtest/gtest.h>

#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

std::string digest(std::string_view rule) {
    const auto config = good(std::string(preamble) + "rules:\n" + std::string(rule));
    return config->policy.rules.empty() ? "" : config->policy.rules[0].key.digest;
}

TEST(Rules, AreReadInOrder) {
    const auto config = good(
        std::string(preamble) +
        "rules:\n"
        "  - {name: a, when: {idle: 30m}, then: disconnect, mode: observe, owner: desktop, ticket: OPS-1}\n"
        "  - name: b\n    when: any\n    then: keep\n    reason: |\n      two\n      lines\n");
    ASSERT_EQ(config->policy.rules.size(), 2U);
    const policy::Rule& first = config->policy.rules[0];
    EXPECT_EQ(first.key.name, "a");
    EXPECT_EQ(first.key.digest.size(), 64U);
    EXPECT_EQ(first.then, policy::Action::disconnect);
    EXPECT_EQ(first.mode, policy::Mode::observe);
    EXPECT_EQ(first.owner, "desktop");
    EXPECT_EQ(first.ticket, "OPS-1");
    EXPECT_EQ(first.limits, policy::LimitOverrides{});
    const policy::Rule& second = config->policy.rules[1];
    EXPECT_EQ(second.then, policy::Action::keep);
    EXPECT_EQ(second.mode, policy::Mode::enforce);
    EXPECT_EQ(second.reason, "two lines");
}

TEST(Rules, AreTheSameWhateverTheirLayout) {
    const std::string rule = digest("  - {name: a, when: {idle: 30m, user: [x, y]}, then: disconnect}\n");
    EXPECT_EQ(
        digest("  # a comment\n  - then: 'disconnect'\n    name: \"a\"\n    when:\n      user:\n        - x\n"
               "        - y # y\n      idle: 30m\n"),
        rule);
    EXPECT_NE(digest("  - {name: a, when: {idle: 31m, user: [x, y]}, then: disconnect}\n"), rule);
    EXPECT_NE(digest("  - {name: a, when: {idle: 30m, user: [y, x]}, then: disconnect}\n"), rule);
    EXPECT_NE(digest("  - {name: a, when: {idle: 30m, user: [xy]}, then: disconnect}\n"), rule);
    EXPECT_NE(digest("  - {name: a, when: {idle: 30m, user: [x, y]}, then: disconnect, mode: observe}\n"),
              rule);
}

TEST(Rules, ExplainMistakes) {
    expect_mistakes({
        {"rules: []",
         {"curfew.yaml:4:8: rules: expected a list of rules, each with `name`, `when` and `then`, found an "
          "empty "
          "list"}},
        {"rules:\n  - {name: a, then: disconnect}\n",
         {"curfew.yaml:5:5: rules[0]: `when` is missing; write `when: any` for a rule about every session"}},
        {"rules:\n  - {name: a, when: {}, then: disconnect}\n",
         {"curfew.yaml:5:21: rules[0].when: expected a map of conditions such as `{idle: 30m}`, or `when: "
          "any` for "
          "every session, found an empty map"}},
        {"rules:\n  - name: a\n    when:\n    then: disconnect\n",
         {"curfew.yaml:6:5: rules[0].when: expected a map of conditions such as `{idle: 30m}`, or `when: "
          "any` for "
          "every session, found nothing"}},
        {"rules:\n  - {name: a, when: all, then: disconnect}\n",
         {"curfew.yaml:5:21: rules[0].when: expected a map of conditions such as `{idle: 30m}`, or `when: "
          "any` for "
          "every session, found `all`"}},
        {"rules:\n  - {name: a, when: any}\n",
         {"curfew.yaml:5:5: rules[0]: `then` is missing; write `then: disconnect` or `then: keep`"}},
        {"rules:\n  - {when: any, then: kick}\n",
         {"curfew.yaml:5:5: rules[0]: `name` is missing; give the rule one, for logs and audit",
          "curfew.yaml:5:23: rules[0].then: expected `keep` or `disconnect`, found `kick`"}},
        {"rules:\n  - {name: a, when: any, then: keep}\n  - {name: a, when: any, then: keep}\n",
         {"curfew.yaml:6:12: rules[1].name: a rule named `a` stands in curfew.yaml line 5 already; names are "
          "unique"}},
        {"rules:\n  - {name: a, when: any, then: keep, mode: observe}\n",
         {"curfew.yaml:5:44: rules[0].mode: a rule that keeps has no `mode`, for there is nothing to "
          "observe; remove "
          "the key"}},
        {"rules:\n  - {name: a, when: any, then: disconnect, For: 5m}\n",
         {"curfew.yaml:5:44: rules[0].For: unknown key; did you mean `for`?"}},
        {"rules:\n  - {name: a, when: any, then: disconnect, reason: ''}\n",
         {"curfew.yaml:5:52: rules[0].reason: expected a text, found an empty text"}},
        {"rules:\n  - {name: a, when: any, then: disconnect, <<: {mode: observe}}\n",
         {"curfew.yaml:5:44: rules[0][\"<<\"]: unknown key; known here: `file`, `name`, `when`, `then`, "
          "`for`, `mode`, `rollout`, `limits`, `from`, `until`, "
          "`reason`, `owner` or `ticket`"}},
    });
}

TEST(Rules, MayHaveToHoldForAWhile) {
    const auto config = good(std::string(preamble) +
                             "rules:\n"
                             "  - {name: a, when: any, for: 1h30m, then: disconnect}\n"
                             "  - {name: b, when: any, for: 1s, then: disconnect, mode: observe}\n"
                             "  - {name: c, when: any, then: disconnect}\n");
    ASSERT_EQ(config->policy.rules.size(), 3U);
    EXPECT_EQ(config->policy.rules[0].hold, core::Seconds{5400});
    EXPECT_EQ(config->policy.rules[1].hold, core::Seconds{1});
    EXPECT_EQ(config->policy.rules[2].hold, std::nullopt);
    EXPECT_NE(digest("  - {name: a, when: any, for: 5m, then: disconnect}\n"),
              digest("  - {name: a, when: any, for: 6m, then: disconnect}\n"));
}

// Then a look is late that comes after interval and timeout together.
TEST(Rules, AreToldWhenALookIsLate) {
    const auto late = [](const std::string& polling) {
        return good(std::string(preamble) + polling + "rules: [{name: a, when: any, then: keep}]\n")
            ->policy.late_after;
    };
    EXPECT_EQ(late(""), core::Seconds{70});
    EXPECT_EQ(late("polling: {interval: 5m}\n"), core::Seconds{310});
    EXPECT_EQ(late("polling: {interval: 2m, timeout: 30s}\n"), core::Seconds{150});
}

TEST(Rules, ExplainMistakesInFor) {
    expect_mistakes({
        {"rules:\n  - {name: a, when: any, then: disconnect, for: 0s}\n",
         {"curfew.yaml:5:49: rules[0].for: expected a duration of at least `1s`, found `0s`; a rule that "
          "does "
          "not wait has no `for`"}},
        {"rules:\n  - {name: a, when: any, then: disconnect, for: -5m}\n",
         {"curfew.yaml:5:49: rules[0].for: expected a duration such as `30m`, found `-5m`; a duration is not "
          "negative"}},
        {"rules:\n  - {name: a, when: any, then: disconnect, for: 5}\n",
         {"curfew.yaml:5:49: rules[0].for: expected a duration such as `30m`, found `5`, a number without a "
          "unit; did you mean `5s` or `5m`?"}},
        {"rules:\n  - {name: a, when: any, then: disconnect, for: {at_least: 5m}}\n",
         {"curfew.yaml:5:49: rules[0].for: expected a duration such as `5m`, found a map"}},
        {"rules:\n  - name: a\n    when: any\n    for:\n    then: disconnect\n",
         {"curfew.yaml:7:5: rules[0].for: expected a duration such as `5m`, found nothing"}},
        {"rules:\n  - {name: a, when: any, then: keep, for: 5m}\n",
         {"curfew.yaml:5:43: rules[0].for: a rule that keeps has no `for`, for it keeps at once; remove the "
          "key"}},
    });
}

TEST(Rules, AreOffBeforeFromAndFromUntilOn) {
    const auto config =
        good(std::string(preamble) +
             "rules:\n"
             "  - {name: a, when: any, then: keep, from: 2026-11-27 18:00 Europe/Berlin}\n"
             "  - {name: b, when: any, then: disconnect, from: 2026-03-29 01:59 Europe/Berlin, "
             "until: '2026-03-29 03:00 Europe/Berlin'}\n");
    ASSERT_EQ(config->policy.rules.size(), 2U);
    using std::chrono::sys_days;
    using std::chrono::year;
    const core::WallTime november = sys_days{year{2026} / 11 / 27} + std::chrono::hours{17};
    EXPECT_EQ(config->policy.rules[0].from, november);
    EXPECT_EQ(config->policy.rules[0].until, std::nullopt);
    const core::WallTime march = sys_days{year{2026} / 3 / 29} + std::chrono::hours{1};
    EXPECT_EQ(config->policy.rules[1].from, march - std::chrono::minutes{1});
    EXPECT_EQ(config->policy.rules[1].until, march);
}

TEST(Rules, ExplainMoments) {
    const auto mistake = [](const std::string& from, const std::string& message) {
        EXPECT_EQ(
            errors(std::string(preamble) + "rules: [{name: a, when: any, then: keep, from: '" + from + "'}]"),
            std::vector<std::string>{"curfew.yaml:4:48: rules[0].from: " + message})
            << from;
    };
    const std::string form = "expected a date and time such as `2026-11-27 18:00 Europe/Berlin`, found ";
    const std::string needs = "; a time needs its hour and its zone";
    mistake("2026-11-27", form + "`2026-11-27`" + needs);
    mistake("2026-11-27 18:00", form + "`2026-11-27 18:00`" + needs);
    mistake("2026-11-27T18:00:00Z", "expected a date such as `2026-12-24`, found `2026-11-27T18:00:00Z`");
    mistake("2026-02-29 18:00 UTC", "there is no day `2026-02-29` in any calendar");
    mistake("2026-11-27 24:00 UTC", "expected a time from `00:00` to `23:59`, found `24:00`");
    mistake("2026-11-27 6:00 UTC", "expected a time from `00:00` to `23:59`, found `6:00`");
    mistake("2026-11-27 18:00 Europe/Berln",
            "there is no time zone `Europe/Berln`; did you mean `Europe/Berlin`?");
    mistake("2026-03-29 02:30 Europe/Berlin",
            "`2026-03-29 02:30 Europe/Berlin` does not exist: clocks there go forward over it; write another "
            "time");
    mistake("2026-10-25 02:30 Europe/Berlin",
            "`2026-10-25 02:30 Europe/Berlin` comes twice that day, for clocks there go back; write another "
            "time");
    mistake("2011-12-30 12:00 Pacific/Apia",
            "`2011-12-30 12:00 Pacific/Apia` does not exist: clocks there go forward over it; write another "
            "time");
    mistake("2062-11-27 18:00 UTC", "clocks are known from 1970 to the end of 2037 only, found `2062-11-27`");
    expect_mistakes(
        {{"rules: [{name: a, when: any, then: keep, from: 2026-11-27 18:00 UTC, until: 2026-11-27 18:00 "
          "UTC}]",
          {"curfew.yaml:4:77: rules[0].until: `until` must be later than `from`, or the rule is never "
           "on"}}});
}

TEST(Rules, LimitsOfAKeepAreNotSilentlyIgnored) {
    EXPECT_EQ(
        problems(std::string(preamble) + "rules: [{name: a, when: any, then: keep, limits: {share: 5%}}]"),
        std::vector<std::string>{
            "curfew.yaml:4:50: warning: rules[0].limits: a rule that keeps ends nothing; its "
            "`limits` have no effect"});
}

}  // namespace
}  // namespace curfew::config::test
