// What another configuration, a hold, and a clock that jumps do to whoever is about to be ended.

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

policy::Policy nothing_open() {
    return policy::build::policy({disconnect("nothing open", open_files(0))});
}

class EditionTest : public ::testing::Test {
  protected:
    FakeServer& with(policy::Policy policy) {
        world_.emplace(std::move(policy));
        auto& server = world_->add("fs1", Is::windows);
        server.add({.user = "anna"});
        world_->start();
        world_->fleet->tried("fs1");
        return server;
    }
    World& world() { return *world_; }
    // The same servers under another policy.
    SharedEdition edited(policy::Policy policy) {
        auto next = std::make_shared<config::Config>(world().config);
        next->digest = "other";
        next->policy = std::move(policy);
        next->policy.limits = world().config.policy.limits;
        return std::make_shared<const Edition>(std::move(next));
    }
    void hold(HoldScope::On on, const std::string& name = {}) {
        world().fleet->hold({on, name}, 2h, "a migration", "uid 0", world().clock.now());
    }

  private:
    std::optional<World> world_;
};

TEST_F(EditionTest, what_was_proposed_under_the_last_one_is_not_ended) {
    auto& server = with(nothing_open());
    auto proposal = world().propose("anna");
    world().fleet->come_into_force(edited(nothing_open()), {});
    const auto verdict = world().enforce(std::move(proposal));
    EXPECT_EQ(verdict.kind, Verdict::Kind::withheld);
    EXPECT_EQ(verdict.why, Why::no_longer_matches);
    EXPECT_EQ(world().journal.lines, Lines{}) << "nobody was even asked";
    EXPECT_EQ(server.dels(), 0u);
}

TEST_F(EditionTest, nor_if_the_other_came_in_the_middle) {
    auto& server = with(nothing_open());
    auto proposal = world().propose("anna");
    server.on_look(server.looks() + 1,
                   [&](FakeServer&) { world().fleet->come_into_force(edited(nothing_open()), {}); });
    const auto verdict = world().enforce(std::move(proposal));
    EXPECT_EQ(verdict.why, Why::no_longer_matches);
    EXPECT_EQ(server.dels(), 0u);
    ASSERT_EQ(world().audit.entries.size(), 1u);
    EXPECT_EQ(world().audit.entries[0].intent.config_digest, "d1g357");
}

TEST_F(EditionTest, what_is_in_force_when_the_answer_comes_decides) {
    auto& server = with(nothing_open());
    server.on_look(1, [&](FakeServer&) {
        world().fleet->come_into_force(edited(policy::build::policy({disconnect("bob", user({"bob"}))})), {});
    });
    EXPECT_TRUE(world().visit(0));
    EXPECT_EQ(server.dels(), 0u);
    EXPECT_EQ(world().logged("withheld"), Lines{});
}

TEST_F(EditionTest, limits_that_are_spent_stay_so) {
    auto& server = with(nothing_open());
    server.add({.user = "bob", .client = "10.20.1.8"});
    world().config.policy.limits.per_server = {{1, 60s}};
    EXPECT_TRUE(world().visit(0));
    EXPECT_EQ(server.dels(), 1u);
    world().fleet->come_into_force(edited(nothing_open()), {});
    world().clock.advance(30s);
    EXPECT_TRUE(world().visit(0));
    EXPECT_EQ(server.dels(), 1u);
    world().clock.advance(31s);
    EXPECT_TRUE(world().visit(0));
    EXPECT_EQ(server.dels(), 2u);
}

TEST_F(EditionTest, a_trip_ends_with_an_edit_of_its_rule_and_with_nothing_else) {
    with(nothing_open());
    const auto key = world().config.policy.rules[0].key;
    world().fleet->restore({{key, std::nullopt, 9, 10}});
    auto more = nothing_open();
    more.rules.push_back(disconnect("bob", user({"bob"})));
    EXPECT_EQ(world().fleet->come_into_force(edited(more), {}).size(), 0u);
    EXPECT_TRUE(world().fleet->tripped(key, "fs1"));
    auto other = nothing_open();
    other.rules[0].key.digest = "edited";
    const auto over = world().fleet->come_into_force(edited(other), {});
    ASSERT_EQ(over.size(), 1u);
    EXPECT_EQ(over[0].rule, key);
    EXPECT_FALSE(world().fleet->tripped(key, "fs1"));
}

