// What can be proven of a policy, and what is shown where it cannot.
#include "policy/proof.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"

namespace curfew::policy {
namespace {

using namespace build;

std::vector<std::string> may_end(const Policy& rules, const Premises& premises) {
    const auto proof = never_ends(rules, premises);
    if (proof.outcome == Proof::Outcome::proven) return {"proven"};
    if (proof.outcome == Proof::Outcome::gave_up) return {"gave up"};
    auto out = proof.when;
    out.insert(out.begin(), rules.rules[*proof.rule].key.name);
    return out;
}
using Lines = std::vector<std::string>;

const Premises backup{.session = {.user = "svc-backup"}, .server = {}, .fixed = {}, .at = {}};

TEST(Proof, a_protection_proves_it) {
    const auto rules = policy({disconnect("idle", idle(30min))}, user({"svc-*", "*$"}), "");
    EXPECT_EQ(may_end(rules, backup), Lines{"proven"});
    Premises anna = backup;
    anna.session.user = "anna";
    EXPECT_EQ(may_end(rules, anna), (Lines{"idle", "idle at least 30m"}));
    EXPECT_EQ(may_end(rules, {}), (Lines{"idle", "idle at least 30m", "not user 'svc-*'", "not user '*$'"}));
}

TEST(Proof, an_earlier_rule_that_keeps_proves_it_and_a_later_one_does_not) {
    const auto kept = keep("services", user({"svc-*"}));
    const auto ends = disconnect("all", always());
    EXPECT_EQ(may_end(policy({kept, ends}), backup), Lines{"proven"});
    EXPECT_EQ(may_end(policy({ends, kept}), backup), Lines{"all"});
}

TEST(Proof, a_protection_that_is_unknown_protects) {
    Premises samba = backup;
    samba.server.kind = Kind::samba;
    const auto rules = policy({disconnect("all", always())}, idle(30min), "");
    EXPECT_EQ(may_end(rules, samba), Lines{"proven"});
    EXPECT_EQ(may_end(rules, backup), (Lines{"all", "idle below 30m"}));
    // And a rule that is unknown ends nothing.
    EXPECT_EQ(may_end(policy({disconnect("idle", idle(30min))}), samba), Lines{"proven"});
}

TEST(Proof, what_is_never_known_ends_nothing_and_keeps) {
    EXPECT_EQ(may_end(policy({disconnect("d", all({}))}), {}), Lines{"proven"});
    EXPECT_EQ(may_end(policy({disconnect("d", not_(any({})))}), {}), Lines{"proven"});
    EXPECT_EQ(may_end(policy({keep("k", any({})), disconnect("d", always())}), {}), Lines{"proven"});
}

TEST(Proof, an_idle_time_that_is_said_may_be_believed) {
    Premises awake = backup;
    awake.session.idle = 0s;
    EXPECT_EQ(may_end(policy({disconnect("awake", {IdleIn{{{}, 1min}}})}), awake), Lines{"awake"});
    EXPECT_EQ(may_end(policy({disconnect("idle", idle(1min))}), awake), Lines{"proven"});
}

TEST(Proof, the_same_question_has_one_answer) {
    const Condition either = any({user({"a*"}), client({"WKS-*"})});
    EXPECT_EQ(may_end(policy({keep("k", either), disconnect("d", either)}), {}), Lines{"proven"});
    EXPECT_EQ(may_end(policy({disconnect("d", all({either, not_(either)}))}), {}), Lines{"proven"});
    const Condition guest{FlagIs{core::sess_guest, true}};
    const Condition no_guest{FlagIs{core::sess_guest, false}};
    EXPECT_EQ(may_end(policy({keep("k", guest), disconnect("d", not_(no_guest))}), {}), Lines{"proven"});
    EXPECT_EQ(may_end(policy({keep("k", guest), disconnect("d", no_guest)}), {}),
              (Lines{"d", "guest: false"}));
}

TEST(Proof, bounds_on_one_number_know_of_each_other) {
    const Condition below{IdleIn{{{}, 30min}}};
    EXPECT_EQ(may_end(policy({disconnect("d", all({below, idle(30min)}))}), {}), Lines{"proven"});
    EXPECT_EQ(may_end(policy({keep("k", idle(30min)), disconnect("d", idle(1h))}), {}), Lines{"proven"});
    EXPECT_EQ(may_end(policy({keep("k", idle(1h)), disconnect("d", idle(30min))}), {}),
              (Lines{"d", "idle at least 30m", "idle below 1h"}));
    EXPECT_EQ(may_end(policy({disconnect("d", not_(idle(0s)))}), {}), Lines{"proven"});
    EXPECT_EQ(may_end(policy({keep("k", open_files(0)), disconnect("d", open_files(0))}), {}),
              Lines{"proven"});
    // Another number is another matter.
    EXPECT_EQ(may_end(policy({keep("k", idle(1h)), disconnect("d", {ConnectedIn{{2h, {}}}})}), {}),
              (Lines{"d", "connected at least 2h", "idle below 1h"}));
}

TEST(Proof, rules_that_are_off_or_only_observe_decide_nothing) {
    auto rules = policy({keep("k", always()), observe("o", always()), disconnect("d", always())});
    EXPECT_EQ(may_end(rules, {}), Lines{"proven"});
    rules.rules[0].until = now.wall;
    EXPECT_EQ(may_end(rules, {}), (Lines{"d", "the rule 'k' is off"}));
    Premises then{.session = {}, .server = {}, .fixed = {Fact::time}, .at = now.wall - 1s};
    EXPECT_EQ(may_end(rules, then), Lines{"proven"});
    then.at = now.wall;
    EXPECT_EQ(may_end(rules, then), Lines{"d"});
    rules.rules[2].from = now.wall + 1s;
    EXPECT_EQ(may_end(rules, then), Lines{"proven"});
}

TEST(Proof, a_rule_with_for_is_taken_to_have_held) {
    auto rules = policy({disconnect("d", always())});
    rules.rules[0].hold = 5min;
    EXPECT_EQ(may_end(rules, {}), Lines{"d"});
}

TEST(Proof, servers_and_times_may_be_said) {
    const auto rules = policy({disconnect("d", all({Condition{HasTag{{"lab"}}}, server_named({"fs*"})}))});
    Premises premises;
    EXPECT_EQ(may_end(rules, premises), (Lines{"d", "tags 'lab'", "server 'fs*'"}));
    premises.fixed = {Fact::tags};
    EXPECT_EQ(may_end(rules, premises), Lines{"proven"});
    premises.server.tags = {"lab"};
    EXPECT_EQ(may_end(rules, premises), (Lines{"d", "server 'fs*'"}));

    const Timetable never;
    const Zone zone{
        "z", {{std::chrono::sys_seconds{}, {}}}, std::chrono::sys_days{std::chrono::days{30'000}}};
    const auto with = [&](std::optional<Zone> clock) {
        return policy({disconnect(
            "d", {InSchedule{{std::make_shared<const Schedule>("s", std::move(clock), never)}}})});
    };
    EXPECT_EQ(may_end(with(zone), {}), (Lines{"d", "schedule 's'"}));
    const Premises then{.session = {}, .server = {}, .fixed = {Fact::time}, .at = now.wall};
    EXPECT_EQ(may_end(with(zone), then), Lines{"proven"});
    EXPECT_EQ(may_end(with(std::nullopt), then), (Lines{"d", "schedule 's'"}));
}

// At least one of each row, and of no two rows the same: there are more rows than columns. No search of this
// kind sees that soon.
Policy pigeons(int holes) {
    std::vector<Condition> each;
    const auto in = [](int pigeon, int hole) {
        const std::string text = "p" + std::to_string(pigeon) + "-" + std::to_string(hole);
        return Condition{UserMatches{{UserPattern::compile(text).value()}}};
    };
    for (int pigeon = 0; pigeon <= holes; ++pigeon) {
        std::vector<Condition> somewhere;
        for (int hole = 0; hole < holes; ++hole) somewhere.push_back(in(pigeon, hole));
        each.push_back(any(std::move(somewhere)));
        for (int other = 0; other < pigeon; ++other)
            for (int hole = 0; hole < holes; ++hole)
                each.push_back(not_(all({in(pigeon, hole), in(other, hole)})));
    }
    return policy({disconnect("pigeons", all(std::move(each)))});
}

TEST(Proof, the_search_comes_to_an_end) {
    EXPECT_EQ(never_ends(pigeons(4), {}).outcome, Proof::Outcome::proven);
    const auto proof = never_ends(pigeons(12), {}, 1'000'000);
    EXPECT_EQ(proof.outcome, Proof::Outcome::gave_up);
    EXPECT_EQ(proof.rule, 0U);
}

TEST(Proof, a_large_policy_is_no_intricate_one) {
    const auto name = [](const std::string& kind, int number) {
        return Condition{UserMatches{{UserPattern::compile(kind + std::to_string(number)).value()}}};
    };
    Policy rules;
    for (int i = 0; i < 300; ++i) rules.protect.push_back({name("protected", i), ""});
    for (int i = 0; i < 300; ++i) {
        const auto number = std::to_string(i);
        rules.rules.push_back(keep("k" + number, any({all({name("a", i), name("b", i)}), name("c", i)})));
        rules.rules.push_back(disconnect("d" + number, all({name("c", i), any({name("d", i), idle(1h)})})));
    }
    EXPECT_EQ(never_ends(rules, {}).outcome, Proof::Outcome::proven);
    rules.rules.push_back(disconnect("last", not_(name("c", 0))));
    const auto proof = never_ends(rules, {});
    EXPECT_EQ(proof.outcome, Proof::Outcome::possible);
    EXPECT_EQ(proof.rule, 600U);
}

}  // namespace
}  // namespace curfew::policy
