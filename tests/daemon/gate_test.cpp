// The gate, invariant by invariant: what it takes for NetSessionDel to be called, and in which order.

#include <gtest/gtest.h>

#include "tests/daemon/world.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using namespace fake;
using policy::Why;
using policy::build::always;
using policy::build::disconnect;
using policy::build::idle;
using policy::build::keep;
using policy::build::open_files;
using policy::build::user;

policy::Policy nothing_open() {
    return policy::build::policy({disconnect("nothing open", open_files(0))});
}

class GateTest : public ::testing::Test {
  protected:
    // One server, anna on it with nothing open.
    FakeServer& with(policy::Policy policy, Is is = Is::windows) {
        world_.emplace(std::move(policy));
        auto& server = world_->add("fs1", is);
        server.add({.user = "anna"});
        world_->start();
        world_->fleet->tried("fs1");
        return server;
    }
    World& world() { return *world_; }
    Lines& journal() { return world_->journal.lines; }
    std::size_t calls() const { return world_->journal.count("fs1 del"); }

  private:
    std::optional<World> world_;
};

// 1. Both names, or nothing to call with.

TEST_F(GateTest, a_session_without_a_user_or_a_client_is_never_even_proposed) {
    auto& server = with(policy::build::policy({disconnect("all", always())}));
    server.add({.user = ""});
    server.add({.user = "bob", .client = ""});
    server.add({.user = "CORP\\", .client = "10.20.1.9"});
    server.add({.user = "  ", .client = "10.20.1.10"});
    server.add({.user = "carl", .client = "\\\\"});
    EXPECT_TRUE(world().visit(0));
    EXPECT_EQ(world().journal.with("fs1 del"), Lines{"fs1 del 10.20.1.7 anna"});
    EXPECT_EQ(server.sessions.size(), 5u);
}

// 2. Never our own session.

TEST_F(GateTest, our_own_session_is_never_ended_however_it_is_listed) {
    const auto all = policy::build::policy({disconnect("all", always())});
    for (const char* account :
         {"svc-curfew", "CORP\\svc-curfew", "SVC-CURFEW", "svc-curfew@CORP", "nobody"}) {
        for (const char* client : {"10.9.9.9", "192.168.0.1", "fs-admin"}) {
            auto& server = with(all);
            server.own_user = account;
            server.own_client = client;
            world().visit(0);
            for (const auto& call : world().journal.with("fs1 del"))
                EXPECT_EQ(call, "fs1 del 10.20.1.7 anna") << account << "@" << client;
        }
    }
}

TEST_F(GateTest, a_session_that_turns_out_to_be_ours_when_asked_again_is_spared) {
    auto& server = with(nothing_open(), Is::samba);
    server.sessions[0].process = 7;
    auto proposal = world().propose("anna");
    // Somebody with our account came to stand behind the same connection.
    server.add({.user = "svc-curfew", .client = "10.20.1.7", .process = 7});
    const auto verdict = world().enforce(std::move(proposal));
    EXPECT_EQ(verdict.why, Why::own_session);
    EXPECT_EQ(calls(), 0u);
}

// 3. Collateral.

TEST_F(GateTest, somebody_who_came_to_share_the_connection_withholds_the_call) {
    auto& server = with(nothing_open(), Is::samba);
    server.sessions[0].process = 7;
    auto proposal = world().propose("anna");
    server.add({.user = "bob", .open_files = 3, .process = 7});
    const auto verdict = world().enforce(std::move(proposal));
    EXPECT_EQ(verdict.result.outcome, Outcome::withheld);
    EXPECT_EQ(verdict.why, Why::collateral);
    EXPECT_NE(verdict.result.detail.find("bob"), std::string::npos) << verdict.result.detail;
    EXPECT_EQ(calls(), 0u);
    EXPECT_EQ(server.alive("anna"), 1u);
}

TEST_F(GateTest, somebody_on_another_connection_of_the_same_client_does_too_for_nobody_can_tell) {
    auto& server = with(nothing_open(), Is::samba);
    auto proposal = world().propose("anna");
    server.add({.user = "bob", .open_files = 3});
    EXPECT_EQ(world().enforce(std::move(proposal)).why, Why::collateral);
    EXPECT_EQ(calls(), 0u);
}

