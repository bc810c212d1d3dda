// `for` in the daemon: what visits and the gate make of the memory of a server.

#include <functional>

#include <gtest/gtest.h>

#include "tests/daemon/world.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using namespace fake;
using policy::Why;
using policy::build::disconnect;
using policy::build::open_files;
using policy::build::user;

policy::Policy nothing_open_for(core::Seconds hold) {
    auto rules = policy::build::policy({disconnect("nothing open", open_files(0))});
    rules.rules[0].hold = hold;
    return rules;
}

void sleep(FakeServer& server, const std::string& user) {
    for (auto& session : server.sessions) {
        if (session.user == user) session.open_files = 0;
    }
}

class HoldTest : public ::testing::Test {
  protected:
    // One server, anna on it with nothing open.
    FakeServer& with(policy::Policy policy, Is is = Is::windows) {
        world_.emplace(std::move(policy));
        auto& server = world_->add("fs1", is);
        server.add({.user = "anna"});
        world_->start();
        return server;
    }
    World& world() { return *world_; }
    // A visit a minute.
    void visits(int n) {
        for (; n > 0; --n) {
            world().clock.advance(1min);
            world().visit(0);
        }
    }
    // How long it takes from now until anna is ended, in visits; 0 where it never does.
    int visits_until_ended(FakeServer& server) {
        for (int n = 1; n <= 20; ++n) {
            visits(1);
            if (server.alive("anna") == 0) return n;
        }
        return 0;
    }

  private:
    std::optional<World> world_;
};

TEST_F(HoldTest, a_session_is_ended_when_its_rule_has_held_and_not_before) {
    auto& server = with(nothing_open_for(5min));
    visits(5);
    EXPECT_EQ(server.dels(), 0u);
    EXPECT_EQ(world().journal.count("intent"), 0u);
    EXPECT_EQ(world().logged("withheld"),
              Lines{"withheld server=fs1 client=10.20.1.7 user=anna rule=\"nothing open\" why=pending "
                    "detail=\"for 5m, held 0s\""});
    visits(1);
    EXPECT_EQ(world().journal.with("outcome"), Lines{"outcome fs1 10.20.1.7 anna: ended"});
}

// Whether the rule decided then nobody knows.
TEST_F(HoldTest, an_answer_that_was_lost_begins_it_anew) {
    auto& server = with(nothing_open_for(5min));
    visits(3);
    server.lose_answer(server.looks() + 1);
    visits(1);
    EXPECT_EQ(visits_until_ended(server), 5);
}

TEST_F(HoldTest, also_the_one_right_before_the_call) {
    auto& server = with(nothing_open_for(5min));
    visits(5);
    server.lose_answer(server.looks() + 2);
    visits(1);
    EXPECT_EQ(server.dels(), 0u);
    EXPECT_EQ(world().journal.with("outcome"), Lines{"outcome fs1 10.20.1.7 anna: withheld"});
    EXPECT_EQ(visits_until_ended(server), 5);
}

