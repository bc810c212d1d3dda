// What a plan covers, and what it does not: nobody who was not in it when it was read.
#include "daemon/plan_file/plan_file.hpp"

#include <gtest/gtest.h>

#include "tests/policy/builders.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using policy::build::always;
using policy::build::disconnect;
using policy::build::samba;
using policy::build::SessionSpec;
using policy::build::windows;

// The first disconnect of a plan, and the look it is of.
struct Wanted {
    Wanted(policy::Policy p, policy::ServerLook l) : policy(std::move(p)), look(std::move(l)) {
        disconnects = plan_server(policy, look).disconnects;
    }
    const policy::Disconnect& first() const { return disconnects.at(0); }
    PlanFile::Entry entry() const { return plan_entry(policy, look, first()); }

    policy::Policy policy;
    policy::ServerLook look;
    std::vector<policy::Disconnect> disconnects;
};

policy::Policy idle_rule() {
    return policy::build::policy({disconnect("idle", policy::build::idle(30min))});
}
Wanted on_windows(std::vector<SessionSpec> sessions, policy::Policy policy = idle_rule()) {
    return {std::move(policy), windows(std::move(sessions))};
}
// The same server, that much later, by its own clock and by the wall's.
Wanted later(Wanted wanted, core::Milliseconds by, core::Milliseconds on_the_wall) {
    wanted.look.at.steady += by;
    wanted.look.at.wall += on_the_wall;
    return wanted;
}
bool held(const PlanFile::Entry& entry, const Wanted& now) {
    return matches(entry, now.policy, now.look, now.first());
}

TEST(PlanEntry, says_who_where_and_why) {
    const auto entry = on_windows({{.user = "CORP\\Anna", .client = "WKS-7"}}).entry();
    EXPECT_EQ(entry.server, "fs1");
    EXPECT_EQ(entry.client, "WKS-7");
    EXPECT_EQ(entry.user, "CORP\\Anna");
    EXPECT_EQ(entry.rule, (policy::RuleKey{"idle", "digest"}));
    EXPECT_EQ(entry.client_key, "wks-7");
    EXPECT_EQ(entry.user_key, "anna");
    ASSERT_EQ(entry.targets.size(), 1U);
    EXPECT_EQ(entry.targets[0].start, policy::build::now.wall - 3h);
}

TEST(PlanEntry, the_same_sessions_match) {
    const auto plan = on_windows({{.user = "anna"}, {.user = "anna", .connected = 2h}});
    ASSERT_EQ(plan.entry().targets.size(), 2U);
    EXPECT_TRUE(held(plan.entry(), plan));
    EXPECT_TRUE(held(plan.entry(), later(plan, 10min, 10min)));
    EXPECT_TRUE(held(plan.entry(), on_windows({{.user = "ANNA", .connected = 3h}}))) << "one of them left";
}

TEST(PlanEntry, a_session_begun_later_is_not_in_it) {
    const auto entry = on_windows({{.user = "anna"}}).entry();
    EXPECT_FALSE(held(entry, on_windows({{.user = "anna", .connected = 2h}})));
    EXPECT_FALSE(held(entry, on_windows({{.user = "anna"}, {.user = "anna", .connected = 2h}})));
}

TEST(PlanEntry, starts_agree_within_two_seconds) {
    const auto entry = on_windows({{.user = "anna"}}).entry();
    EXPECT_TRUE(held(entry, on_windows({{.user = "anna", .connected = 3h - 2s}})));
    EXPECT_TRUE(held(entry, on_windows({{.user = "anna", .connected = 3h + 2s}})));
    EXPECT_FALSE(held(entry, on_windows({{.user = "anna", .connected = 3h - 3s}})));
    EXPECT_FALSE(held(entry, on_windows({{.user = "anna", .connected = 3h + 3s}})));
}

TEST(PlanEntry, two_that_cannot_be_told_apart_are_not_one) {
    const auto one = on_windows({{.user = "anna"}}).entry();
    const auto two = on_windows({{.user = "anna"}, {.user = "anna", .connected = 3h - 1s}});
    EXPECT_FALSE(held(one, two));
    EXPECT_TRUE(held(two.entry(), two));
    const auto chain = on_windows({{.user = "anna", .connected = 3h},
                                   {.user = "anna", .connected = 3h - 2s},
                                   {.user = "anna", .connected = 3h - 4s}})
                           .entry();
    EXPECT_TRUE(held(chain, on_windows({{.user = "anna", .connected = 3h - 5s},
                                        {.user = "anna", .connected = 3h - 1s},
                                        {.user = "anna", .connected = 3h - 3s}})));
    EXPECT_FALSE(held(chain, on_windows({{.user = "anna", .connected = 3h - 5s},
                                         {.user = "anna", .connected = 3h - 5s},
                                         {.user = "anna", .connected = 3h - 1s}})));
}