TEST_F(GateTest, on_windows_other_users_of_a_client_are_not_in_the_way) {
    auto& server = with(nothing_open());
    server.add({.user = "bob", .open_files = 3});
    const auto verdict = world().enforce(world().propose("anna"));
    EXPECT_EQ(verdict.result.outcome, Outcome::ended);
    EXPECT_EQ(server.alive("bob"), 1u);
}

TEST_F(GateTest, a_second_session_of_the_same_pair_that_is_kept_withholds_the_call) {
    auto& server = with(nothing_open());
    auto proposal = world().propose("anna");
    server.add({.user = "anna", .connected = 5min, .open_files = 1});
    EXPECT_EQ(world().enforce(std::move(proposal)).why, Why::collateral);
    EXPECT_EQ(calls(), 0u);
    EXPECT_EQ(server.alive("anna"), 2u);
}

// 4. Unknown is not zero.

TEST_F(GateTest, what_is_no_longer_reported_is_not_zero) {
    auto& server = with(nothing_open());
    auto proposal = world().propose("anna");
    server.level = core::Level::anyone;  // no open files there
    const auto verdict = world().enforce(std::move(proposal));
    EXPECT_EQ(verdict.why, Why::no_longer_matches);
    EXPECT_EQ(calls(), 0u);
}

TEST_F(GateTest, sambas_idle_is_no_idle_time) {
    auto& server = with(policy::build::policy({disconnect("below", {policy::IdleIn{{{}, 1h}}})}), Is::samba);
    world().visit(0);
    EXPECT_EQ(calls(), 0u);
    EXPECT_EQ(server.alive("anna"), 1u);
}

TEST_F(GateTest, without_users_nobody_is_ended) {
    auto& server = with(policy::build::policy({disconnect("all", always())}));
    auto proposal = world().propose("anna");
    server.level = core::Level::names;
    world().enforce(std::move(proposal));
    EXPECT_EQ(calls(), 0u);
}

// 5. The server is asked right before the call.

TEST_F(GateTest, asks_decides_and_only_then_calls_once_and_asks_until_they_are_gone) {
    with(nothing_open());
    const auto verdict = world().enforce(world().propose("anna"));
    EXPECT_EQ(verdict.kind, Verdict::Kind::settled);
    EXPECT_EQ(verdict.result.outcome, Outcome::ended);
    EXPECT_EQ(journal(),
              (Lines{"intent fs1 10.20.1.7 anna x1 nothing open", "fs1 look", "fs1 del 10.20.1.7 anna",
                     "fs1 look 10.20.1.7 anna", "outcome fs1 10.20.1.7 anna: ended"}));
}

TEST_F(GateTest, who_woke_up_is_spared) {
    auto& server = with(nothing_open());
    auto proposal = world().propose("anna");
    server.on_look(2, [](FakeServer& fs1) { fs1.wake("anna"); });
    const auto verdict = world().enforce(std::move(proposal));
    EXPECT_EQ(verdict.result.outcome, Outcome::no_longer_matches);
    EXPECT_EQ(verdict.why, Why::no_longer_matches);
    EXPECT_EQ(journal(), (Lines{"intent fs1 10.20.1.7 anna x1 nothing open", "fs1 look",
                                "outcome fs1 10.20.1.7 anna: no longer matches"}));
}

TEST_F(GateTest, who_left_and_came_back_busy_is_spared) {
    auto& server = with(nothing_open());
    auto proposal = world().propose("anna");
    server.remove("anna");
    server.add({.user = "anna", .connected = 3s, .open_files = 2});
    EXPECT_EQ(world().enforce(std::move(proposal)).result.outcome, Outcome::no_longer_matches);
    EXPECT_EQ(calls(), 0u);
}

TEST_F(GateTest, another_rule_that_decides_now_has_to_propose_it_itself) {
    auto rules = policy::build::policy(
        {disconnect("long idle", idle(30min)), disconnect("nothing open", open_files(0))});
    auto& server = with(std::move(rules));
    auto proposal = world().propose("anna");
    server.sessions[0].active = world().clock.now().steady;
    EXPECT_EQ(world().enforce(std::move(proposal)).why, Why::no_longer_matches);
    EXPECT_EQ(calls(), 0u);
}