TEST_F(HoldTest, what_happens_between_two_visits_begins_it_anew) {
    struct {
        const char* what;
        std::function<void(FakeServer&)> happens;
        int visits_left;
    } const cases[] = {
        {"nothing", [](FakeServer&) {}, 3},
        {"a look that failed",
         [&](FakeServer& server) {
             server.fail_looks(connection_lost());
             visits(1);
             server.fail_looks(std::nullopt);
         },
         6},
        {"a failed look between two that come in time",
         [&](FakeServer& server) {
             server.fail_looks(connection_lost());
             world().visit(0);
             server.fail_looks(std::nullopt);
         },
         6},
        {"a late look", [&](FakeServer&) { world().clock.advance(10'001ms); }, 6},
        {"one that was nearly late", [&](FakeServer&) { world().clock.advance(9s); }, 3},
        {"an open file",
         [&](FakeServer& server) {
             server.wake("anna");
             world().visit(0);
             sleep(server, "anna");
         },
         6},
        {"another session in its place",
         [&](FakeServer& server) {
             server.sessions.clear();
             server.add({.user = "anna", .connected = 2h});
         },
         6},
    };
    for (const auto& one : cases) {
        auto& server = with(nothing_open_for(5min));
        visits(3);
        one.happens(server);
        EXPECT_EQ(visits_until_ended(server), one.visits_left) << one.what;
    }
}

TEST_F(HoldTest, nobody_is_remembered_from_a_visit_that_broke_off) {
    auto& server = with(nothing_open_for(5min));
    visits(5);
    server.on_look(server.looks() + 1, [](FakeServer&) { throw std::runtime_error{"out of memory"}; });
    EXPECT_THROW(world().visit(0), std::runtime_error);
    EXPECT_EQ(visits_until_ended(server), 6);
}

// At the gate.

TEST_F(HoldTest, the_look_before_the_call_finds_it_held_as_well) {
    with(nothing_open_for(2min));
    visits(2);
    world().clock.advance(1min);
    const auto verdict = world().enforce(world().propose("anna"));
    EXPECT_EQ(verdict.result.outcome, Outcome::ended);
    EXPECT_EQ(world().journal.lines,
              (Lines{"intent fs1 10.20.1.7 anna x1 nothing open", "fs1 look", "fs1 del 10.20.1.7 anna",
                     "fs1 look 10.20.1.7 anna", "outcome fs1 10.20.1.7 anna: ended"}));
}

TEST_F(HoldTest, who_wakes_up_between_the_looks_is_spared_and_begins_anew) {
    auto& server = with(nothing_open_for(5min));
    visits(5);
    server.on_look(server.looks() + 2, [](FakeServer& fs1) { fs1.wake("anna"); });
    visits(1);
    EXPECT_EQ(world().journal.with("outcome"), Lines{"outcome fs1 10.20.1.7 anna: no longer matches"});
    sleep(server, "anna");
    EXPECT_EQ(visits_until_ended(server), 6) << "though every visit's first look found nothing open";
}

TEST_F(HoldTest, who_woke_up_in_the_look_before_the_call_for_another_is_spared_too) {
    auto& server = with(nothing_open_for(5min));
    server.add({.user = "bob", .client = "10.20.1.8"});
    visits(5);
    // The first look, that for anna, that after her end, that for bob.
    const auto n = server.looks();
    server.on_look(n + 2, [](FakeServer& fs1) { fs1.wake("bob"); });
    server.on_look(n + 3, [](FakeServer& fs1) { sleep(fs1, "bob"); });
    visits(1);
    EXPECT_EQ(world().journal.with("outcome"),
              (Lines{"outcome fs1 10.20.1.7 anna: ended", "outcome fs1 10.20.1.8 bob: withheld"}));
    EXPECT_EQ(world().audit.entries.at(1).result->why, Why::pending);
    EXPECT_EQ(world().audit.entries.at(1).result->detail, "for 5m, held 0s");
    EXPECT_EQ(server.alive("bob"), 1u);
}

// She is gone when asked again, and nobody is called upon; but what that look says of bob counts.
TEST_F(HoldTest, nor_does_it_matter_that_the_other_was_gone) {
    auto& server = with(nothing_open_for(5min));
    server.add({.user = "bob", .client = "10.20.1.8"});
    visits(5);
    const auto n = server.looks();
    server.on_look(n + 2, [](FakeServer& fs1) {
        fs1.remove("anna");
        fs1.wake("bob");
    });
    server.on_look(n + 3, [](FakeServer& fs1) { sleep(fs1, "bob"); });
    visits(1);
    EXPECT_EQ(world().journal.with("outcome"),
              (Lines{"outcome fs1 10.20.1.7 anna: already gone", "outcome fs1 10.20.1.8 bob: withheld"}));
}

TEST_F(HoldTest, a_look_that_fails_at_the_gate_begins_everybody_anew) {
    // Counted from the visit's own: the one before the call, or the one after it.
    for (const unsigned nth : {2u, 3u}) {
        auto& server = with(nothing_open_for(5min));
        server.add({.user = "bob", .client = "10.20.1.8"});
        visits(5);
        server.fail_look(server.looks() + nth, connection_lost());
        visits(1);
        const auto spared = nth == 2 ? Outcome::not_asked : Outcome::ended;
        EXPECT_EQ(world().audit.entries.at(0).result->outcome, spared);
        EXPECT_EQ(world().audit.entries.at(1).result->why, Why::pending) << nth;
        EXPECT_EQ(server.alive("bob"), 1u);
    }
}

TEST_F(HoldTest, an_intent_that_took_too_long_to_write_makes_the_look_behind_it_late) {
    auto& server = with(nothing_open_for(5min));
    visits(5);
    world().audit.on_intent = [this] { world().clock.advance(71s); };
    visits(1);
    EXPECT_EQ(world().audit.entries.at(0).result->why, Why::pending);
    EXPECT_EQ(server.dels(), 0u);
}

TEST_F(HoldTest, somebody_who_came_since_and_is_pending_is_collateral) {
    auto& server = with(nothing_open_for(5min), Is::samba);
    visits(5);
    server.on_look(server.looks() + 2, [](FakeServer& fs1) { fs1.add({.user = "bob"}); });
    visits(1);
    EXPECT_EQ(world().audit.entries.at(0).result->why, Why::collateral);
    EXPECT_EQ(world().audit.entries.at(0).result->detail,
              "bob: pending under 'nothing open' (for 5m, held 0s)");
    EXPECT_EQ(server.dels(), 0u);
}

TEST_F(HoldTest, a_visit_that_takes_long_is_no_late_look) {
    auto& server = with(nothing_open_for(5min));
    for (int i = 0; i < 20; ++i)
        server.add({.user = "u" + std::to_string(i), .client = "10.20.4." + std::to_string(i)});
    server.linger = 100;  // so that every call takes its five seconds
    visits(6);
    EXPECT_EQ(world().journal.count("fs1 del"), 21u);
}

// Of several reasons the first: a rule that is tripped is so for those who wait as well.
TEST_F(HoldTest, tripped_comes_before_pending) {
    auto rules = nothing_open_for(2min);
    rules.rules[0].limits.share_fleet = policy::Share{2'000};
    auto& server = with(std::move(rules));
    for (int i = 0; i < 8; ++i)
        server.add({.user = "u" + std::to_string(i), .client = "10.20.2." + std::to_string(i)});
    visits(2);
    EXPECT_EQ(world().logged("rule_tripped"), Lines{}) << "who waits is no alarm";
    visits(1);
    EXPECT_EQ(world().logged("rule_tripped").size(), 1u);
    EXPECT_EQ(server.dels(), 0u);
    server.add({.user = "late", .client = "10.20.1.9"});
    visits(1);
    EXPECT_TRUE(
        world()
            .logged("withheld")
            .back()
            .starts_with("withheld server=fs1 client=10.20.1.9 user=late rule=\"nothing open\" why=tripped"))
        << world().logged("withheld").back();
}

TEST_F(HoldTest, runs_in_observe_mode_too) {
    auto& server = with(nothing_open_for(2min));
    world().config.mode = policy::Mode::observe;
    visits(3);
    EXPECT_EQ(server.dels(), 0u);
    ASSERT_EQ(world().logged("withheld").size(), 2u);
    EXPECT_NE(world().logged("withheld")[0].find("why=pending"), std::string::npos);
    EXPECT_NE(world().logged("withheld")[1].find("why=observe"), std::string::npos);
}

}  // namespace
}  // namespace curfew::daemon