TEST(PlanEntry, a_start_that_is_unknown_here_or_there_never_matches) {
    const auto known = on_windows({{.user = "anna"}});
    const auto unknown = on_windows({{.user = "anna", .connected = std::nullopt}});
    EXPECT_FALSE(held(known.entry(), unknown));
    EXPECT_FALSE(held(unknown.entry(), known));
    EXPECT_FALSE(held(unknown.entry(), unknown));
}

TEST(PlanEntry, a_clock_that_was_moved_spares_everybody) {
    const auto plan = on_windows({{.user = "anna"}});
    EXPECT_FALSE(held(plan.entry(), later(plan, 10min, 70min)));
    EXPECT_FALSE(held(plan.entry(), later(plan, 10min, -50min)));
}

TEST(PlanEntry, another_user_client_or_server_is_not_meant) {
    const auto entry = on_windows({{.user = "anna"}}).entry();
    EXPECT_FALSE(held(entry, on_windows({{.user = "bob"}})));
    EXPECT_FALSE(held(entry, on_windows({{.user = "anna", .client = "10.20.1.8"}})));
    auto elsewhere = on_windows({{.user = "anna"}});
    elsewhere.look.server.traits.name = "FS1";
    EXPECT_TRUE(held(entry, elsewhere));
    elsewhere.look.server.traits.name = "fs2";
    EXPECT_FALSE(held(entry, elsewhere));
}

TEST(PlanEntry, another_rule_or_an_edited_one_is_not_meant) {
    const auto entry = on_windows({{.user = "anna"}}).entry();
    auto edited = idle_rule();
    edited.rules[0].key.digest = "edited";
    EXPECT_FALSE(held(entry, on_windows({{.user = "anna"}}, edited)));
    auto renamed = idle_rule();
    renamed.rules[0].key.name = "another";
    EXPECT_FALSE(held(entry, on_windows({{.user = "anna"}}, renamed)));
}

TEST(PlanEntry, on_samba_whoever_shares_the_connection_is_in_it_or_nobody_goes) {
    const auto all = policy::build::policy({disconnect("all", always())});
    const Wanted two{all, samba({{.user = "anna"}, {.user = "bob"}})};
    ASSERT_EQ(two.entry().targets.size(), 2U);
    EXPECT_TRUE(held(two.entry(), two));
    const Wanted three{all, samba({{.user = "anna"}, {.user = "bob"}, {.user = "carl"}})};
    EXPECT_FALSE(held(two.entry(), three));
    const Wanted others{all, samba({{.user = "bob"}})};
    EXPECT_FALSE(held(two.entry(), others)) << "a call for bob is another entry";
}

TEST(PlanEntry, a_name_that_cannot_be_written_down_is_never_the_same) {
    const auto all = policy::build::policy({disconnect("all", always())});
    const Wanted plan{all, samba({{.user = "anna"}, {.user = "b\xed\xa0\x80"}})};
    ASSERT_FALSE(plan.disconnects.empty());
    EXPECT_FALSE(held(plan.entry(), plan));
}

TEST(PlanEntry, no_targets_are_never_covered) {
    const auto plan = on_windows({{.user = "anna"}});
    EXPECT_FALSE(covers(plan.entry(), plan.look, {}));
    EXPECT_TRUE(covers(plan.entry(), plan.look, {0}));
    EXPECT_FALSE(covers(plan.entry(), plan.look, {0, 1})) << "nor is curfew's own session";
}

// --- The whole plan -------------------------------------------------------------------------------------

TEST(PlanAge, as_old_as_is_allowed_and_no_older) {
    const auto made = policy::build::now.wall;
    EXPECT_TRUE(check_age(made, made, 15min));
    EXPECT_TRUE(check_age(made, made + 15min, 15min));
    const auto old = check_age(made, made + 15min + 1ms, 15min);
    ASSERT_FALSE(old);
    EXPECT_EQ(core::name_of(old.error().code), "ETIME");
    EXPECT_NE(old.error().context.find("15m"), std::string::npos);
}

TEST(PlanAge, one_of_tomorrow_has_no_age) {
    const auto made = policy::build::now.wall;
    EXPECT_TRUE(check_age(made, made - 2s, 15min));
    EXPECT_FALSE(check_age(made, made - 3s, 15min));
    EXPECT_FALSE(check_age(made, made - 24h * 365, 15min));
}

TEST(PlanDigest, of_the_configuration_in_force_or_not_at_all) {
    PlanFile plan;
    plan.digest = "d1";
    EXPECT_TRUE(check_digest(plan, "d1"));
    ASSERT_FALSE(check_digest(plan, "d2"));
    EXPECT_EQ(core::name_of(check_digest(plan, "d2").error().code), "EPERM");
    plan.digest.clear();
    EXPECT_FALSE(check_digest(plan, "")) << "unknown is not the same";
}

}  // namespace
}  // namespace curfew::daemon
