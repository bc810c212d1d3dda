#include <gtest/gtest.h>

#include "builders.hpp"

namespace curfew::policy {
namespace {

using namespace build;
using Lines = std::vector<std::string>;

Lines by_hand(const HandRequest& request, const ServerLook& look, const Policy& policy = {}) {
    return summary(plan_by_hand(policy, look, request), policy);
}

TEST(HandPlan, matches_a_client_a_user_or_both) {
    const auto seen = windows({{"anna"}, {"bob"}, {"anna", "10.20.1.8"}});
    EXPECT_EQ(by_hand({.client = "10.20.1.7", .user = {}}, seen),
              (Lines{"ends 10.20.1.7 anna x1", "ends 10.20.1.7 bob x1"}));
    EXPECT_EQ(by_hand({.client = {}, .user = "Anna"}, seen),
              (Lines{"ends 10.20.1.7 anna x1", "ends 10.20.1.8 anna x1"}));
    EXPECT_EQ(by_hand({.client = "10.20.1.8", .user = "anna"}, seen), (Lines{"ends 10.20.1.8 anna x1"}));
    EXPECT_EQ(by_hand({.client = "10.20.1.8", .user = "bob"}, seen), Lines{});
}

TEST(HandPlan, nobody_named_means_nobody) {
    EXPECT_EQ(by_hand({}, windows({{"anna"}})), Lines{});
}

TEST(HandPlan, of_several_users_and_clients_one_of_each_has_to_be_the_sessions) {
    const auto seen =
        windows({{"anna"}, {"bob", "10.20.1.8"}, {"carol", "10.20.1.9"}, {"anna", "10.20.1.8"}});
    HandRequest request;
    request.users = {"anna", "bob"};
    EXPECT_EQ(by_hand(request, seen),
              (Lines{"ends 10.20.1.7 anna x1", "ends 10.20.1.8 bob x1", "ends 10.20.1.8 anna x1"}));
    request.clients = {"10.20.1.8", "10.20.1.9"};
    EXPECT_EQ(by_hand(request, seen), (Lines{"ends 10.20.1.8 bob x1", "ends 10.20.1.8 anna x1"}));
    request.users.clear();
    request.clients = {"10.20.1.9"};
    EXPECT_EQ(by_hand(request, seen), (Lines{"ends 10.20.1.9 carol x1"}));
}

TEST(HandPlan, takes_a_client_in_every_spelling_and_nothing_as_a_pattern) {
    const auto seen = windows({{"anna", "10.20.1.7"}, {"bob", "WKS-17"}});
    EXPECT_EQ(by_hand({.client = "\\\\::ffff:10.20.1.7", .user = {}}, seen),
              (Lines{"ends 10.20.1.7 anna x1"}));
    EXPECT_EQ(by_hand({.client = "\\\\wks-17", .user = {}}, seen), (Lines{"ends WKS-17 bob x1"}));
    EXPECT_EQ(by_hand({.client = "*", .user = {}}, seen), Lines{});
    EXPECT_EQ(by_hand({.client = "10.20.0.0/16", .user = {}}, seen), Lines{});
    EXPECT_EQ(by_hand({.client = {}, .user = "*"}, seen), Lines{});
}

TEST(HandPlan, a_domain_has_to_be_the_reported_one) {
    const auto seen = windows({{"OTHER\\anna"}, {"LAB\\Anna"}, {"anna", "10.20.1.8"}});
    EXPECT_EQ(by_hand({.client = {}, .user = "lab\\anna"}, seen), (Lines{"ends 10.20.1.7 LAB\\Anna x2"}));
    EXPECT_EQ(by_hand({.client = {}, .user = "anna"}, seen),
              (Lines{"ends 10.20.1.7 OTHER\\anna x2", "ends 10.20.1.8 anna x1"}));
}

TEST(HandPlan, collateral_is_shown_and_not_withheld) {
    EXPECT_EQ(by_hand({.client = {}, .user = "anna"}, samba({{"anna"}, {"bob"}})),
              (Lines{"ends 10.20.1.7 anna x2"}));
}

TEST(HandPlan, rules_do_not_bind_a_person_and_the_decisions_are_told_all_the_same) {
    const auto keeping = policy({keep("k", always())});
    const auto plan = plan_by_hand(keeping, windows({{"anna"}}), {.client = {}, .user = "anna"});
    EXPECT_EQ(plan.disconnects.size(), 1u);
    EXPECT_EQ(plan.decisions.at(0).rule, 0u);
}

TEST(HandPlan, protection_binds_unless_overridden_also_that_of_collateral) {
    const auto protecting = policy({}, user({"svc-*"}), "service");
    const auto seen = samba({{"anna"}, {"svc-backup"}});
    EXPECT_EQ(by_hand({.client = {}, .user = "anna"}, seen, protecting),
              (Lines{"10.20.1.7 anna: protected"}));
    EXPECT_EQ(by_hand({.client = {}, .user = "anna", .override_protect = true}, seen, protecting),
              (Lines{"ends 10.20.1.7 anna x2"}));
    const auto unsure = policy({}, client({"SRV-*"}), "servers");
    EXPECT_EQ(by_hand({.client = {}, .user = "anna"}, seen, unsure), (Lines{"10.20.1.7 anna: protected"}));
}

TEST(HandPlan, the_own_session_stays_whatever_is_overridden) {
    EXPECT_EQ(by_hand({.client = {}, .user = "svc-curfew", .override_protect = true}, windows({})),
              (Lines{"10.9.9.9 svc-curfew: own session"}));
    EXPECT_EQ(
        by_hand({.client = "10.9.9.9", .user = {}, .override_protect = true}, samba({{"anna", "10.9.9.9"}})),
        (Lines{"ends 10.9.9.9 anna x1", "10.9.9.9 svc-curfew: own session"}));
}

TEST(HandPlan, needs_a_client_and_a_user) {
    EXPECT_EQ(by_hand({.client = "10.20.1.7", .user = {}}, windows({{""}})),
              (Lines{"10.20.1.7 : no user name"}));
    EXPECT_EQ(by_hand({.client = {}, .user = "anna"}, windows({{"anna", ""}})),
              (Lines{" anna: no client name"}));
    EXPECT_EQ(by_hand({.client = "", .user = {}}, windows({{"anna", ""}})), (Lines{" anna: no client name"}));
    EXPECT_EQ(by_hand({.client = {}, .user = ""}, windows({{""}, {"bob"}})),
              (Lines{"10.20.1.7 : no user name"}));
}

}  // namespace
}  // namespace curfew::policy
