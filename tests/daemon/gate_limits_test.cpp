// Limits at the gate: held for every path that policy ends sessions by, reserved when the call is made, given
// back where nobody was ended.

#include <gtest/gtest.h>

#include "tests/daemon/world.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using namespace fake;
using policy::Why;
using policy::build::disconnect;
using policy::build::open_files;

class GateLimits : public ::testing::Test {
  protected:
    GateLimits() : world_(policy::build::policy({disconnect("nothing open", open_files(0))})) {}

    FakeServer& start(Is is = Is::windows) {
        auto& server = world_.add("fs1", is);
        server.add({.user = "anna"});
        server.add({.user = "bob", .client = "10.20.1.8"});
        world_.config.policy.limits.per_server = {{1, 1min}};
        world_.start();
        return server;
    }
    // Is there room for another one?
    bool room() { return world_.pass(PlanOnly{}, world_.propose("bob")).kind == Verdict::Kind::would_end; }

    World world_;
};

TEST_F(GateLimits, hold_for_enforcing_and_for_planning) {
    auto& server = start();
    EXPECT_EQ(world_.enforce(world_.propose("anna")).result.outcome, Outcome::ended);
    const auto enforced = world_.enforce(world_.propose("bob"));
    EXPECT_EQ(enforced.kind, Verdict::Kind::withheld);
    EXPECT_EQ(enforced.why, Why::limit_per_server);
    EXPECT_EQ(world_.journal.lines, Lines{}) << "no intent either: nothing was intended";
    EXPECT_EQ(world_.pass(PlanOnly{}, world_.propose("bob")).why, Why::limit_per_server);
    world_.clock.advance(61s);
    EXPECT_EQ(world_.enforce(world_.propose("bob")).result.outcome, Outcome::ended);
    EXPECT_EQ(server.dels(), 2u);
}

TEST_F(GateLimits, a_plan_uses_them_up_as_if) {
    start();
    EXPECT_EQ(world_.pass(PlanOnly{}, world_.propose("anna")).kind, Verdict::Kind::would_end);
    EXPECT_FALSE(room());
}

TEST_F(GateLimits, observing_uses_up_nothing) {
    start();
    world_.pass(ObserveOnly{}, world_.propose("anna"));
    EXPECT_TRUE(room());
}

TEST_F(GateLimits, by_hand_they_count_and_do_not_bind) {
    auto& server = start();
    for (const char* name : {"anna", "bob"}) {
        auto proposal = world_.propose(name);
        proposal.rule = nullptr;
        const auto verdict = world_.pass(Licence::by_hand(server), std::move(proposal));
        EXPECT_EQ(verdict.result.outcome, Outcome::ended) << name;
    }
    server.add({.user = "bob", .client = "10.20.1.8"});
    EXPECT_FALSE(room()) << "what a person ended counts against the policy's budget";
}

TEST_F(GateLimits, bind_whoever_has_a_licence_to_enforce_whatever_the_proposal_names) {
    start();
    std::vector<Verdict> verdicts;
    for (const char* name : {"anna", "bob"}) {
        auto proposal = world_.propose(name);
        proposal.rule = nullptr;
        verdicts.push_back(world_.enforce(std::move(proposal)));
    }
    EXPECT_EQ(verdicts[0].result.outcome, Outcome::ended);
    EXPECT_EQ(verdicts[1].kind, Verdict::Kind::withheld);
    EXPECT_EQ(verdicts[1].why, policy::Why::limit_per_server);
}

TEST_F(GateLimits, given_back_where_nobody_was_ended) {
    using Script = std::function<void(FakeServer&)>;
    const std::vector<std::pair<Outcome, Script>> scripts{
        {Outcome::already_gone, [](FakeServer& fs1) { fs1.remove("anna"); }},
        {Outcome::no_longer_matches, [](FakeServer& fs1) { fs1.wake("anna"); }},
        {Outcome::withheld, [](FakeServer& fs1) { fs1.add({.user = "anna", .open_files = 1}); }},
        {Outcome::not_asked, [](FakeServer& fs1) { fs1.fail_look(fs1.looks() + 1, timed_out()); }},
        {Outcome::not_asked,
         [](FakeServer& fs1) {
             fs1.fail_del(1, {timed_out(), false, false});
         }},
    };
    for (const auto& [outcome, script] : scripts) {
        World world{policy::build::policy({disconnect("nothing open", open_files(0))})};
        auto& server = world.add("fs1", Is::windows);
        server.add({.user = "anna"});
        server.add({.user = "bob", .client = "10.20.1.8"});
        world.config.policy.limits.per_server = {{1, 1min}};
        world.start();
        auto proposal = world.propose("anna");
        script(server);
        EXPECT_EQ(world.enforce(std::move(proposal)).result.outcome, outcome);
        EXPECT_EQ(world.pass(PlanOnly{}, world.propose("bob")).kind, Verdict::Kind::would_end)
            << to_string(outcome);
    }
}

TEST_F(GateLimits, given_back_when_the_intent_is_refused) {
    start();
    auto proposal = world_.propose("anna");
    world_.audit.refuse = timed_out();
    EXPECT_EQ(world_.enforce(std::move(proposal)).kind, Verdict::Kind::refused);
    EXPECT_TRUE(room());
}

