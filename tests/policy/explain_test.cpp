// The explanation of a decision: what it says of each condition, and that it is the decision.
#include "policy/explain.hpp"

#include <gtest/gtest.h>

#include "policy/supposed.hpp"
#include "random_policy.hpp"

namespace curfew::policy {
namespace {

using namespace build;

ServerTraits fs1(Kind kind = Kind::windows) {
    ServerTraits traits = server(kind);
    traits.tags = {"finance", "berlin"};
    return traits;
}

Explained about(const Condition& condition, const SupposedSession& session, const ServerTraits& traits) {
    const auto seen = suppose(traits, {session}, now.wall);
    const auto rules = policy({disconnect("r", condition)});
    return *explain(rules, seen.server, seen.sessions.front(), now.wall).rules.front().when;
}
std::string said(const Condition& condition, const SupposedSession& session,
                 const ServerTraits& traits = fs1()) {
    return sentence(about(condition, session, traits));
}

TEST(Explain, says_what_a_condition_was_held_against) {
    const SupposedSession session{.user = "LAB\\anna",
                                  .client = "10.20.1.7",
                                  .idle = 31min,
                                  .connected = 3h,
                                  .open_files = 2,
                                  .guest = true};
    const auto tagged = [](std::vector<std::string> tags) { return Condition{HasTag{std::move(tags)}}; };
    EXPECT_EQ(said(always(), session), "every session: true");
    EXPECT_EQ(said(idle(30min), session), "idle 31m, at least 30m: true");
    EXPECT_EQ(said({IdleIn{{std::nullopt, 30min}}}, session), "idle 31m, below 30m: false");
    EXPECT_EQ(said({ConnectedIn{{1h, 2h}}}, session), "connected 3h, at least 1h, below 2h: false");
    EXPECT_EQ(said(open_files(2), session), "open_files 2, exactly 2: true");
    EXPECT_EQ(said(user({"svc-*", "an*"}), session), "user LAB\\anna, 'an*': true");
    EXPECT_EQ(said(user({"svc-*", "it's"}), session), "user LAB\\anna, one of 'svc-*', 'it''s': false");
    EXPECT_EQ(said(client({"10.20.0.0/16"}), session), "client 10.20.1.7, '10.20.0.0/16': true");
    EXPECT_EQ(said(server_named({"fs2", "fs3"}), session), "server fs1, one of 'fs2', 'fs3': false");
    EXPECT_EQ(said(tagged({"berlin"}), session), "tags finance, berlin, 'berlin': true");
    EXPECT_EQ(said({FlagIs{core::sess_guest, false}}, session), "guest true, false: false");
    EXPECT_EQ(said(not_(idle(1h)), session), "not: true");
}

TEST(Explain, says_why_something_is_unknown) {
    const SupposedSession nothing{.user = "anna", .client = "WKS-17"};
    EXPECT_EQ(said(idle(30min), nothing),
              "idle is unknown (asked: at least 30m): the server does not report it");
    EXPECT_EQ(said(idle(30min), {.idle = 31min}, fs1(Kind::samba)),
              "idle is unknown (asked: at least 30m): Samba reports no idle times");
    EXPECT_EQ(
        said(idle(0s), {.idle = 0s}, fs1(Kind::automatic)),
        "idle is unknown (asked: at least 0s): the server does not report it, or the 0 of what may be a "
        "Samba");
    EXPECT_EQ(said(user({"LAB\\anna", "b*"}), nothing),
              "user anna, 'LAB\\anna': unknown, for the server reports no domain");
    EXPECT_EQ(said(user({"an*"}), {.client = "a"}),
              "user is unknown (asked: 'an*'): the server does not report it");
    EXPECT_EQ(said(client({"10.20.0.0/16"}), nothing),
              "client WKS-17, '10.20.0.0/16': unknown, for a name is not held against addresses");
    EXPECT_EQ(said(client({"WKS-*"}), {.client = "10.20.1.7"}),
              "client 10.20.1.7, 'WKS-*': unknown, for an address is not held against names");
    EXPECT_EQ(said({FlagIs{core::sess_noencryption, true}}, {.guest = true}),
              "plaintext_password is unknown (asked: true): the server does not report it");
    EXPECT_EQ(said(all({}), nothing), "all: unknown");
}

TEST(Explain, names_the_clock_of_a_schedule) {
    using namespace std::chrono;
    Timetable nights;
    for (auto& windows : nights.weekly) windows = {{20h, 30h}};
    const Zone zone{"Asia/Kolkata", {{sys_seconds{}, 5h + 30min}}, sys_days{year{2038} / 1 / 1}};
    const Condition theirs{InSchedule{{std::make_shared<const Schedule>("nights", zone, nights)}}};
    const Condition own{InSchedule{{std::make_shared<const Schedule>("nights", std::nullopt, nights)}}};
    EXPECT_EQ(said(theirs, {}), "schedule Fri 2027-01-15 13:30 (Asia/Kolkata), 'nights': false");
    EXPECT_EQ(said(own, {}),
              "schedule is unknown (asked: 'nights'): it goes by the server's clock, and the server has no "
              "`timezone`");
    auto traits = fs1();
    traits.timezone = zone;
    EXPECT_EQ(said(own, {}, traits), "schedule Fri 2027-01-15 13:30 (Asia/Kolkata), 'nights': false");
}

TEST(Explain, a_long_list_is_cut_and_what_decides_is_shown) {
    const Condition list = user({"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"});
    EXPECT_EQ(said(list, {.user = "b"}),
              "user b, one of 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', … (8 in all): false");
    EXPECT_EQ(said(list, {.user = "A8"}), "user A8, 'a8': true");
}

TEST(Explain, tells_of_the_rules_up_to_the_one_that_decides) {
    auto rules = policy({disconnect("not yet", always()), observe("looks on", always()),
                         disconnect("another", user({"bob"})), keep("in doubt", idle(1h)),
                         disconnect("late", always())});
    rules.rules[0].from = now.wall + 1s;
    const auto seen = suppose(fs1(), {{.user = "anna", .client = "WKS-1"}}, now.wall);
    const auto explained = explain(rules, seen.server, seen.sessions.front(), now.wall);
    std::vector<std::string> standings;
    for (const auto& rule : explained.rules) standings.emplace_back(to_string(rule.standing));
    EXPECT_EQ(standings,
              (std::vector<std::string>{"off", "observes", "does not match", "decides", "not asked"}));
    EXPECT_EQ(decision_text(rules, explained.decision), "keep, by the rule 'in doubt'");
    EXPECT_EQ(explained.decision.observed, std::vector<std::size_t>{1});
}

TEST(Explain, puts_decisions_in_words) {
    auto rules = policy({disconnect("idle", always())}, user({"svc-*"}), "services");
    EXPECT_EQ(decision_text(rules, {}), "keep: no rule matches");
    Decision decision{.action = Action::disconnect, .rule = 0};
    EXPECT_EQ(decision_text(rules, decision), "disconnect, by the rule 'idle'");
    decision.pending = Pending{.hold = 5min, .held = 2min};
    EXPECT_EQ(decision_text(rules, decision), "pending, by the rule 'idle': for 5m, held 2m");
    decision.pending->same_session = false;
    EXPECT_EQ(decision_text(rules, decision),
              "pending, by the rule 'idle': for 5m, not counted: when the session began is unknown");
    decision.protection = 0;
    EXPECT_EQ(decision_text(rules, decision),
              "keep: protected by entry 1 of `protect` (services); otherwise the rule 'idle' would decide");
    EXPECT_EQ(outcome_of(decision), "keep");
}

// From the tree alone, as a reader would.
Decision told_by(const Policy& rules, const Explanation& explained) {
    Decision decision;
    for (std::size_t i = 0; i < rules.protect.size() && !decision.protection; ++i)
        if (explained.protect[i].truth != Truth::no) decision.protection = i;
    for (std::size_t i = 0; i < rules.rules.size(); ++i) {
        if (explained.rules[i].standing == Standing::observes) decision.observed.push_back(i);
        if (explained.rules[i].standing != Standing::decides) continue;
        decision.action = rules.rules[i].then;
        decision.rule = i;
        if (rules.rules[i].hold) decision.pending = Pending{.hold = *rules.rules[i].hold};
    }
    return decision;
}

void expect_truths_to_add_up(const Explained& explained) {
    Truth all = Truth::yes;
    Truth any = Truth::no;
    for (const auto& part : explained.parts) {
        expect_truths_to_add_up(part);
        all = all && part.truth;
        any = any || part.truth;
    }
    if (explained.parts.empty()) return;
    const Truth expected = explained.key == "all"   ? all
                           : explained.key == "any" ? any
                                                    : !explained.parts.front().truth;
    ASSERT_EQ(explained.truth, expected) << explained.key;
}

TEST(ExplainProperty, the_tree_says_what_decide_says) {
    std::size_t ended = 0;
    for (unsigned seed = 0; seed < 4000; ++seed) {
        Dice dice{seed};
        auto rules = dice.any_policy();
        for (auto& rule : rules.rules) {
            if (rule.then == Action::disconnect && dice.one_in(4)) rule.hold = 5min;
            if (dice.one_in(6)) rule.until = now.wall + core::Seconds{dice.below(2)};
        }
        const auto seen = look(dice.any_server(), dice.sessions());
        for (const auto& session : seen.sessions) {
            const auto explained = explain(rules, seen.server, session, now.wall);
            const auto decided = decide(rules, seen.server, session, now.wall);
            const auto told = told_by(rules, explained);
            for (const Decision& other : {told, explained.decision}) {
                ASSERT_EQ(other.action, decided.action) << seed;
                ASSERT_EQ(other.rule, decided.rule) << seed;
                ASSERT_EQ(other.protection, decided.protection) << seed;
                ASSERT_EQ(other.observed, decided.observed) << seed;
                ASSERT_EQ(other.pending, decided.pending) << seed;
            }
            for (std::size_t i = 0; i < rules.rules.size(); ++i) {
                const auto& when = explained.rules[i].when;
                if (!when) continue;
                ASSERT_EQ(when->truth, evaluate(rules.rules[i].when, seen.server, session, now.wall)) << seed;
                expect_truths_to_add_up(*when);
            }
            ended += decided.ends();
        }
    }
    EXPECT_GT(ended, 1000U);
}

}  // namespace
}  // namespace curfew::policy
