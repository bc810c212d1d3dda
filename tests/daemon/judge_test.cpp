// Policy tests, judged: each form passes where it should, fails where it should, and says what came.
#include "daemon/testing/judge.hpp"

#include <gtest/gtest.h>

#include "policy/server_plan.hpp"
#include "tests/policy/builders.hpp"

namespace curfew::daemon {
namespace {

using namespace policy::build;
using policy::Kind;

config::Config with(policy::Policy rules) {
    config::Config config;
    config.mode = policy::Mode::observe;  // decides nothing here
    config.policy = std::move(rules);
    return config;
}
config::Config idle_after_half_an_hour() {
    auto rules = policy::build::policy({keep("bosses", user({"boss"})), disconnect("idle", idle(30min))},
                                       user({"svc-*"}), "services");
    return with(std::move(rules));
}

Judgement judged(const config::Config& config, config::OneSession test) {
    test.server = server(Kind::windows);
    test.at = now.wall;
    return judge(config, {.name = "t", .at = {}, .what = std::move(test)});
}
config::OneSession one(std::string user, core::Seconds idle_for, config::ExpectedDecision expect) {
    return {.server = {},
            .at = {},
            .session = {.user = std::move(user), .client = "10.0.0.1", .idle = idle_for, .connected = 3h},
            .held = {},
            .expect = std::move(expect)};
}

TEST(Judge, one_session) {
    const auto config = idle_after_half_an_hour();
    EXPECT_TRUE(judged(config, one("anna", 31min, {"disconnect", {}})).passed);
    EXPECT_TRUE(judged(config, one("anna", 31min, {"disconnect", "idle"})).passed);
    EXPECT_TRUE(judged(config, one("anna", 29min, {"keep", {}})).passed);
    EXPECT_TRUE(judged(config, one("boss", 31min, {"keep", "bosses"})).passed);
    EXPECT_TRUE(judged(config, one("svc-a", 31min, {"keep", {}})).passed);

    const auto wrong = judged(config, one("anna", 29min, {"disconnect", "idle"}));
    EXPECT_FALSE(wrong.passed);
    EXPECT_EQ(wrong.expected, "disconnect, by the rule 'idle'");
    EXPECT_EQ(wrong.came, "keep: no rule matches");
    EXPECT_NE(wrong.explanation.find("idle 29m, at least 30m: false\n"), std::string::npos)
        << wrong.explanation;
    EXPECT_FALSE(judged(config, one("anna", 31min, {"pending", {}})).passed);
    EXPECT_FALSE(judged(config, one("anna", 31min, {"disconnect", "bosses"})).passed);
    // The rule that would have decided is not the one that kept it.
    EXPECT_FALSE(judged(config, one("svc-a", 31min, {"keep", "idle"})).passed);
}

TEST(Judge, a_rule_that_waits_has_held_for_as_long_as_is_said) {
    auto rules = policy::build::policy({disconnect("slow", always())});
    rules.rules[0].hold = 10min;
    const auto config = with(std::move(rules));
    auto test = one("anna", 0s, {"pending", "slow"});
    EXPECT_FALSE(judged(config, test).passed);
    test.held = 9min;
    EXPECT_TRUE(judged(config, test).passed);
    test.held = 10min;
    const auto over = judged(config, test);
    EXPECT_FALSE(over.passed);
    EXPECT_EQ(over.came, "disconnect, by the rule 'slow'");
}

TEST(Judge, a_rule_that_observes_is_transparent) {
    const auto config = with(policy::build::policy({policy::build::observe("looks on", always())}));
    EXPECT_TRUE(judged(config, one("anna", 0s, {"keep", {}})).passed);
}

config::ExpectedPair pair(std::string user, std::string client) {
    return {client, user, client, user};
}
using Pairs = std::optional<std::vector<config::ExpectedPair>>;

Judgement planned(Kind kind, Pairs ends, Pairs withheld) {
    config::AllSessions test{
        .server = server(kind), .at = now.wall, .sessions = {}, .held = {}, .expect = {}};
    for (const std::string name : {"anna", "bob", "boss"})
        test.sessions.push_back({.user = name,
                                 .client = name == "bob" ? "10.0.0.2" : "10.0.0.1",
                                 .connected = 3h,
                                 .open_files = 0});
    test.expect = {std::move(ends), std::move(withheld)};
    const auto config =
        with(policy::build::policy({keep("bosses", user({"boss"})), disconnect("empty", open_files(0))}));
    return judge(config, {.name = "t", .at = {}, .what = std::move(test)});
}

TEST(Judge, the_plan_of_a_server) {
    const auto anna = pair("anna", "10.0.0.1");
    const auto bob = pair("bob", "10.0.0.2");
    using List = std::vector<config::ExpectedPair>;
    EXPECT_TRUE(planned(Kind::windows, List{anna, bob}, List{}).passed);
    EXPECT_TRUE(planned(Kind::windows, List{bob, anna, bob}, {}).passed);
    // On Samba anna's client carries the boss too.
    EXPECT_TRUE(planned(Kind::samba, List{bob}, List{anna}).passed);
    EXPECT_TRUE(planned(Kind::samba, {}, List{anna}).passed);

    const auto wrong = planned(Kind::samba, List{anna, bob}, List{});
    EXPECT_FALSE(wrong.passed);
    EXPECT_EQ(wrong.expected, "ends anna from 10.0.0.1, bob from 10.0.0.2; withholds nobody");
    EXPECT_EQ(wrong.came,
              "ends bob from 10.0.0.2; withholds anna from 10.0.0.1 (collateral: boss: kept by 'bosses')");
    EXPECT_EQ(wrong.explanation.find("Session bob"), std::string::npos);
    EXPECT_NE(wrong.explanation.find("Session anna from 10.0.0.1\n"), std::string::npos) << wrong.explanation;
    EXPECT_FALSE(planned(Kind::windows, List{anna}, {}).passed);
    EXPECT_FALSE(planned(Kind::samba, {}, List{}).passed);
}

TEST(Judge, never) {
    const auto config = idle_after_half_an_hour();
    const auto never = [&](std::optional<std::string> user) {
        config::NeverEnded test;
        test.premises.session.user = std::move(user);
        return judge(config, {.name = "t", .at = {}, .what = std::move(test)});
    };
    EXPECT_TRUE(never("svc-backup").passed);
    EXPECT_TRUE(never("boss").passed);
    const auto anna = never("anna");
    EXPECT_FALSE(anna.passed);
    EXPECT_EQ(anna.came, "the rule 'idle' may end it");
    EXPECT_EQ(anna.explanation, "It may end it where\n  - idle at least 30m\n");
}

}  // namespace
}  // namespace curfew::daemon
