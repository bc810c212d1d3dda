#include "policy/memory.hpp"

#include <functional>

#include <gtest/gtest.h>

#include "history.hpp"

namespace curfew::policy {
namespace {

using namespace build;
using Lines = std::vector<std::string>;

History five_minutes() {
    return History{policy({nothing_open(5min)})};
}

// Looks every minute, from `from` on and before `to`, that all see the same.
void minutes(History& history, int from, int to, const std::vector<Listed>& sessions) {
    for (int i = from; i < to; ++i) history.look(i * 1min, sessions);
}

TEST(For, is_over_when_the_rule_has_decided_for_that_long) {
    auto history = five_minutes();
    for (int i = 0; i < 5; ++i) {
        const auto held = "held " + core::duration_text(core::Seconds{i * 1min});
        EXPECT_EQ(history.look(i * 1min, {{"anna"}}), Lines{held});
    }
    EXPECT_EQ(history.look(299'999ms, {{"anna"}}), Lines{"held 4m59s"});
    EXPECT_EQ(history.look(5min, {{"anna"}}), Lines{"over"});
    EXPECT_EQ(history.look(6min, {{"anna"}}), Lines{"over"});
}

// A server may have said it at once and been heard late, or the other way round.
TEST(For, counts_from_an_answer_to_the_last_question) {
    auto history = five_minutes();
    EXPECT_EQ(history.look(2s, {{"anna"}}, 2s), Lines{"held 0s"});
    for (int i = 1; i < 5; ++i) history.look(i * 1min + 2s, {{"anna"}});
    EXPECT_EQ(history.look(303s, {{"anna"}}, 1001ms), Lines{"held 4m59s"});
    EXPECT_EQ(history.look(304s, {{"anna"}}, 2s), Lines{"over"});
    EXPECT_EQ(history.look(305s, {{"anna"}}, 60s), Lines{"held 4m3s"}) << "that answer may be as old";
}

TEST(For, begins_with_the_first_look_however_long_the_session_was_idle_before) {
    auto history = five_minutes();
    EXPECT_EQ(history.look(0s, {{"anna", -10h}}), Lines{"held 0s"});
}

// What comes instead of one of the looks, the one after two minutes.
struct Break {
    const char* what;
    std::function<void(History&)> happens;
    Lines a_minute_later;
};

TEST(For, is_broken_by_a_look_that) {
    const std::vector<Listed> as_ever{{"anna"}, {"bob"}};
    const Lines goes_on{"held 3m", "held 3m"};
    const Lines anna_anew{"held 0s", "held 3m"};
    const Lines all_anew{"held 0s", "held 0s"};
    const auto sees = [](std::vector<Listed> sessions) {
        return [=](History& history) { history.look(2min, sessions); };
    };
    const Break breaks[] = {
        {"says the same", sees(as_ever), goes_on},
        {"says it in another order", sees({{"bob"}, {"anna"}}), goes_on},
        {"spells the names otherwise", sees({{"Anna", -1h, 0, "::ffff:10.20.1.7"}, {"BOB"}}), goes_on},
        {"finds somebody new", sees({{"anna"}, {"bob"}, {"carl"}}), goes_on},
        {"finds one more of theirs, from another time", sees({{"anna"}, {"anna", -1min}, {"bob"}}), goes_on},
        {"failed", [](History& history) { history.memory.forget(); }, all_anew},
        {"says otherwise", sees({{"anna", -1h, 1}, {"bob"}}), anna_anew},
        {"does not find the session", sees({{"bob"}}), anna_anew},
        {"finds it on another client", sees({{"anna", -1h, 0, "10.20.1.8"}, {"bob"}}), anna_anew},
        {"finds it begun later", sees({{"anna", -1h + 3s}, {"bob"}}), anna_anew},
        {"does not say when it began", sees({{"anna", -1h, 0, "10.20.1.7", false}, {"bob"}}), anna_anew},
    };
    for (const Break& one : breaks) {
        auto history = five_minutes();
        minutes(history, 0, 2, as_ever);
        one.happens(history);
        EXPECT_EQ(history.look(3min, as_ever), one.a_minute_later) << "a look that " << one.what;
    }
}

TEST(For, is_broken_by_a_look_that_comes_late) {
    auto history = five_minutes();
    history.look(0s, {{"anna"}});
    EXPECT_EQ(history.look(70s, {{"anna"}}), Lines{"held 1m10s"});
    EXPECT_EQ(history.look(140'001ms, {{"anna"}}), Lines{"held 0s"});
    history.rules.late_after = 10s;
    EXPECT_EQ(history.look(150s, {{"anna"}}), Lines{"held 9s"});
    EXPECT_EQ(history.look(161s, {{"anna"}}), Lines{"held 0s"});
}

TEST(For, belongs_to_one_rule_as_it_was_written) {
    const auto after = [](Policy next) {
        auto history = five_minutes();
        minutes(history, 0, 2, {{"anna"}});
        history.rules = std::move(next);
        return history.look(2min, {{"anna"}}).front();
    };
    auto edited = nothing_open(5min);
    edited.key.digest = "another";
    EXPECT_EQ(after(policy({nothing_open(5min)})), "held 2m");
    EXPECT_EQ(after(policy({edited})), "held 0s");
    EXPECT_EQ(after(policy({nothing_open(5min, "another name")})), "held 0s");
    EXPECT_EQ(after(policy({keep("bob", user({"bob"})), nothing_open(5min)})), "held 2m") << "moved only";
    EXPECT_EQ(after(policy({disconnect("anna", user({"anna"})), nothing_open(5min)})), "over");
}

TEST(For, is_broken_while_another_rule_decides) {
    auto history =
        History{policy({keep("two", open_files(2)), nothing_open(1min, "one"), nothing_open(5min)})};
    history.rules.rules[1].when = user({"bob"});
    const auto deciding = [&](core::Seconds at, std::uint32_t files) {
        return history.look(at, {{"anna", -1h, files}}).front();
    };
    EXPECT_EQ(deciding(0min, 0), "held 0s");
    EXPECT_EQ(deciding(1min, 0), "held 1m");
    EXPECT_EQ(deciding(2min, 2), "kept");
    EXPECT_EQ(deciding(3min, 0), "held 0s");
    // A rule above takes over, then lets go: both begin anew.
    history.rules.rules[1].when = user({"anna"});
    EXPECT_EQ(deciding(4min, 0), "held 0s");
    history.rules.rules[1].when = user({"bob"});
    EXPECT_EQ(deciding(5min, 0), "held 0s");
}

TEST(For, does_not_run_while_the_session_is_protected) {
    auto history = History{policy({nothing_open(2min)}, user({"nobody"}), "")};
    const auto protect = [&](const char* who) { history.rules.protect[0].when = user({who}); };
    minutes(history, 0, 2, {{"anna"}});
    protect("anna");
    EXPECT_EQ(history.look(2min, {{"anna"}}), Lines{"held 0s"});
    EXPECT_EQ(history.look(3min, {{"anna"}}), Lines{"held 0s"});
    protect("nobody");
    EXPECT_EQ(history.look(4min, {{"anna"}}), Lines{"held 0s"});
    EXPECT_EQ(history.look(5min, {{"anna"}}), Lines{"held 1m"});
}

// Sessions that agree in client, user and start.

TEST(For, of_twins_ends_when_one_more_of_them_is_counted) {
    auto history = five_minutes();
    minutes(history, 0, 2, {{"anna"}});
    EXPECT_EQ(history.look(2min, {{"anna"}, {"anna"}}), (Lines{"held 0s", "held 0s"}));
    EXPECT_EQ(history.look(3min, {{"anna"}, {"anna"}}), (Lines{"held 1m", "held 1m"}));
    EXPECT_EQ(history.look(4min, {{"anna"}}), Lines{"held 2m"}) << "whichever it is";
}

TEST(For, of_twins_is_broken_by_either) {
    auto history = five_minutes();
    minutes(history, 0, 2, {{"anna"}, {"anna"}});
    EXPECT_EQ(history.look(2min, {{"anna"}, {"anna", -1h, 1}}), (Lines{"held 2m", "kept"}))
        << "both have held so far";
    EXPECT_EQ(history.look(3min, {{"anna"}, {"anna"}}), (Lines{"held 0s", "held 0s"})) << "which was it?";
    history.look(4min, {{"anna"}, {"anna", -1h, 1}});
    EXPECT_EQ(history.look(5min, {{"anna"}}), Lines{"held 0s"}) << "nor when only one is left";
}

TEST(For, of_twins_that_are_only_nearly_so) {
    auto history = five_minutes();
    minutes(history, 0, 2, {{"anna", -1h}, {"anna", -1h + 2s}, {"anna", -1h + 4s}});
    // The first and the last differ, but either may be the one in between.
    EXPECT_EQ(history.look(2min, {{"anna", -1h}, {"anna", -1h + 4s, 1}}), (Lines{"held 2m", "kept"}));
    EXPECT_EQ(history.look(3min, {{"anna", -1h}, {"anna", -1h + 4s}}), (Lines{"held 3m", "held 0s"}))
        << "nobody stands between them any more";
}

// Two seconds from one to the next are four from the first to the last: the last is somebody new.
TEST(For, is_not_inherited_over_a_chain_of_near_starts) {
    auto history = five_minutes();
    EXPECT_EQ(history.look(3s, {{"anna", 0s}, {"anna", 0s}}), (Lines{"held 0s", "held 0s"}));
    EXPECT_EQ(history.look(63s, {{"anna", 2s}, {"anna", 4s}}), (Lines{"held 1m", "held 0s"}));
}

TEST(For, follows_a_clock_that_drifts) {
    History history{policy({nothing_open(10min)})};
    for (int i = 0; i < 10; ++i) history.look(i * 1min, {{"anna", -1h + i * 1s}});
    EXPECT_EQ(history.look(10min, {{"anna", -1h + 10s}}), Lines{"over"});
}

TEST(For, is_never_longer_than_the_session_has_lasted) {
    History history{policy({nothing_open(10s)})};
    history.rules.late_after = 3s;
    for (int i = 0; i < 60; ++i) {
        const auto words = history.look(i * 1s, {{"anna", (i / 2) * 2s}});
        ASSERT_TRUE(words == Lines{"held 0s"} || words == Lines{"held 1s"}) << words.front();
    }
}

TEST(For, is_pending_where_the_start_is_unknown) {
    const Listed unknown{"anna", -1h, 0, "10.20.1.7", false};
    auto history = five_minutes();
    for (int i = 0; i < 10; ++i) ASSERT_EQ(history.look(i * 1min, {unknown}), Lines{"start unknown"});
    EXPECT_EQ(history.look(10min, {{"anna"}}), Lines{"held 0s"});
    // It may be any of its client and user, so that none of them is proven to be the one before.
    EXPECT_EQ(history.look(11min, {{"anna"}, unknown, {"bob"}}),
              (Lines{"held 0s", "start unknown", "held 0s"}));
    EXPECT_EQ(history.look(12min, {{"anna"}, {"bob"}}), (Lines{"held 0s", "held 1m"}));
}

TEST(For, of_an_observing_rule_counts_apart) {
    auto trial = nothing_open(2min, "trial");
    trial.mode = Mode::observe;
    History history{policy({trial, nothing_open(3min)})};
    EXPECT_EQ(history.look(0min, {{"anna"}}), Lines{"held 0s"});
    EXPECT_EQ(history.look(1min, {{"anna"}}), Lines{"held 1m"});
    EXPECT_EQ(history.look(2min, {{"anna"}}), Lines{"held 2m (observed)"});
    EXPECT_EQ(history.look(3min, {{"anna"}}), Lines{"over (observed)"});
    EXPECT_EQ(history.look(4min, {{"anna", -1h, 1}}), Lines{"kept"});
    EXPECT_EQ(history.look(5min, {{"anna"}}), Lines{"held 0s"});
    EXPECT_EQ(history.decided(history.seen(5min, {{"anna"}}))[0].observed, std::vector<std::size_t>{});
}

TEST(ServerMemory, is_of_the_last_look_and_of_nobody_who_waits_for_nothing) {
    auto history = five_minutes();
    history.look(0min, {{"anna"}, {"bob", -1h, 1}, {"carl"}});
    ASSERT_EQ(history.memory.sessions.size(), 2u);
    history.look(1min, {{"anna"}, {"bob", -1h, 1}, {"dora", -1h, 1}});
    ASSERT_EQ(history.memory.sessions.size(), 1u);
    EXPECT_EQ(history.memory.sessions[0],
              (RememberedSession{"10.20.1.7", "anna", now.steady - 1h, {{0, now.steady}}}));
    EXPECT_EQ(history.memory.rules, std::vector<RuleKey>{history.rules.rules[0].key});
    EXPECT_EQ(history.memory.at, now.steady + 1min);

    History without{policy({disconnect("all", always())})};
    EXPECT_EQ(without.look(0min, {{"anna"}}), Lines{"over"});
    EXPECT_EQ(without.memory, (ServerMemory{now.steady, {}, {}}));
}

}  // namespace
}  // namespace curfew::policy
