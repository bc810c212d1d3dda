// What a `for` that is not over makes of a plan.

#include <gtest/gtest.h>

#include "builders.hpp"
#include "core/text/durations.hpp"

namespace curfew::policy {
namespace {

using namespace build;
using Lines = std::vector<std::string>;

Lines planned(const Policy& policy, const ServerLook& look) {
    return summary(plan_server(policy, look), policy);
}

// Users whose sessions are pending under `waits`, for five minutes.
Policy waiting_for(std::initializer_list<std::string_view> users, std::vector<Rule> others = {}) {
    Rule rule = disconnect("waits", user(users));
    rule.hold = 5min;
    others.insert(others.begin(), rule);
    return policy(std::move(others));
}

TEST(PendingPlan, without_a_past_every_for_is_pending) {
    const auto rules = waiting_for({"anna"}, {disconnect("all", user({"anna", "bob"}))});
    const auto plan = plan_server(rules, windows({{"anna"}, {"bob"}}));
    EXPECT_EQ(summary(plan, rules), (Lines{"ends 10.20.1.7 bob x1", "10.20.1.7 anna: pending by waits"}))
        << "a rule that matches decides, also while it is pending";
    EXPECT_EQ(plan.withheld.at(0).detail, "for 5m, held 0s");
}

TEST(PendingPlan, ends_whose_for_is_over) {
    const auto rules = waiting_for({"anna"});
    ServerMemory memory;
    auto seen = windows({{"anna"}});
    for (const auto later : {0s, 60s, 120s, 180s, 240s, 299s}) {
        seen.at.steady = now.steady + later;
        const auto plan = plan_server(rules, seen, memory);
        EXPECT_EQ(summary(plan, rules), Lines{"10.20.1.7 anna: pending by waits"});
        const std::string due = later == 0s ? "" : ", due in " + core::duration_text(300s - later);
        EXPECT_EQ(plan.withheld.at(0).detail, "for 5m, held " + core::duration_text(later) + due);
        EXPECT_FALSE(plan.decisions[0].ends());
    }
    seen.at.steady = now.steady + 300s;
    const auto plan = plan_server(rules, seen, memory);
    EXPECT_EQ(summary(plan, rules), Lines{"ends 10.20.1.7 anna x1 by waits"});
    EXPECT_TRUE(plan.decisions[0].ends());
}

TEST(PendingPlan, pending_says_who_has_to_wait_longest) {
    const auto rules = waiting_for({"anna"});
    ServerMemory memory;
    plan_server(rules, windows({{.user = "anna", .connected = 2h}}), memory);
    auto seen = windows({{.user = "anna", .connected = 2h}, {.user = "anna", .connected = 1min}});
    seen.at.steady += 10s;
    EXPECT_EQ(plan_server(rules, seen, memory).withheld.at(0).detail, "for 5m, held 0s");
    seen.sessions[1].started.reset();
    EXPECT_EQ(plan_server(rules, seen, memory).withheld.at(0).detail,
              "for 5m, not counted yet: when the session began is unknown");
}

TEST(PendingPlan, a_pending_session_is_in_the_way_of_who_would_go_now) {
    const auto rules = waiting_for({"anna"}, {disconnect("all", user({"bob"}))});
    const auto plan = plan_server(rules, samba({{"anna"}, {"bob"}}));
    EXPECT_EQ(summary(plan, rules), (Lines{"10.20.1.7 anna: pending by waits", "10.20.1.7 bob: collateral"}));
    EXPECT_EQ(plan.withheld.at(1).detail, "anna: pending under 'waits' (for 5m, held 0s)");
    // The same within one client and user.
    auto mixed = waiting_for({"anna"}, {});
    mixed.rules.insert(mixed.rules.begin(), disconnect("long", idle(2h)));
    EXPECT_EQ(planned(mixed, windows({{.user = "anna", .idle = 3h}, {.user = "anna", .idle = 1h}})),
              (Lines{"10.20.1.7 anna: collateral by long"}));
}

TEST(PendingPlan, who_waits_is_not_in_the_way_of_who_waits) {
    EXPECT_EQ(planned(waiting_for({"anna", "bob"}), samba({{"anna"}, {"bob"}})),
              (Lines{"10.20.1.7 anna: pending by waits", "10.20.1.7 bob: pending by waits"}));
    EXPECT_EQ(planned(waiting_for({"anna", "bob"}), samba({{"anna"}, {"bob"}, {"carl"}})),
              (Lines{"10.20.1.7 anna: collateral by waits", "10.20.1.7 bob: collateral by waits"}));
}

TEST(PendingPlan, an_observing_rule_that_has_not_held_says_nothing_and_is_passed_by) {
    auto rules = waiting_for({"anna"}, {disconnect("all", user({"bob"}))});
    rules.rules[0].mode = Mode::observe;
    EXPECT_EQ(planned(rules, windows({{"anna"}, {"bob"}})), (Lines{"ends 10.20.1.7 bob x1"}));
    EXPECT_EQ(planned(rules, samba({{"anna"}, {"bob"}})), (Lines{"10.20.1.7 bob: collateral"}));
    rules.rules[1].when = user({"anna"});
    EXPECT_EQ(planned(rules, windows({{"anna"}})), (Lines{"ends 10.20.1.7 anna x1"}));
    ServerMemory memory;
    rules.rules.pop_back();
    rules.rules[0].hold = 1min;
    auto seen = windows({{"anna"}});
    plan_server(rules, seen, memory);
    seen.at.steady += 60s;
    EXPECT_EQ(summary(plan_server(rules, seen, memory), rules), Lines{"10.20.1.7 anna: observe by waits"});
}

TEST(PendingPlan, a_pending_session_is_in_the_way_of_who_would_only_be_observed) {
    const auto rules = waiting_for({"bob"}, {observe("new", user({"anna"}))});
    EXPECT_EQ(planned(rules, samba({{"anna"}, {"bob"}})),
              (Lines{"10.20.1.7 anna: collateral by new", "10.20.1.7 bob: collateral by waits"}));
}

TEST(PendingPlan, an_observing_rule_at_its_word_waits_for_nobody) {
    auto rules = waiting_for({"bob"});
    rules.rules.insert(rules.rules.begin(), observe("new", user({"anna", "bob"})));
    EXPECT_EQ(planned(rules, samba({{"anna"}, {"bob"}})),
              (Lines{"10.20.1.7 anna: observe by new", "10.20.1.7 bob: collateral by waits"}));
}

TEST(PendingPlan, protected_own_session_no_names_and_collateral_come_before_pending) {
    auto protecting = waiting_for({"anna", "svc-curfew", ""});
    protecting.protect.push_back({user({"anna"}), ""});
    EXPECT_EQ(planned(protecting, samba({{"anna"}, {"", "10.20.1.8"}})),
              (Lines{"10.20.1.7 anna: protected by waits", "10.20.1.8 : no user name by waits",
                     "10.9.9.9 svc-curfew: own session by waits"}));
    EXPECT_EQ(planned(waiting_for({"anna"}), samba({{"anna"}, {"bob"}})),
              (Lines{"10.20.1.7 anna: collateral by waits"}));
}

}  // namespace
}  // namespace curfew::policy