TEST_F(GateTest, a_protection_that_holds_by_now_spares) {
    auto& server = with(policy::build::policy({disconnect("all", always())}, open_files(2), "two files"));
    auto proposal = world().propose("anna");
    server.sessions[0].open_files = 2;
    EXPECT_EQ(world().enforce(std::move(proposal)).why, Why::is_protected);
    EXPECT_EQ(calls(), 0u);
}

TEST_F(GateTest, a_server_that_cannot_be_asked_again_loses_nobody) {
    auto& server = with(nothing_open());
    auto proposal = world().propose("anna");
    server.fail_look(2, connection_lost());
    const auto verdict = world().enforce(std::move(proposal));
    EXPECT_EQ(verdict.result.outcome, Outcome::not_asked);
    EXPECT_EQ(verdict.result.error.code, connection_lost().code);
    EXPECT_EQ(calls(), 0u);
}

TEST_F(GateTest, a_server_that_takes_too_long_to_answer_again_loses_nobody) {
    auto& server = with(nothing_open());
    auto proposal = world().propose("anna");
    server.latency = 11s;
    EXPECT_EQ(world().enforce(std::move(proposal)).result.outcome, Outcome::not_asked);
    EXPECT_EQ(calls(), 0u);
}

// 7. In the audit before and after, or not at all.

TEST_F(GateTest, an_answer_that_grew_old_before_the_call_loses_nobody) {
    with(nothing_open());
    auto proposal = world().propose("anna");
    proposal.decide_again = [this, decide = proposal.decide_again](const Evidence& evidence) {
        world().clock.advance(11s);  // longer than a look may take: the machine was stopped
        return decide(evidence);
    };
    EXPECT_EQ(world().enforce(std::move(proposal)).result.outcome, Outcome::not_asked);
    EXPECT_EQ(calls(), 0u);
}

TEST_F(GateTest, an_intent_that_cannot_be_written_means_no_call) {
    with(nothing_open());
    auto proposal = world().propose("anna");
    world().audit.refuse = core::Error{make_error_code(boost::system::errc::no_space_on_device), "audit"};
    const auto verdict = world().enforce(std::move(proposal));
    EXPECT_EQ(verdict.kind, Verdict::Kind::refused);
    EXPECT_TRUE(verdict.result.error.code);
    EXPECT_EQ(journal(), Lines{"intent refused"});
}

TEST_F(GateTest, the_intent_says_all_that_was_known) {
    auto rules = nothing_open();
    rules.rules[0].reason = "nobody there";
    rules.rules[0].owner = "it";
    rules.rules[0].ticket = "OPS-1";
    auto& server = with(std::move(rules));
    server.add({.user = "anna", .idle = 90min, .connected = 2h});
    world().enforce(world().propose("anna"));
    const auto& intent = world().audit.entries.at(0).intent;
    EXPECT_EQ(intent.reason, "nobody there");
    EXPECT_EQ(intent.owner, "it");
    EXPECT_EQ(intent.ticket, "OPS-1");
    EXPECT_EQ(intent.config_digest, "d1g357");
    EXPECT_EQ(intent.seen.sessions, 2u);
    EXPECT_EQ(intent.seen.idle, 90min);
    EXPECT_EQ(intent.seen.connected, 3h);
    EXPECT_EQ(intent.seen.open_files, 0u);
}

// 8. Modes and trips.

TEST_F(GateTest, observing_and_planning_touch_nothing) {
    with(nothing_open());
    const auto observed = world().pass(ObserveOnly{}, world().propose("anna"));
    EXPECT_EQ(observed.kind, Verdict::Kind::withheld);
    EXPECT_EQ(observed.why, Why::observe);
    EXPECT_EQ(journal(), Lines{});
    const auto planned = world().pass(PlanOnly{}, world().propose("anna"));
    EXPECT_EQ(planned.kind, Verdict::Kind::would_end);
    EXPECT_EQ(journal(), Lines{});
    EXPECT_EQ(world().pass(Access{}, world().propose("anna")).kind, Verdict::Kind::would_end);
    EXPECT_EQ(journal(), Lines{}) << "an access that nobody filled in";
}

// A rule gone wild, as another server's look may find at any moment.
void trip(World& world) {
    for (int i = 0; i < 8; ++i)
        world.servers[0]->add({.user = "user" + std::to_string(i), .client = "10.20.2." + std::to_string(i)});
    const auto look = world.look_at(0);
    world.fleet->looked(*world.edition, look, policy::plan_server(world.config.policy, look));
    ASSERT_FALSE(world.fleet->latch_trips().value().empty());
}

