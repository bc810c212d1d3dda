#include <gtest/gtest.h>

#include "builders.hpp"

namespace curfew::policy {
namespace {

using namespace build;

Decision decided(const Policy& policy, const SessionSpec& session = {.user = "anna"}) {
    const auto seen = windows({session});
    return decide(policy, seen.server, seen.sessions.front(), seen.at.wall);
}

// True, false and unknown of a session of anna's at 10.20.1.7.
const Condition is_true = user({"anna"});
const Condition is_false = user({"bob"});
const Condition is_unknown = client({"WKS-*"});

TEST(Decide, a_session_that_no_rule_matches_is_kept) {
    const auto decision = decided(policy({disconnect("r", is_false)}));
    EXPECT_EQ(decision.action, Action::keep);
    EXPECT_EQ(decision.rule, std::nullopt);
    EXPECT_FALSE(decision.ends());
    EXPECT_FALSE(decided(Policy{}).ends());
}

TEST(Decide, the_first_rule_that_matches_decides) {
    EXPECT_EQ(decided(policy({disconnect("a", is_false), disconnect("b", is_true), keep("c", is_true)})).rule,
              1u);
    EXPECT_TRUE(decided(policy({disconnect("b", is_true), keep("c", is_true)})).ends());
    EXPECT_FALSE(decided(policy({keep("c", is_true), disconnect("b", is_true)})).ends());
}

TEST(Decide, disconnect_needs_true) {
    EXPECT_TRUE(decided(policy({disconnect("r", is_true)})).ends());
    EXPECT_FALSE(decided(policy({disconnect("r", is_unknown)})).ends());
    EXPECT_FALSE(decided(policy({disconnect("r", not_(is_unknown))})).ends());
}

TEST(Decide, keep_is_satisfied_by_true_or_unknown) {
    EXPECT_FALSE(decided(policy({keep("k", is_unknown), disconnect("r", is_true)})).ends());
    EXPECT_FALSE(decided(policy({keep("k", not_(is_unknown)), disconnect("r", is_true)})).ends());
    EXPECT_TRUE(decided(policy({keep("k", is_false), disconnect("r", is_true)})).ends());
}

TEST(Decide, protect_is_satisfied_by_true_or_unknown_and_the_rules_are_asked_too) {
    const auto decision = decided(policy({disconnect("r", is_true)}, is_unknown, "service"));
    EXPECT_EQ(decision.protection, 0u);
    EXPECT_EQ(decision.action, Action::disconnect);
    EXPECT_FALSE(decision.ends());
    EXPECT_FALSE(decided(policy({disconnect("r", is_true)}, is_true, "")).ends());
    EXPECT_TRUE(decided(policy({disconnect("r", is_true)}, is_false, "")).ends());
}

TEST(Decide, the_first_protection_is_named) {
    auto protecting = policy({disconnect("r", is_true)}, is_false, "no");
    protecting.protect.push_back({is_unknown, "perhaps"});
    protecting.protect.push_back({is_true, "surely"});
    EXPECT_EQ(decided(protecting).protection, 1u);
}

TEST(Decide, a_rule_is_off_before_from_and_from_until_on) {
    const auto rule = [](std::optional<core::WallTime> from, std::optional<core::WallTime> until) {
        Rule result = disconnect("r", is_true);
        result.from = from;
        result.until = until;
        return decided(policy({result, keep("k", is_true)})).rule;
    };
    EXPECT_EQ(rule(now.wall, std::nullopt), 0u);
    EXPECT_EQ(rule(now.wall + 1s, std::nullopt), 1u);
    EXPECT_EQ(rule(std::nullopt, now.wall + 1s), 0u);
    EXPECT_EQ(rule(std::nullopt, now.wall), 1u);
    EXPECT_EQ(rule(now.wall - 1s, now.wall + 1s), 0u);
    Rule observing = observe("o", is_true);
    observing.until = now.wall;
    EXPECT_TRUE(decided(policy({observing})).observed.empty());
    Rule keeping = keep("k", is_unknown);
    keeping.from = now.wall + 1s;
    EXPECT_TRUE(decided(policy({keeping, disconnect("r", is_true)})).ends());
}

TEST(Decide, an_observing_rule_is_transparent) {
    const auto decision =
        decided(policy({observe("a", is_true), observe("b", is_unknown), observe("c", is_true),
                        disconnect("d", is_true), observe("e", is_true)}));
    EXPECT_EQ(decision.observed, (std::vector<std::size_t>{0, 2}));
    EXPECT_EQ(decision.rule, 3u);
    EXPECT_TRUE(decision.ends());

    const auto kept = decided(policy({observe("a", is_true), keep("k", is_true), disconnect("d", is_true)}));
    EXPECT_FALSE(kept.ends());
    EXPECT_EQ(kept.rule, 1u);

    EXPECT_FALSE(decided(policy({observe("a", is_true)})).ends());
}

TEST(Decide, without_a_past_a_for_is_pending_and_later_rules_are_not_asked) {
    auto rules = policy({disconnect("waits", is_true), disconnect("all", is_true)});
    rules.rules[0].hold = 5min;
    const auto decision = decided(rules);
    EXPECT_EQ(decision.rule, 0u);
    EXPECT_EQ(decision.pending, Pending{.hold = 5min});
    EXPECT_FALSE(decision.ends());
}

}  // namespace
}  // namespace curfew::policy
