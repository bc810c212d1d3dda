#include "policy/visibility.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"
#include "random_policy.hpp"

namespace curfew::policy {
namespace {

using namespace build;
using core::Level;
using Lines = std::vector<std::string>;

ServerFacts at_level(Level level, Kind kind = Kind::windows) {
    ServerFacts facts{server(kind), kind, level};
    facts.traits.tags = {"a"};
    return facts;
}
const ServerFacts windows_server = at_level(Level::transports);
const ServerFacts samba_server = at_level(Level::administrative, Kind::samba);

Lines in_words(const Policy& rules, const std::vector<Doubt>& doubts) {
    Lines lines;
    for (const Doubt& doubt : doubts)
        lines.push_back(name_of(rules, doubt.about) + ": " + why_in_words(doubt));
    return lines;
}
Lines never_true(const Policy& rules, const ServerFacts& facts) {
    return in_words(rules, NeverTrue{rules}.on(facts));
}
// Why a rule with this condition is never true there; empty: it may be.
std::string never(const Condition& when, const ServerFacts& facts) {
    const auto rules = policy({disconnect("r", when)});
    NeverTrue never_true{rules};
    const auto& doubts = never_true.on(facts);
    return doubts.empty() ? std::string{} : why_in_words(doubts.at(0));
}
Condition hours_of_the_server() {
    Timetable always_open;
    for (auto& day : always_open.weekly) day = {{0h, 24h}};
    return {InSchedule{{std::make_shared<Schedule>("hours", std::nullopt, always_open)}}};
}

TEST(NeverTrue, is_what_samba_and_lower_levels_do_not_tell) {
    const auto flag = Condition{FlagIs{core::sess_guest, false}};
    const Condition connected{ConnectedIn{{1h, std::nullopt}}};
    struct Case {
        Condition when;
        std::string field;
        Level needs;
    };
    for (const auto& [when, field, needs] :
         {Case{idle(1h), "idle", Level::anyone}, Case{connected, "connected", Level::anyone},
          Case{user({"anna"}), "user", Level::anyone},
          Case{open_files(0), "open_files", Level::administrative},
          Case{flag, "guest", Level::administrative},
          Case{{FlagIs{core::sess_noencryption, true}}, "plaintext_password", Level::administrative},
          Case{client_type({"x"}), "client_type", Level::client_types},
          Case{transport({"x"}), "transport", Level::transports}}) {
        bool told = true;
        for (const Level level : core::all_levels) {  // from the most to the least
            EXPECT_EQ(never(when, at_level(level)),
                      told ? "" : "never true here: " + field + " is not reported")
                << core::to_string(level);
            if (level == needs) told = false;
        }
    }
    EXPECT_EQ(never(idle(1h), samba_server), "never true here: idle is not reported");
    EXPECT_EQ(never(idle(1h), at_level(Level::administrative, Kind::unclear)), "")
        << "there an idle time above 0 is believed";
    EXPECT_EQ(never(client({"WKS-*"}), at_level(Level::names)), "");
}

TEST(NeverTrue, is_proven_through_any_all_and_not) {
    EXPECT_EQ(never(all({open_files(0), idle(1h)}), samba_server), "never true here: idle is not reported");
    EXPECT_EQ(never(any({open_files(0), idle(1h)}), samba_server), "");
    EXPECT_EQ(never(not_(idle(1h)), samba_server), "never true here: idle is not reported");
    EXPECT_EQ(never(not_(any({idle(1h), open_files(0)})), samba_server),
              "never true here: idle is not reported");
    EXPECT_EQ(never(not_(all({idle(1h), open_files(0)})), samba_server), "");
    EXPECT_EQ(never(all({any({open_files(0), idle(1h)}), not_(open_files(0))}), samba_server),
              "never true here: idle is not reported")
        << "the way without idle contradicts the rest";
    EXPECT_EQ(never(user({"*"}), at_level(Level::names)), "") << "true of whoever it may be";
    EXPECT_EQ(never(user({"anna", "*"}), at_level(Level::names)), "");
}

TEST(NeverTrue, names_what_is_enough_to_make_it_so) {
    EXPECT_EQ(never(all({transport({"x"}), idle(1h)}), samba_server),
              "never true here: idle and transport are not reported");
    EXPECT_EQ(never(any({transport({"x"}), idle(1h)}), samba_server),
              "never true here: idle and transport are not reported");
    EXPECT_EQ(never(all({idle(1h), any({open_files(0), transport({"x"})})}), samba_server),
              "never true here: idle is not reported")
        << "the transport is not what it lacks";
}

TEST(NeverTrue, is_not_said_of_rules_that_are_about_other_servers) {
    EXPECT_EQ(never(all({{HasTag{{"a"}}}, idle(1h)}), samba_server), "never true here: idle is not reported");
    EXPECT_EQ(never(all({{HasTag{{"b"}}}, idle(1h)}), samba_server), "");
    EXPECT_EQ(never(all({not_({HasTag{{"a"}}}), idle(1h)}), samba_server), "");
    EXPECT_EQ(never(all({server_named({"fs1"}), idle(1h)}), samba_server),
              "never true here: idle is not reported");
    EXPECT_EQ(never(all({server_named({"fs2"}), idle(1h)}), samba_server), "");
    EXPECT_EQ(never(all({not_(idle(1h)), idle(2h)}), samba_server), "") << "true nowhere";
}

TEST(NeverTrue, tells_servers_apart_that_rules_tell_apart) {
    const auto rules = policy({disconnect("a", all({{HasTag{{"a"}}}, idle(1h)})),
                               disconnect("b", all({server_named({"fs2"}), idle(1h)}))});
    NeverTrue doubts{rules};
    const auto on = [&](ServerFacts facts, std::string name, std::vector<std::string> tags) {
        facts.traits.name = std::move(name);
        facts.traits.tags = std::move(tags);
        Lines names;
        for (const Doubt& doubt : doubts.on(facts)) names.push_back(name_of(rules, doubt.about));
        return names;
    };
    for (int again = 0; again < 2; ++again) {
        EXPECT_EQ(on(samba_server, "fs1", {"a"}), Lines{"a"});
        EXPECT_EQ(on(samba_server, "fs1", {}), Lines{});
        EXPECT_EQ(on(samba_server, "fs2", {}), Lines{"b"});
        EXPECT_EQ(on(windows_server, "fs2", {"a"}), Lines{});
    }
}

TEST(NeverTrue, is_a_schedule_by_the_clock_of_a_server_that_has_none) {
    ServerFacts with_clock = windows_server;
    with_clock.traits.timezone =
        Zone{"UTC", {{std::chrono::sys_seconds{}, 0s}}, std::chrono::sys_seconds::max()};
    EXPECT_EQ(never(hours_of_the_server(), windows_server), "never true here: the server has no `timezone`");
    EXPECT_EQ(never(hours_of_the_server(), with_clock), "");
    EXPECT_EQ(never(all({hours_of_the_server(), idle(1h)}), samba_server),
              "never true here: idle is not reported, and the server has no `timezone`");
}

TEST(NeverTrue, is_about_rules_that_end_sessions_also_those_that_observe) {
    const auto rules = policy({keep("k", idle(1h)), observe("o", idle(2h)), disconnect("d", open_files(0))});
    EXPECT_EQ(never_true(rules, samba_server), Lines{"o: never true here: idle is not reported"});
    EXPECT_EQ(never_true(rules, windows_server), Lines{});
}

// What is claimed holds of every session of such a server.
TEST(NeverTrue, is_never_claimed_of_a_rule_that_some_session_makes_true) {
    std::size_t claimed = 0;
    for (unsigned seed = 0; seed < 5'000; ++seed) {
        Dice dice{seed};
        const auto rules = dice.any_policy();
        auto seen = look(dice.any_server(), dice.sessions());
        // What that level does not carry, no server said.
        for (auto& session : seen.sessions)
            if (seen.server.level == core::Level::administrative)
                session.reported.transport = session.reported.client_type = std::nullopt;
        NeverTrue never_true{rules};
        for (const Doubt& doubt : never_true.on(seen.server)) {
            ++claimed;
            EXPECT_FALSE(doubt.missing.empty());
            for (const auto& session : seen.sessions)
                ASSERT_NE(evaluate(rules.rules[doubt.about.index].when, seen.server, session, seen.at.wall),
                          Truth::yes)
                    << "seed " << seed;
        }
    }
    EXPECT_GT(claimed, 500U);
}

std::vector<Doubt> unknown_in(const Policy& rules, const ServerLook& seen) {
    return unknown_keeps(rules, seen, plan_server(rules, seen));
}

TEST(UnknownKeeps, counts_sessions_that_stay_because_nobody_knows) {
    auto rules = policy({keep("office PCs", client({"WKS-*"})), disconnect("all", always())});
    rules.protect.push_back({user({"LAB\\svc-*"}), ""});
    rules.protect.push_back({idle(3h), "sleepers"});
    const auto seen = windows({{.user = "svc-a", .client = "WKS-1"},            // unknown domain
                               {.user = "anna", .client = "10.20.1.7"},         // unknown name
                               {.user = "bob", .client = "WKS-1", .idle = {}},  // unknown idle time
                               {.user = "carl", .client = "WKS-1"}});           // known
    EXPECT_EQ(in_words(rules, unknown_in(rules, seen)),
              (Lines{"entry 1 of `protect`: unknown for 1 of 4 sessions",
                     "sleepers: unknown for 1 of 4 sessions", "office PCs: unknown for 1 of 4 sessions"}));
}

TEST(UnknownKeeps, does_not_count_who_was_decided_before) {
    const auto rules = policy({disconnect("anna", user({"anna"})), keep("k", idle(1h))});
    const auto seen = samba({{.user = "anna"}, {.user = "bob"}});
    EXPECT_EQ(in_words(rules, unknown_in(rules, seen)), Lines{"k: unknown for 1 of 2 sessions"});
    auto off = rules;
    off.rules[1].until = now.wall;
    EXPECT_EQ(unknown_in(off, seen).size(), 0U);
}

TEST(UnknownKeeps, are_often_unknown_above_one_in_twenty) {
    EXPECT_FALSE(is_often_unknown({.about = {}, .missing = {}, .unknown = 1, .of = 20}));
    EXPECT_TRUE(is_often_unknown({.about = {}, .missing = {}, .unknown = 1, .of = 19}));
    EXPECT_FALSE(is_often_unknown({.about = {}, .missing = {}, .unknown = 5, .of = 100}));
    EXPECT_TRUE(is_often_unknown({.about = {}, .missing = {}, .unknown = 6, .of = 100}));
    EXPECT_FALSE(is_often_unknown({}));
}

// Against the naive count: every entry, in order, until one decides.
TEST(UnknownKeeps, are_what_a_naive_reading_counts) {
    std::size_t found = 0;
    for (unsigned seed = 0; seed < 5'000; ++seed) {
        Dice dice{seed};
        const auto rules = dice.any_policy();
        const auto seen = look(dice.any_server(), dice.sessions());
        std::map<PolicyEntry, std::size_t> naive;
        for (const auto& session : seen.sessions) {
            if (session.own != Own::no) continue;
            const auto truth = [&](const Condition& when) {
                return evaluate(when, seen.server, session, seen.at.wall);
            };
            bool decided = false;
            for (std::size_t i = 0; i < rules.protect.size() && !decided; ++i) {
                const auto of_it = truth(rules.protect[i].when);
                if (of_it == Truth::unknown) ++naive[{PolicyEntry::Kind::protection, i}];
                decided = of_it != Truth::no;
            }
            decided = false;
            for (std::size_t i = 0; i < rules.rules.size() && !decided; ++i) {
                const Rule& rule = rules.rules[i];
                if (!rule.is_on(seen.at.wall)) continue;
                const auto of_it = truth(rule.when);
                const bool keeps = rule.then == Action::keep;
                if (keeps && of_it == Truth::unknown) ++naive[{PolicyEntry::Kind::rule, i}];
                decided =
                    keeps ? of_it != Truth::no : of_it == Truth::yes && !rule.observes_on(seen.server.traits);
            }
        }
        std::map<PolicyEntry, std::size_t> counted;
        for (const Doubt& doubt : unknown_in(rules, seen)) counted[doubt.about] = doubt.unknown;
        ASSERT_EQ(counted, naive) << "seed " << seed;
        found += counted.size();
    }
    EXPECT_GT(found, 1'000U);
}

}  // namespace
}  // namespace curfew::policy