policy::Policy with_small_share() {
    auto rules = nothing_open();
    rules.rules[0].limits.share_fleet = policy::Share{2'000};
    return rules;
}

TEST_F(GateTest, a_tripped_rule_gets_nowhere) {
    with(with_small_share());
    auto proposal = world().propose("anna");
    trip(world());
    for (const Access& access : {Access{world().licence()}, Access{PlanOnly{}}, Access{ObserveOnly{}}}) {
        const auto verdict = world().pass(access, proposal);
        EXPECT_EQ(verdict.kind, Verdict::Kind::withheld);
        EXPECT_EQ(verdict.why, Why::tripped);
        EXPECT_EQ(journal(), Lines{});
    }
}

TEST_F(GateTest, a_rule_tripped_while_the_intent_is_written_makes_no_call) {
    with(with_small_share());
    auto proposal = world().propose("anna");
    world().audit.on_intent = [this] {
        for (int i = 0; i < 8; ++i)
            world().servers[0]->add(
                {.user = "u" + std::to_string(i), .client = "10.20.3." + std::to_string(i)});
        auto operation = world().servers[0]->enumerate({}, core::SteadyTime::max());
        boost::asio::io_context elsewhere;
        auto answer = boost::asio::co_spawn(elsewhere, std::move(operation), boost::asio::use_future);
        elsewhere.run();
        const auto look =
            policy::facts_of(world().config.servers[0].traits, answer.get().value(), world().clock.now());
        world().fleet->looked(*world().edition, look, policy::plan_server(world().config.policy, look));
        ASSERT_FALSE(world().fleet->latch_trips().value().empty());
    };
    const auto verdict = world().enforce(std::move(proposal));
    EXPECT_EQ(verdict.result.outcome, Outcome::withheld);
    EXPECT_EQ(verdict.why, Why::tripped);
    EXPECT_EQ(calls(), 0u);
}

// Two rules end two users of one Samba connection: one call, under the earlier rule. If the later one is
// tripped, its session is not to be ended, under whatever name.
TEST_F(GateTest, a_tripped_rule_ends_nothing_in_the_shadow_of_an_earlier_one) {
    auto rules =
        policy::build::policy({disconnect("anna", user({"anna"})), disconnect("the rest", open_files(0))});
    rules.rules[1].limits.share_fleet = policy::Share{2'000};
    auto& server = with(std::move(rules), Is::samba);
    server.sessions[0].process = 7;
    server.add({.user = "bob", .process = 7});
    auto proposal = world().propose("anna");
    trip(world());
    const auto verdict = world().enforce(std::move(proposal));
    EXPECT_EQ(verdict.why, Why::tripped);
    EXPECT_EQ(calls(), 0u);
    EXPECT_EQ(server.alive("bob"), 1u);
}

TEST_F(GateTest, nor_when_its_session_came_between_the_looks) {
    auto rules =
        policy::build::policy({disconnect("anna", user({"anna"})), disconnect("the rest", open_files(0))});
    rules.rules[1].limits.share_fleet = policy::Share{2'000};
    auto& server = with(std::move(rules), Is::samba);
    server.sessions[0].process = 7;
    auto proposal = world().propose("anna");
    trip(world());
    server.add({.user = "bob", .process = 7});
    const auto verdict = world().enforce(std::move(proposal));
    EXPECT_EQ(verdict.result.outcome, Outcome::withheld);
    EXPECT_EQ(verdict.why, Why::tripped);
    EXPECT_EQ(calls(), 0u);
}

TEST_F(GateTest, a_server_found_to_be_another_entry_of_the_fleet_when_asked_again_loses_nobody) {
    auto& server = with(nothing_open());
    auto proposal = world().propose("anna");
    world().fleet->added("fs2");
    world().fleet->twin_of("fs2", *server.guid);
    const auto verdict = world().enforce(std::move(proposal));
    EXPECT_EQ(verdict.result.outcome, Outcome::withheld);
    EXPECT_NE(verdict.result.detail.find("fs2"), std::string::npos) << verdict.result.detail;
    EXPECT_EQ(calls(), 0u);
}

}  // namespace
}  // namespace curfew::daemon
