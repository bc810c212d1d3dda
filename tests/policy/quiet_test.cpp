// `quiet`: for how long curfew's own looks saw no file open.
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "history.hpp"

namespace curfew::policy {
namespace {

using namespace build;

Condition quiet(std::optional<core::Seconds> at_least, std::optional<core::Seconds> below = {}) {
    return {QuietIn{{at_least, below}}};
}
Condition idle_or_quiet(core::Seconds idle_time, core::Seconds quiet_time) {
    return {IdleIn{{idle_time, std::nullopt}, quiet_time}};
}

SessionFacts with(std::optional<QuietTime> quiet_time, std::optional<core::Seconds> idle_time = {}) {
    SessionFacts session;
    session.quiet = quiet_time;
    session.reported.idle = idle_time;
    return session;
}
std::string_view truth(const Condition& condition, const SessionFacts& session) {
    return to_string(evaluate(condition, {}, session, core::WallTime{}));
}

TEST(Quiet, between_what_is_proven_and_what_may_be_is_unknown) {
    const QuietTime since_we_look{10min, std::nullopt};
    EXPECT_EQ(truth(quiet(10min), with(since_we_look)), "true");
    EXPECT_EQ(truth(quiet(11min), with(since_we_look)), "unknown");
    EXPECT_EQ(truth(quiet({}, 10min), with(since_we_look)), "false");
    EXPECT_EQ(truth(quiet({}, 1h), with(since_we_look)), "unknown");
    const QuietTime between{10min, 20min};
    EXPECT_EQ(truth(quiet(20min), with(between)), "unknown");
    EXPECT_EQ(truth(quiet(21min), with(between)), "false");
    EXPECT_EQ(truth(quiet(5min, 21min), with(between)), "true");
    EXPECT_EQ(truth(quiet(5min, 20min), with(between)), "unknown");
    EXPECT_EQ(truth(quiet(0s), with(std::nullopt)), "unknown");
}

TEST(Quiet, stands_in_for_idle_only_where_that_is_unknown) {
    const QuietTime long_ago{1h, 1h};
    EXPECT_EQ(truth(idle_or_quiet(30min, 30min), with(long_ago)), "true");
    EXPECT_EQ(truth(idle_or_quiet(30min, 2h), with(long_ago)), "false");
    EXPECT_EQ(truth(idle_or_quiet(30min, 30min), with(long_ago, 5min)), "false");
    EXPECT_EQ(truth(idle_or_quiet(30min, 2h), with(long_ago, 31min)), "true");
    EXPECT_EQ(truth(idle_or_quiet(30min, 30min), with(std::nullopt)), "unknown");
    EXPECT_EQ(truth(idle(30min), with(long_ago)), "unknown");
}

TEST(Quiet, stands_in_for_idle_within_its_whole_range) {
    const Condition within{IdleIn{{30min, 2h}, 45min}};
    EXPECT_EQ(truth(within, with(QuietTime{1h, 1h})), "true");
    EXPECT_EQ(truth(within, with(QuietTime{40min, 40min})), "false");
    EXPECT_EQ(truth(within, with(QuietTime{9h, 9h})), "false");
    EXPECT_EQ(truth(within, with(QuietTime{1h, std::nullopt})), "unknown");
}

// Of each session "5m", "5m to 1h" or "unknown".
class Quiets : public ::testing::Test {
  protected:
    History history{policy({disconnect("all", quiet(30min))})};