TEST_F(GateLimits, spent_where_somebody_was_or_may_have_been_ended) {
    using Script = std::function<void(FakeServer&)>;
    const std::vector<std::pair<Outcome, Script>> scripts{
        {Outcome::ended, [](FakeServer&) {}},
        {Outcome::error, [](FakeServer& fs1) { fs1.fail_del(1, {net_api(5)}); }},
        {Outcome::still_there, [](FakeServer& fs1) { fs1.linger = 1'000'000; }},
        {Outcome::unknown,
         [](FakeServer& fs1) {
             fs1.after_every_del = [](FakeServer& server) {
                 for (unsigned n = 1; n < 100; ++n) server.fail_look(server.looks() + n, timed_out());
             };
         }},
    };
    for (const auto& [outcome, script] : scripts) {
        World world{policy::build::policy({disconnect("nothing open", open_files(0))})};
        auto& server = world.add("fs1", Is::windows);
        server.add({.user = "anna"});
        server.add({.user = "bob", .client = "10.20.1.8"});
        world.config.policy.limits.per_server = {{1, 1min}};
        world.start();
        auto bob = world.propose("bob");
        script(server);
        EXPECT_EQ(world.enforce(world.propose("anna")).result.outcome, outcome);
        EXPECT_EQ(world.pass(PlanOnly{}, std::move(bob)).why, Why::limit_per_server) << to_string(outcome);
    }
}

TEST_F(GateLimits, a_target_set_that_grew_is_held_to_them_again) {
    auto& server = start();
    auto proposal = world_.propose("anna");
    server.add({.user = "anna", .connected = 1h});
    const auto verdict = world_.enforce(std::move(proposal));
    EXPECT_EQ(verdict.result.outcome, Outcome::withheld);
    EXPECT_EQ(verdict.why, Why::limit_per_server) << "two are never split into one and one";
    EXPECT_EQ(server.dels(), 0u);
    EXPECT_TRUE(room()) << "and nothing of it stays reserved";
}

TEST_F(GateLimits, a_target_set_that_grew_is_counted_as_it_is) {
    auto& server = start();
    world_.config.policy.limits.per_server = {{2, 1min}};
    auto proposal = world_.propose("anna");
    server.add({.user = "anna", .connected = 1h});
    EXPECT_EQ(world_.enforce(std::move(proposal)).result.outcome, Outcome::ended);
    EXPECT_FALSE(room());
}

TEST_F(GateLimits, on_samba_everybody_on_the_connection_counts) {
    auto& server = start(Is::samba);
    server.add({.user = "carl"});
    const auto verdict = world_.enforce(world_.propose("anna"));
    EXPECT_EQ(verdict.why, Why::limit_per_server);
    EXPECT_EQ(server.dels(), 0u);
}

// The window is one of calls. A call that stood long at the gate is counted when it is made, or two of them
// could fall into one window.
TEST_F(GateLimits, count_from_the_call_not_from_when_it_was_first_thought_of) {
    auto& server = start();
    auto first = world_.propose("anna");
    world_.audit.on_intent = [this] { world_.clock.advance(50s); };
    EXPECT_EQ(world_.enforce(std::move(first)).result.outcome, Outcome::ended);
    world_.audit.on_intent = nullptr;
    world_.clock.advance(20s);  // 70 s after the reservation, 20 s after the call
    const auto verdict = world_.enforce(world_.propose("bob"));
    EXPECT_EQ(verdict.why, Why::limit_per_server);
    EXPECT_EQ(server.dels(), 1u);
}

TEST_F(GateLimits, a_reservation_that_grew_old_at_the_gate_is_asked_for_again) {
    auto& server = start();
    auto anna = world_.propose("anna");
    auto bob = world_.propose("bob");
    bool bob_has_gone = false;
    world_.audit.on_intent = [&] {
        if (std::exchange(bob_has_gone, true)) return;
        // While anna's intent is written, for more than a minute, bob passes the gate.
        world_.clock.advance(61s);
        const policy::LimitRequest request{"fs1", bob.client_key, bob.user_key, bob.rule, 1};
        const auto reserved =
            world_.fleet->reserve(*world_.edition, request, true, world_.clock.now().steady);
        ASSERT_TRUE(std::holds_alternative<policy::LimitLedger::Ticket>(reserved));
    };
    const auto verdict = world_.enforce(std::move(anna));
    EXPECT_EQ(verdict.why, Why::limit_per_server);
    EXPECT_EQ(server.dels(), 0u);
}

TEST_F(GateLimits, per_target_leaves_alone_who_keeps_coming_back) {
    auto& server = start();
    world_.config.policy.limits.per_server = {{1000, 1min}};
    world_.config.policy.limits.per_target = {{2, 1h}};
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(world_.enforce(world_.propose("anna")).result.outcome, Outcome::ended);
        world_.clock.advance(5min);
        server.add({.user = i == 0 ? "ANNA" : "anna", .client = "10.20.1.7", .connected = 1min});
        if (i == 0) server.sessions.back().user = "anna";
    }
    EXPECT_EQ(world_.enforce(world_.propose("anna")).why, Why::limit_per_target);
}

}  // namespace
}  // namespace curfew::daemon
