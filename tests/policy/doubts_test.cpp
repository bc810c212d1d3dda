#include "policy/doubts.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"
#include "random_policy.hpp"

namespace curfew::policy {
namespace {

using namespace build;

bool implies(const Condition& premise, const Condition& conclusion) {
    return Implication{10'000}.holds(premise, conclusion);
}
Condition connected(core::Seconds at_least, core::Seconds below) {
    return {ConnectedIn{{at_least, below}}};
}
// The rule that hides the last one; -1: none does.
int hidden_by(std::vector<Rule> rules) {
    const auto all = policy(std::move(rules));
    const auto found = Shadows{all}.over(all.rules.size() - 1);
    return found ? static_cast<int>(*found) : -1;
}

TEST(Implication, is_found_where_conditions_are_the_same_or_fewer) {
    const auto anna = user({"anna"});
    EXPECT_TRUE(implies(anna, anna));
    EXPECT_TRUE(implies(anna, always()));
    EXPECT_TRUE(implies(anna, user({"bob", "anna"})));
    EXPECT_TRUE(implies(client({"WKS-1"}), client({"*"})));
    EXPECT_TRUE(implies(all({idle(1h), anna}), anna));
    EXPECT_TRUE(implies(all({idle(1h), anna, open_files(0)}), all({open_files(0), anna})));
    EXPECT_TRUE(implies(anna, any({idle(1h), anna})));
    EXPECT_TRUE(implies(any({anna, user({"bob"})}), user({"anna", "bob"})));
    EXPECT_TRUE(implies(idle(1h), idle(30min)));
    EXPECT_TRUE(implies(connected(1h, 2h), connected(1h, 3h)));
    EXPECT_TRUE(implies(not_(idle(30min)), not_(idle(1h))));
    EXPECT_TRUE(implies({HasTag{{"a"}}}, {HasTag{{"a", "b"}}}));
}

TEST(Implication, is_not_claimed_where_it_is_not_certain) {
    const auto anna = user({"anna"});
    EXPECT_FALSE(implies(always(), anna));
    EXPECT_FALSE(implies(user({"bob", "anna"}), anna));
    EXPECT_FALSE(implies(anna, all({idle(1h), anna})));
    EXPECT_FALSE(implies(any({idle(1h), anna}), anna));
    EXPECT_FALSE(implies(idle(30min), idle(1h)));
    EXPECT_FALSE(implies(connected(1h, 3h), connected(1h, 2h)));
    EXPECT_FALSE(implies(not_(idle(1h)), not_(idle(30min))));
    EXPECT_FALSE(implies({FlagIs{1, true}}, {FlagIs{1, false}}));
    EXPECT_FALSE(implies({FlagIs{1, true}}, {FlagIs{2, true}}));
    EXPECT_FALSE(implies(transport({"tcp"}), client_type({"tcp"})));
    EXPECT_FALSE(implies(anna, {UserMatches{}}));
    EXPECT_FALSE(implies({UserMatches{}}, anna)) << "an empty list is unknown of everybody";
}

TEST(Implication, comes_to_an_end) {
    Condition deep = user({"anna"}), wide = user({"bob"});
    for (int i = 0; i < 10; ++i) {
        deep = all({deep, deep});
        wide = any({wide, wide});
    }
    EXPECT_FALSE(Implication{100'000}.holds(deep, wide));
    EXPECT_FALSE(Implication{0}.holds(user({"anna"}), user({"anna"})));
}

// Whatever is claimed is held against sessions of which anything may be unknown.
TEST(Implication, never_claims_what_some_session_denies) {
    std::size_t claimed = 0;
    for (unsigned seed = 0; seed < 20'000; ++seed) {
        Dice dice{seed};
        const auto a = dice.condition(), c = dice.condition();
        const auto b = dice.one_in(2) ? all({a, c}) : dice.one_in(2) ? any({c, a}) : c;
        const bool forth = implies(a, b), back = implies(b, a);
        claimed += forth + back;
        if (!forth && !back) continue;
        const auto seen = look(dice.any_server(), dice.sessions());
        for (const auto& session : seen.sessions) {
            const auto of_a = evaluate(a, seen.server, session, seen.at.wall);
            const auto of_b = evaluate(b, seen.server, session, seen.at.wall);
            if (forth) {
                ASSERT_LE(of_a, of_b) << "seed " << seed;
            }
            if (back) {
                ASSERT_LE(of_b, of_a) << "seed " << seed;
            }
        }
    }
    EXPECT_GT(claimed, 5'000U);
}

TEST(Shadows, fall_from_rules_that_decide_before) {
    const auto anna = user({"anna"});
    EXPECT_EQ(hidden_by({keep("k", always()), disconnect("d", anna)}), 0);
    EXPECT_EQ(hidden_by({disconnect("d", always()), keep("k", anna)}), 0);
    EXPECT_EQ(hidden_by({keep("k", anna), disconnect("d", all({idle(1h), anna}))}), 0);
    EXPECT_EQ(hidden_by({disconnect("d", anna), disconnect("e", all({idle(1h), anna}))}), 0);
    EXPECT_EQ(hidden_by({disconnect("d", anna), disconnect("e", idle(1h)), observe("o", idle(2h))}), 1);
    auto waits = disconnect("d", anna);
    waits.hold = 5min;
    EXPECT_EQ(hidden_by({waits, disconnect("e", anna)}), 0) << "a pending rule decides, too";
    EXPECT_EQ(hidden_by({disconnect("d", {HasTag{{"a", "b"}}}), keep("k", {HasTag{{"a"}}})}), 0);
}

TEST(Shadows, do_not_fall_where_a_rule_may_still_be_asked) {
    const auto anna = user({"anna"});
    EXPECT_EQ(hidden_by({disconnect("d", anna), disconnect("e", always())}), -1);
    EXPECT_EQ(hidden_by({observe("o", always()), disconnect("e", anna)}), -1);
    EXPECT_EQ(hidden_by({disconnect("d", idle(1h)), keep("k", idle(1h))}), -1) << "keeps where it is unknown";
    auto rolled = disconnect("d", always());
    rolled.rollout = RolloutTags{{"ring0"}};
    EXPECT_EQ(hidden_by({rolled, disconnect("e", anna)}), -1);
}

TEST(Shadows, fall_only_while_the_earlier_rule_is_on) {
    const auto rule = [](std::optional<core::WallTime> from, std::optional<core::WallTime> until) {
        auto one = keep("k", always());
        one.from = from;
        one.until = until;
        return one;
    };
    const auto early = now.wall, late = now.wall + 1h;
    EXPECT_EQ(hidden_by({rule(early, {}), rule({}, {})}), -1);
    EXPECT_EQ(hidden_by({rule({}, late), rule({}, {})}), -1);
    EXPECT_EQ(hidden_by({rule(late, {}), rule(early, {})}), -1);
    EXPECT_EQ(hidden_by({rule({}, early), rule({}, late)}), -1);
    EXPECT_EQ(hidden_by({rule(early, late), rule(early, late)}), 0);
    EXPECT_EQ(hidden_by({rule(early, {}), rule(late, {})}), 0);
    EXPECT_EQ(hidden_by({rule({}, late), rule({}, early)}), 0);
}

// A rule that is said to be in the shadow neither decides for anybody nor observes.
TEST(Shadows, never_fall_on_a_rule_that_is_asked) {
    std::size_t found = 0;
    for (unsigned seed = 0; seed < 10'000; ++seed) {
        Dice dice{seed};
        auto rules = dice.any_policy();
        if (dice.one_in(2)) {
            auto again = rules.rules.front();
            if (dice.one_in(2)) again.when = all({dice.condition(), again.when});
            rules.rules.push_back(again);
        }
        Shadows shadows{rules};
        std::vector<std::size_t> hidden;
        for (std::size_t i = 0; i < rules.rules.size(); ++i)
            if (shadows.over(i)) hidden.push_back(i);
        found += hidden.size();
        const auto seen = look(dice.any_server(), dice.sessions());
        for (const auto& session : seen.sessions) {
            const auto decision = decide(rules, seen.server, session, seen.at.wall);
            for (const std::size_t rule : hidden) {
                ASSERT_NE(decision.rule, rule) << "seed " << seed;
                ASSERT_EQ(std::count(decision.observed.begin(), decision.observed.end(), rule), 0)
                    << "seed " << seed;
            }
        }
    }
    EXPECT_GT(found, 1'000U);
}

TEST(Everyone, can_be_matched_where_no_condition_is_about_sessions) {
    const Condition tagged{HasTag{{"a"}}};
    for (const Condition& condition :
         {always(), tagged, server_named({"fs*"}), all({tagged, server_named({"fs1"})}), not_(tagged),
          user({"*"}), all({tagged, client({"*"})}), any({idle(1h), tagged}), not_(user({"svc-*"})),
          not_(any({user({"svc-*"}), client({"PC1"})})), not_(all({idle(1h), client({"PC1"})})), idle(0s),
          user({"/.*/"}), client({"0.0.0.0/0"}), Condition{FlagIs{1, false}}})
        EXPECT_TRUE(can_match_everyone(condition)) << condition.node.index();
    for (const Condition& condition :
         {user({"anna"}), all({tagged, idle(1h)}), not_(idle(1h)), not_(always()), not_(user({"*"})),
          not_(any({user({"anna"}), idle(1h)})), Condition{FlagIs{1, true}}, idle(30min), transport({"tcp"}),
          client_type({""}), any({idle(1h), open_files(0)})})
        EXPECT_FALSE(can_match_everyone(condition)) << condition.node.index();
}

}  // namespace
}  // namespace curfew::policy