    std::vector<std::string> look(core::Milliseconds at, const std::vector<Listed>& sessions,
                                  core::Milliseconds slow = 0s) {
        auto seen = history.seen(at, sessions, slow);
        know_quiet(history.memory, history.rules, seen);
        history.decided(seen);
        std::vector<std::string> out;
        for (const auto& session : seen.sessions) {
            if (!session.quiet) {
                out.emplace_back("unknown");
                continue;
            }
            const auto seconds = [](auto time) {
                return core::duration_text(std::chrono::floor<core::Seconds>(time));
            };
            auto text = seconds(session.quiet->at_least);
            if (session.quiet->at_most && *session.quiet->at_most < 1h)
                text += " to " + seconds(*session.quiet->at_most);
            out.push_back(text);
        }
        return out;
    }
};
using Words = std::vector<std::string>;

TEST_F(Quiets, run_from_look_to_look) {
    EXPECT_EQ(look(0s, {{}}), Words{"0s"});
    EXPECT_EQ(look(60s, {{}}), Words{"1m"});
    EXPECT_EQ(look(120s, {{}}), Words{"2m"});
    EXPECT_EQ(look(180s, {{.open_files = 1}}), Words{"0s to 0s"});
    EXPECT_EQ(look(240s, {{}}), Words{"0s to 1m"}) << "the first look that saw none begins it";
    EXPECT_EQ(look(300s, {{}}), Words{"1m to 2m"});
}

TEST_F(Quiets, are_proven_between_an_answer_and_the_last_question) {
    EXPECT_EQ(look(2s, {{}}, 2s), Words{"0s"});
    EXPECT_EQ(look(62s, {{}}, 1s), Words{"59s"});
    EXPECT_EQ(look(122s, {{}}), Words{"2m"}) << "nothing is lost by that";
    EXPECT_EQ(look(180s, {{.open_files = 1}}, 5s), Words{"0s to 0s"});
    EXPECT_EQ(look(240s, {{}}), Words{"0s to 1m5s"}) << "it may have been closed at once";
    EXPECT_EQ(look(300s, {{}}, 10s), Words{"50s to 2m5s"});
    EXPECT_EQ(look(301s, {{.started = 298s}}, 2s), Words{"0s to 6s"}) << "began before it was asked";
}

TEST_F(Quiets, begin_anew_after_a_failed_look_and_after_a_late_one) {
    look(0s, {{}});
    history.memory.forget();
    EXPECT_EQ(look(60s, {{}}), Words{"0s"});
    EXPECT_EQ(look(60s + history.rules.late_after, {{}}), Words{"1m10s"});
    EXPECT_EQ(look(61s + 2 * history.rules.late_after, {{}}), Words{"0s"});
}

TEST_F(Quiets, belong_to_one_session) {
    look(0s, {{}});
    EXPECT_EQ(look(60s, {{.started = 30s}}), Words{"0s to 31s"}) << "somebody new of the same names";
    EXPECT_EQ(look(120s, {{.started = 30s}, {.user = "bob"}}), (Words{"1m to 1m31s", "0s"}));
    EXPECT_EQ(look(180s, {{.start_known = false}}), Words{"0s"});
    EXPECT_EQ(look(240s, {{.started = 30s}}), Words{"0s to 3m31s"})
        << "what cannot be told apart is not continued";
}

TEST_F(Quiets, of_sessions_that_nobody_can_tell_apart_are_the_shortest) {
    look(0s, {{}, {.open_files = 1}});
    EXPECT_EQ(look(60s, {{}, {}}), (Words{"0s", "0s"}));
    EXPECT_EQ(look(120s, {{}, {}}), (Words{"1m", "1m"}));
    EXPECT_EQ(look(180s, {{}, {}, {}}), (Words{"0s", "0s", "0s"})) << "any of them may be the new one";
}

TEST_F(Quiets, are_remembered_only_where_a_rule_asks) {
    history.rules = policy({disconnect("all", idle(30min))});
    look(0s, {{}});
    EXPECT_TRUE(history.memory.sessions.empty());
    EXPECT_EQ(look(60s, {{}}), Words{"0s"});
    history.rules.protect.push_back({not_(idle_or_quiet(1h, 1h)), ""});
    look(120s, {{}});
    EXPECT_EQ(look(180s, {{}}), Words{"1m"});
}

TEST(QuietFacts, need_the_number_of_open_files) {
    const auto seen = windows({{.user = "anna", .open_files = std::nullopt}, {.user = "bob"}});
    EXPECT_EQ(seen.sessions[0].quiet, std::nullopt);
    EXPECT_EQ(seen.sessions[1].quiet->at_least, 0s);
}

// Sessions that can all be told apart, over an hour of looks, held against the whole history.
TEST(QuietProperty, is_what_the_history_says) {
    std::size_t proven = 0;
    for (unsigned seed = 0; seed < 300; ++seed) {
        std::minstd_rand dice{seed};
        const auto below = [&](unsigned n) { return static_cast<unsigned>(dice() % n); };
        History history{policy({disconnect("all", quiet(30min))})};
        std::map<std::string, core::Milliseconds> quiet_since;
        core::Milliseconds last{-1h};
        for (core::Milliseconds at{0}; at < 1h; at += core::Seconds{20 + below(52)}) {
            if (below(15) == 0) {
                history.memory.forget();
                quiet_since.clear();
                continue;
            }
            if (at - last > history.rules.late_after) quiet_since.clear();
            last = at;
            std::vector<Listed> sessions;
            std::map<std::string, core::Milliseconds> still;
            for (const char* user : {"anna", "bob", "carl"}) {
                if (below(12) == 0) continue;
                const std::uint32_t open = below(8) == 0 ? 1 : 0;
                sessions.push_back({.user = user, .started = -2h, .open_files = open});
                if (open > 0) continue;
                const auto before = quiet_since.find(user);
                still[user] = before == quiet_since.end() ? at : before->second;
            }
            quiet_since = still;
            auto seen = history.seen(at, sessions);
            know_quiet(history.memory, history.rules, seen);
            history.decided(seen);
            for (const auto& session : seen.sessions) {
                const auto since = quiet_since.find(session.user);
                const auto expected = since == quiet_since.end() ? core::Milliseconds{0} : at - since->second;
                ASSERT_EQ(session.quiet->at_least, expected) << seed << " " << session.user;
                proven += expected >= 10min;
            }
        }
    }
    EXPECT_GT(proven, 500U);
}

TEST(QuietPlan, without_a_past_is_pending) {
    const auto rules = policy({disconnect("fallback", idle_or_quiet(30min, 30min))});
    const auto plan = plan_server(
        rules, samba({{.user = "anna"}, {.user = "bob", .client = "10.20.1.8", .open_files = 3}}));
    EXPECT_EQ(summary(plan, rules), Words{"10.20.1.7 anna: pending by fallback"});
    EXPECT_EQ(plan.withheld[0].detail, "no file seen open for 0s so far");
}

TEST(QuietPlan, who_waits_is_in_the_way_of_a_call_that_ends_others) {
    const auto rules = policy({disconnect("anna", user({"anna"})), disconnect("quiet", quiet(30min))});
    const auto plan = plan_server(rules, samba({{.user = "anna"}, {.user = "bob"}}));
    EXPECT_EQ(summary(plan, rules),
              (Words{"10.20.1.7 anna: collateral by anna", "10.20.1.7 bob: pending by quiet"}));
}

TEST(QuietPlan, later_rules_are_asked_meanwhile) {
    const auto rules = policy({disconnect("quiet", quiet(30min)), disconnect("guests", user({"anna"}))});
    EXPECT_EQ(summary(plan_server(rules, windows({{.user = "anna"}})), rules),
              Words{"ends 10.20.1.7 anna x1 by guests"});
}

TEST(QuietPlan, ends_who_was_quiet_for_long_enough) {
    const auto rules = policy({disconnect("quiet", quiet(2min))});
    ServerMemory memory;
    Words last;
    for (const auto at : {0s, 60s, 120s}) {
        auto seen = windows({{.user = "anna", .connected = 3h + at}});
        seen.at.steady += at;
        seen.sessions[0].started = now.steady - 3h;
        know_quiet(memory, rules, seen);
        last = summary(plan_server(rules, seen, memory), rules);
    }
    EXPECT_EQ(last, Words{"ends 10.20.1.7 anna x1 by quiet"});
}

}  // namespace
}  // namespace curfew::policy