TEST_F(EditionTest, a_person_resumes_a_trip_by_the_name_of_its_rule) {
    with(nothing_open());
    const auto key = world().config.policy.rules[0].key;
    world().fleet->restore({{key, std::nullopt, 9, 10}, {key, "fs1", 9, 10}, {key, "fs2", 9, 10}});
    EXPECT_EQ(world().fleet->resume(key.name, "fs1").size(), 1u);
    EXPECT_TRUE(world().fleet->tripped(key, "fs1")) << "still on the whole fleet";
    EXPECT_EQ(world().fleet->resume("another rule", std::nullopt).size(), 0u);
    EXPECT_EQ(world().fleet->resume(key.name, std::nullopt).size(), 2u);
    EXPECT_FALSE(world().fleet->tripped(key, "fs2"));
}

// A rule that is new is judged by all that is known, before its first call.
TEST_F(EditionTest, a_new_rule_trips_on_what_is_known_already) {
    auto& server = with(policy::build::policy({disconnect("bob", user({"bob"}))}));
    for (int i = 0; i < 9; ++i)
        server.add({.user = "u" + std::to_string(i), .client = "10.20.2." + std::to_string(i)});
    EXPECT_TRUE(world().visit(0));
    auto wild = nothing_open();
    auto edition = edited(wild);
    auto next = std::make_shared<config::Config>(edition->config());
    next->policy.limits.share_fleet = policy::Share{2'000};
    edition = std::make_shared<const Edition>(std::move(next));
    const auto look = world().look_at(0);
    const auto plan = policy::plan_server(edition->policy(), look);
    world().fleet->come_into_force(edition, {{look, plan}});
    EXPECT_EQ(world().fleet->latch_trips().value().size(), 1u);
    EXPECT_TRUE(world().visit(0));
    EXPECT_EQ(server.dels(), 0u);
}

TEST_F(EditionTest, a_hold_withholds_and_says_whose_it_is) {
    for (const auto& [on, name] :
         {std::pair{HoldScope::On::everything, ""}, std::pair{HoldScope::On::server, "fs1"},
          std::pair{HoldScope::On::rule, "nothing open"}}) {
        auto& server = with(nothing_open());
        hold(on, name);
        const auto verdict = world().enforce(world().propose("anna"));
        EXPECT_EQ(verdict.why, Why::hold) << name;
        EXPECT_NE(verdict.detail.find("a migration"), std::string::npos) << verdict.detail;
        EXPECT_EQ(server.dels(), 0u);
        world().clock.advance(2h);
        EXPECT_EQ(world().enforce(world().propose("anna")).kind, Verdict::Kind::settled) << "it is over";
    }
}

TEST_F(EditionTest, a_hold_on_something_else_is_in_nobodys_way) {
    auto& server = with(nothing_open());
    hold(HoldScope::On::server, "fs2");
    hold(HoldScope::On::tag, "berlin");
    hold(HoldScope::On::rule, "office closed");
    EXPECT_EQ(world().enforce(world().propose("anna")).kind, Verdict::Kind::settled);
    EXPECT_EQ(server.dels(), 1u);
}

TEST_F(EditionTest, a_hold_that_comes_in_the_middle_is_in_time) {
    auto& server = with(nothing_open());
    auto proposal = world().propose("anna");
    server.on_look(server.looks() + 1, [&](FakeServer&) { hold(HoldScope::On::everything); });
    EXPECT_EQ(world().enforce(std::move(proposal)).why, Why::hold);
    EXPECT_EQ(server.dels(), 0u);
}

TEST_F(EditionTest, a_hold_does_not_bind_a_person) {
    auto& server = with(nothing_open());
    hold(HoldScope::On::everything);
    auto proposal = world().propose("anna");
    proposal.rule = nullptr;
    const auto verdict = world().pass(Licence::by_hand(server), std::move(proposal));
    EXPECT_NE(verdict.why, Why::hold);
}

TEST_F(EditionTest, while_nobody_knows_what_is_held_nothing_is_ended) {
    auto& server = with(nothing_open());
    world().fleet->holds_unknown("the books cannot be read");
    EXPECT_EQ(world().enforce(world().propose("anna")).why, Why::hold);
    EXPECT_EQ(server.dels(), 0u);
}

TEST_F(EditionTest, a_clock_that_jumps_begins_every_for_anew_and_is_said_once) {
    for (const auto by : {1h, -1h}) {
        auto rules = nothing_open();
        rules.rules[0].hold = 5min;
        auto& server = with(std::move(rules));
        for (int minute = 0; minute < 4; ++minute) {
            world().visit(0);
            world().clock.advance(1min);
        }
        world().clock.jump(by);
        world().visit(0);
        for (int minute = 0; minute < 4; ++minute) {
            world().clock.advance(1min);
            world().visit(0);
            EXPECT_EQ(server.dels(), 0u) << minute;
        }
        world().clock.advance(1min);
        world().visit(0);
        EXPECT_EQ(server.dels(), 1u) << "five minutes after the jump";
        EXPECT_EQ(world().logged("clock_jumped").size(), 1u);
    }
}

}  // namespace
}  // namespace curfew::daemon
