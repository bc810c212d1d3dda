#include <type_traits>

#include <gtest/gtest.h>

#include "builders.hpp"

namespace curfew::policy {
namespace {

using namespace build;
using Lines = std::vector<std::string>;

// No call without a client and a user: there is no way to make one.
static_assert(!std::is_default_constructible_v<core::ClientName>);
static_assert(!std::is_default_constructible_v<core::UserName>);
static_assert(!std::is_constructible_v<core::ClientName, std::string>);
static_assert(!std::is_constructible_v<core::UserName, std::string>);
static_assert(!std::is_constructible_v<core::ClientName, const char*>);
static_assert(!std::is_constructible_v<core::UserName, const char*>);
static_assert(!std::is_default_constructible_v<Disconnect>);

// Ends everyone but curfew, whose own session would otherwise be named in every answer.
Policy everyone() {
    return policy({keep("curfew", user({"svc-curfew"})), disconnect("all", always())});
}
Policy only(std::initializer_list<std::string_view> users) {
    return policy({disconnect("all", user(users))});
}
Lines planned(const Policy& policy, const ServerLook& look) {
    return summary(plan_server(policy, look), policy);
}

TEST(ServerPlan, ends_whom_the_policy_ends_and_keeps_the_others) {
    EXPECT_EQ(planned(only({"anna"}), windows({{"anna"}, {"bob"}})), (Lines{"ends 10.20.1.7 anna x1"}));
    EXPECT_EQ(planned(Policy{}, windows({{"anna"}})), Lines{});
    EXPECT_EQ(plan_server(only({"anna"}), windows({{"anna"}, {"bob"}})).decisions.size(), 3u);
}

TEST(ServerPlan, gives_the_names_back_as_the_server_spelled_them) {
    EXPECT_EQ(planned(only({"anna"}), windows({{"LAB\\Anna", "Wks-17"}})),
              (Lines{"ends Wks-17 LAB\\Anna x1"}));
}

TEST(ServerPlan, needs_a_client_and_a_user) {
    EXPECT_EQ(planned(everyone(), windows({{"", "10.20.1.7"}, {"anna", ""}, {"", ""}, {" ", "10.20.1.9"}})),
              (Lines{"10.20.1.7 : no user name", " anna: no client name", " : no user name",
                     "10.20.1.9  : no user name"}));
    EXPECT_EQ(planned(everyone(), windows({{"CORP\\", "10.20.1.7"}})),
              (Lines{"10.20.1.7 CORP\\: no user name"}));
    EXPECT_EQ(planned(everyone(), windows({{std::string{"an\0na", 5}, "10.20.1.7"}})).front().substr(17),
              "no user name");
}

TEST(ServerPlan, ends_nothing_at_level_0) {
    const auto seen = facts_of(server(Kind::automatic),
                               enumeration(core::Level::names, {{.user = "", .client = "WKS-17"}}), now);
    EXPECT_EQ(planned(policy({disconnect("all", always())}), seen), (Lines{"WKS-17 : no user name"}));
}

TEST(ServerPlan, on_windows_the_targets_are_that_client_and_user) {
    EXPECT_EQ(planned(only({"anna"}),
                      windows({{"anna"}, {"ANNA", "\\\\10.20.1.7"}, {"bob"}, {"anna", "10.20.1.8"}})),
              (Lines{"ends 10.20.1.7 anna x2", "ends 10.20.1.8 anna x1"}));
}

TEST(ServerPlan, users_of_two_domains_are_one_target_set) {
    const auto seen = windows({{"LAB\\anna"}, {"OTHER\\anna"}});
    EXPECT_EQ(planned(only({"anna"}), seen), (Lines{"ends 10.20.1.7 LAB\\anna x2"}));
    EXPECT_EQ(planned(only({"LAB\\anna"}), seen), (Lines{"10.20.1.7 LAB\\anna: collateral"}));
}

TEST(ServerPlan, on_samba_the_targets_are_everyone_of_that_client) {
    EXPECT_EQ(planned(everyone(), samba({{"anna"}, {"bob"}, {"carl", "10.20.1.8"}})),
              (Lines{"ends 10.20.1.7 anna x2", "ends 10.20.1.7 bob x2", "ends 10.20.1.8 carl x1"}));
    EXPECT_EQ(planned(only({"anna"}), samba({{"anna"}, {"bob"}})), (Lines{"10.20.1.7 anna: collateral"}));
    EXPECT_EQ(planned(only({"anna"}), samba({{"anna"}, {"", "10.20.1.7"}})),
              (Lines{"10.20.1.7 anna: collateral"}));
}

TEST(ServerPlan, counts_targets_as_samba_does_unless_windows_is_proven) {
    EXPECT_EQ(planned(only({"anna"}), look(server(Kind::automatic), {{"anna"}, {"bob"}})),
              (Lines{"10.20.1.7 anna: collateral"}));
}

TEST(ServerPlan, on_samba_without_shared_connections_the_targets_are_that_client_and_user) {
    EXPECT_EQ(planned(only({"anna"}), samba_unshared({{"anna"}, {"bob"}, {"anna"}})),
              (Lines{"ends 10.20.1.7 anna x2"}));
}

TEST(ServerPlan, one_member_that_is_kept_withholds_the_call) {
    const auto policy_ = policy({disconnect("idle", idle(30min))});
    EXPECT_EQ(planned(policy_, windows({{.user = "anna", .idle = 45min}, {.user = "anna", .idle = 1min}})),
              (Lines{"10.20.1.7 anna: collateral by idle"}));
    EXPECT_EQ(
        planned(policy_, windows({{.user = "anna", .idle = 45min}, {.user = "anna", .idle = std::nullopt}})),
        (Lines{"10.20.1.7 anna: collateral by idle"}));
}

TEST(ServerPlan, collateral_names_who_stands_in_the_way) {
    const auto detail = [](const Policy& policy) {
        return plan_server(policy, samba({{"anna"}, {"bob"}, {"carl"}})).withheld.at(0).detail;
    };
    EXPECT_EQ(detail(only({"anna"})), "bob: no rule ends it, and 1 more");
    EXPECT_EQ(detail(only({"anna", "carl"})), "bob: no rule ends it");
    EXPECT_EQ(detail(policy({keep("oncall", user({"bob"})), disconnect("all", always())})),
              "bob: kept by 'oncall'");
    EXPECT_EQ(detail(policy({observe("new", user({"bob"})), disconnect("all", user({"anna", "carl"}))})),
              "bob: only observed by 'new'");
    EXPECT_EQ(detail(policy({disconnect("all", user({"anna", "carl"}))}, user({"bob"}), "service")),
              "bob: protected (service)");
}

TEST(ServerPlan, protected_is_listed_only_where_a_rule_would_have_ended_the_session) {
    const auto protecting =
        policy({disconnect("all", user({"anna", "svc-*"}))}, user({"svc-backup", "bob"}), "service");
    const auto plan = plan_server(protecting, windows({{"svc-backup"}, {"bob"}, {"anna"}}));
    EXPECT_EQ(summary(plan, protecting), (Lines{"ends 10.20.1.7 anna x1", "10.20.1.7 svc-backup: protected",
                                                "10.9.9.9 svc-curfew: own session"}));
    EXPECT_EQ(plan.withheld.at(0).detail, "service");
}

TEST(ServerPlan, a_member_that_is_protected_and_that_no_rule_would_have_ended_is_collateral) {
    const auto protecting = policy({disconnect("idle", idle(30min))}, open_files(3), "busy");
    EXPECT_EQ(planned(protecting, windows({{.user = "anna", .idle = 45min},
                                           {.user = "anna", .idle = 1min, .open_files = 3}})),
              (Lines{"10.20.1.7 anna: collateral by idle"}));
}

TEST(ServerPlan, a_protected_session_on_the_same_connection_is_collateral) {
    const auto protecting = policy({disconnect("all", user({"anna"}))}, user({"svc-backup"}), "service");
    EXPECT_EQ(planned(protecting, samba({{"anna"}, {"svc-backup"}})), (Lines{"10.20.1.7 anna: collateral"}));
    const auto both_wanted =
        policy({disconnect("all", user({"anna", "svc-*"}))}, user({"svc-backup"}), "service");
    EXPECT_EQ(planned(both_wanted, samba({{"anna"}, {"svc-backup"}})),
              (Lines{"10.20.1.7 anna: collateral", "10.20.1.7 svc-backup: protected",
                     "10.9.9.9 svc-curfew: own session"}));
}

TEST(ServerPlan, the_own_session_is_never_a_target) {
    for (const Kind kind : {Kind::windows, Kind::samba, Kind::automatic}) {
        EXPECT_EQ(planned(policy({disconnect("all", always())}), look(server(kind), {})),
                  (Lines{"10.9.9.9 svc-curfew: own session"}));
    }
}

TEST(ServerPlan, on_samba_the_own_connection_is_no_collateral_of_its_host) {
    EXPECT_EQ(planned(everyone(), samba({{"anna", "10.9.9.9"}})), (Lines{"ends 10.9.9.9 anna x1"}));
}

TEST(ServerPlan, any_other_session_that_may_be_our_own_stands_in_the_way) {
    // The daemon's account over another connection, which may carry anna too.
    EXPECT_EQ(planned(only({"anna"}), samba({{"anna", "10.20.1.7"}, {"svc-curfew", "10.20.1.7"}})),
              (Lines{"10.20.1.7 anna: own session"}));
    // One that appeared with the connection; nothing proves that it is ours, so nothing is proven of anna.
    EXPECT_EQ(planned(only({"anna", "bob"}),
                      samba({{"anna", "10.9.9.9"}, {.user = "bob", .client = "10.9.9.9", .connected = 60s}})),
              (Lines{"10.9.9.9 anna: own session", "10.9.9.9 bob: own session"}));
}

TEST(ServerPlan, a_call_that_names_our_own_user_and_client_has_our_connection_as_a_target) {
    const auto seen =
        samba({{"svc-curfew", "10.9.9.9"}});  // an older session of ours, which is not the connection
    EXPECT_EQ(targets_of(seen, 0), (std::vector<std::size_t>{0, 1}));
    const auto other = samba({{"anna", "10.9.9.9"}});
    EXPECT_EQ(targets_of(other, 0), (std::vector<std::size_t>{0}));
    EXPECT_EQ(targets_of(other, 1), (std::vector<std::size_t>{0, 1}));
}

TEST(ServerPlan, of_several_reasons_the_first_is_given) {
    // protected before own session
    EXPECT_EQ(planned(policy({disconnect("all", always())}, user({"svc-*"}), ""), windows({})),
              (Lines{"10.9.9.9 svc-curfew: protected"}));
    // own session before no names
    auto answer =
        enumeration(core::Level::administrative, {{.user = "", .client = "10.9.9.9", .connected = 60s}});
    EXPECT_EQ(planned(policy({disconnect("all", always())}), facts_of(server(Kind::samba), answer, now)),
              (Lines{"10.9.9.9 : own session"}));
    // no names before collateral
    EXPECT_EQ(planned(policy({disconnect("all", user({""}))}), samba({{""}, {"bob"}})),
              (Lines{"10.20.1.7 : no user name"}));
    // collateral before observe
    EXPECT_EQ(planned(policy({observe("new", user({"anna"}))}), samba({{"anna"}, {"bob"}})),
              (Lines{"10.20.1.7 anna: collateral by new"}));
}

TEST(ServerPlan, observe_is_what_an_observing_rule_would_have_ended) {
    EXPECT_EQ(planned(policy({observe("new", user({"anna"}))}), windows({{"anna"}, {"bob"}})),
              (Lines{"10.20.1.7 anna: observe by new"}));
    EXPECT_EQ(planned(policy({observe("new", user({"anna"})), disconnect("old", user({"bob"}))}),
                      samba({{"anna"}, {"bob"}})),
              (Lines{"10.20.1.7 anna: observe by new", "10.20.1.7 bob: collateral by old"}));
    EXPECT_EQ(planned(policy({observe("new", user({"anna"})), keep("k", always())}), windows({{"anna"}})),
              (Lines{"10.20.1.7 anna: observe by new"}));
}

TEST(ServerPlan, an_observed_session_that_a_later_rule_ends_is_ended) {
    EXPECT_EQ(planned(policy({observe("new", user({"anna"})), disconnect("old", user({"anna"}))}),
                      windows({{"anna"}})),
              (Lines{"ends 10.20.1.7 anna x1 by old"}));
}

TEST(ServerPlan, an_observing_rule_would_not_have_ended_a_protected_session) {
    EXPECT_EQ(planned(policy({observe("new", user({"anna"}))}, user({"anna"}), ""), windows({{"anna"}})),
              Lines{});
}

TEST(ServerPlan, a_member_that_is_only_observed_makes_the_pair_collateral) {
    EXPECT_EQ(planned(policy({disconnect("idle", idle(30min)), observe("new", always())}),
                      samba_unshared({{.user = "anna", .idle = 45min}})),
              (Lines{"10.20.1.7 anna: observe by new", "10.9.9.9 svc-curfew: own session by new"}));
    EXPECT_EQ(planned(policy({disconnect("idle", idle(30min)), observe("new", user({"anna"}))}),
                      windows({{.user = "anna", .idle = 45min}, {.user = "anna", .idle = 1min}})),
              (Lines{"10.20.1.7 anna: collateral by idle"}));
}

TEST(ServerPlan, one_disconnect_under_the_earliest_rule) {
    const auto rules = policy({disconnect("first", idle(2h)), disconnect("second", user({"anna", "bob"}))});
    EXPECT_EQ(planned(rules, windows({{.user = "anna", .idle = 1min}, {.user = "anna", .idle = 3h}})),
              (Lines{"ends 10.20.1.7 anna x2 by first"}));
}

TEST(ServerPlan, identical_sessions_are_counted) {
    EXPECT_EQ(planned(only({"anna"}), windows({{"anna"}, {"anna"}, {"anna"}})),
              (Lines{"ends 10.20.1.7 anna x3"}));
}

TEST(ServerPlan, is_in_the_order_in_which_limits_bite) {
    const auto rules = policy({disconnect("first", user({"z*"})), disconnect("second", user({"a*", "b*"}))});
    EXPECT_EQ(planned(rules, windows({{.user = "a1", .idle = std::nullopt},
                                      {.user = "a2", .idle = 1h},
                                      {.user = "a3", .idle = 2h},
                                      {.user = "b1", .idle = 0s},
                                      {.user = "a4", .idle = 2h},
                                      {.user = "z1", .idle = 0s},
                                      {.user = "z2", .idle = std::nullopt}})),
              (Lines{"ends 10.20.1.7 z1 x1 by first", "ends 10.20.1.7 z2 x1 by first",
                     "ends 10.20.1.7 a3 x1 by second", "ends 10.20.1.7 a4 x1 by second",
                     "ends 10.20.1.7 a2 x1 by second", "ends 10.20.1.7 b1 x1 by second",
                     "ends 10.20.1.7 a1 x1 by second"}));
}

TEST(ServerPlan, knows_the_longest_idle_time_among_the_targets) {
    const auto idle_of = [](std::vector<SessionSpec> sessions) {
        return plan_server(only({"anna"}), windows(std::move(sessions))).disconnects.at(0).idle;
    };
    EXPECT_EQ(idle_of({{.user = "anna", .idle = 1h}, {.user = "anna", .idle = 2h}}), 2h);
    EXPECT_EQ(idle_of({{.user = "anna", .idle = 1h}, {.user = "anna", .idle = std::nullopt}}), 1h);
    EXPECT_EQ(idle_of({{.user = "anna", .idle = std::nullopt}}), std::nullopt);
}

TEST(Why, is_spelled_as_in_the_json) {
    EXPECT_EQ(to_string(Why::is_protected), "protected");
    EXPECT_EQ(to_string(Why::own_session), "own session");
    EXPECT_EQ(to_string(Why::no_user_name), "no user name");
    EXPECT_EQ(to_string(Why::no_client_name), "no client name");
    EXPECT_EQ(to_string(Why::collateral), "collateral");
    EXPECT_EQ(to_string(Why::tripped), "tripped");
    EXPECT_EQ(to_string(Why::pending), "pending");
    EXPECT_EQ(to_string(Why::observe), "observe");
    EXPECT_EQ(to_string(Why::limit_per_target), "limit per_target");
    EXPECT_EQ(to_string(Why::limit_per_server), "limit per_server");
    EXPECT_EQ(to_string(Why::limit_fleet), "limit fleet");
    EXPECT_EQ(to_string(Why::no_longer_matches), "no longer matches");
}

}  // namespace
}  // namespace curfew::policy
