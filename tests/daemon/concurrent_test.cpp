// `concurrent` and `quiet` in the daemon: over several servers, and at the gate.
#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

#include "daemon/fleet/sweep.hpp"
#include "policy/fleet_plan.hpp"
#include "tests/daemon/world.hpp"
#include "tests/policy/random_policy.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using namespace fake;
using policy::Concurrent;
using policy::build::Dice;
using policy::build::disconnect;

policy::Policy two_pcs(Concurrent::Across across = Concurrent::Across::fleet) {
    return policy::build::policy(
        {disconnect("two PCs", {Concurrent{2, Concurrent::Count::clients, Concurrent::Per::user, across,
                                           Concurrent::End::oldest}})});
}

// anna on three PCs: two of them on fs1, the oldest one on fs2.
class ConcurrentTest : public ::testing::Test {
  protected:
    void with(policy::Policy policy) {
        world_.emplace(std::move(policy));
        world_->add("fs1", Is::windows);
        world_->add("fs2", Is::windows);
        fs1().add({.user = "anna", .client = "10.0.0.1", .connected = 1h});
        fs1().add({.user = "anna", .client = "10.0.0.2", .connected = 2h});
        fs2().add({.user = "anna", .client = "10.0.0.3", .connected = 3h});
        world_->start();
    }
    World& world() { return *world_; }
    FakeServer& fs1() { return *world_->servers[0]; }
    FakeServer& fs2() { return *world_->servers[1]; }
    std::size_t of_journal(const std::string& line) const {
        const auto& lines = world_->journal.lines;
        return static_cast<std::size_t>(std::count(lines.begin(), lines.end(), line));
    }

  private:
    std::optional<World> world_;
};

TEST_F(ConcurrentTest, ends_the_oldest_of_the_fleet) {
    with(two_pcs());
    world().visit_all();
    EXPECT_EQ(fs2().alive("anna"), 0U) << "fs1 was looked at before";
    EXPECT_EQ(fs1().alive("anna"), 2U);
    world().clock.advance(1min);
    world().visit_all();
    EXPECT_EQ(fs1().alive("anna"), 2U);
}

TEST_F(ConcurrentTest, asks_every_server_that_counted_right_before_the_call) {
    with(two_pcs());
    world().visit(0);
    world().journal.lines.clear();
    world().visit(1);
    const auto& lines = world().journal.lines;
    const auto asked = std::find(lines.begin(), lines.end(), "fs1 look");
    const auto ended = std::find_if(lines.begin(), lines.end(),
                                    [](const auto& line) { return line.starts_with("fs2 del"); });
    ASSERT_NE(ended, lines.end());
    EXPECT_LT(asked - lines.begin(), ended - lines.begin());
    EXPECT_EQ(*(ended - 1), "fs2 look") << "and the one of the call last";
}

TEST_F(ConcurrentTest, spares_whose_other_sessions_are_gone_meanwhile) {
    with(two_pcs());
    world().visit(0);
    fs1().sessions.clear();
    world().visit(1);
    EXPECT_EQ(fs2().alive("anna"), 1U);
    EXPECT_EQ(of_journal("fs1 look"), 2U);
}

TEST_F(ConcurrentTest, spares_where_a_server_that_counted_cannot_be_asked_again) {
    with(two_pcs());
    world().visit(0);
    fs1().fail_look(fs1().looks() + 1, connection_lost());
    world().visit(1);
    EXPECT_EQ(fs2().alive("anna"), 1U);
    world().clock.advance(1min);
    world().visit_all();
    EXPECT_EQ(fs2().alive("anna"), 0U) << "and ends it when it can be";
}

TEST_F(ConcurrentTest, counts_nobody_by_a_stale_look) {
    with(two_pcs());
    world().visit(0);
    world().clock.advance(world().config.policy.late_after + 1s);
    world().visit(1);
    EXPECT_EQ(fs2().alive("anna"), 1U);
    EXPECT_EQ(of_journal("fs1 look"), 1U) << "it is not even proposed";
}

TEST_F(ConcurrentTest, stays_on_its_server_where_it_says_so) {
    with(two_pcs(Concurrent::Across::server));
    world().visit_all();
    EXPECT_EQ(fs2().alive("anna"), 1U);
    fs1().add({.user = "anna", .client = "10.0.0.4", .connected = 5h});
    world().clock.advance(1min);
    world().journal.lines.clear();
    world().visit(0);
    EXPECT_EQ(fs1().alive("anna"), 2U);
    EXPECT_EQ(of_journal("fs2 look"), 0U);
}

// PC 1 has its oldest session on fs1, and a younger one on fs2: both go, and nobody instead of the second.
TEST_F(ConcurrentTest, a_client_goes_with_all_its_sessions_on_all_servers) {
    for (const bool swept : {false, true}) {
        with(two_pcs());
        fs1().sessions.clear();
        fs2().sessions.clear();
        fs1().add({.user = "anna", .client = "10.0.0.1", .connected = 10h});
        fs1().add({.user = "anna", .client = "10.0.0.2", .connected = 5h});
        fs2().add({.user = "anna", .client = "10.0.0.1", .connected = 1h});
        fs2().add({.user = "anna", .client = "10.0.0.3", .connected = 3h});
        if (swept) {
            const auto servers = world().run(look_at_all(world().members, *world().fleet, world().clock));
            const auto access = [&](const SweptServer& server) -> Access {
                return *Licence::to_enforce(policy::Mode::enforce, policy::Mode::enforce, false,
                                            *server.member->api);
            };
            world().run(take_to_the_gate(servers, *world().fleet, *world().gate, access));
        }
        for (int n = 0; n < 5; ++n) {
            if (!swept || n > 0) world().visit_all();
            world().clock.advance(1min);
        }
        EXPECT_EQ(fs1().alive("anna"), 1U) << swept;
        ASSERT_EQ(fs2().sessions.size(), 1U) << swept;
        EXPECT_EQ(fs2().sessions[0].client, "10.0.0.3") << swept;
    }
}

// The younger session cannot go: nobody goes for it, however long it takes.
TEST_F(ConcurrentTest, nobody_goes_for_a_client_that_cannot_go_as_a_whole) {
    with(two_pcs());
    fs1().sessions.clear();
    fs2().sessions.clear();
    fs1().add({.user = "anna", .client = "10.0.0.1", .connected = 10h});
    fs1().add({.user = "anna", .client = "10.0.0.2", .connected = 5h});
    fs2().add({.user = "anna", .client = "10.0.0.1", .connected = 1h});
    fs2().add({.user = "anna", .client = "10.0.0.3", .connected = 3h});
    world().config.servers[1].mode = policy::Mode::observe;
    for (int n = 0; n < 10; ++n) {
        world().visit_all();
        world().clock.advance(1min);
    }
    EXPECT_EQ(fs1().alive("anna"), 1U);
    EXPECT_EQ(fs2().alive("anna"), 2U);
}

// What a look for another server's call sees counts for `quiet` there.
TEST_F(ConcurrentTest, a_look_for_another_call_is_a_look) {
    auto rules = two_pcs();
    rules.rules.push_back(disconnect("quiet", {policy::QuietIn{{5min, std::nullopt}}}));
    with(std::move(rules));
    fs1().add({.user = "bob", .client = "10.0.0.9"});
    for (auto& session : fs2().sessions) session.open_files = 1;
    for (auto& session : fs1().sessions) session.open_files = session.user == "bob" ? 0 : 1;
    unsigned looked = fs1().looks();
    for (int n = 0; n < 4; ++n) {
        world().visit(0);
        world().clock.advance(1min);
    }
    const auto set = [&](std::uint32_t open) {
        for (auto& session : fs1().sessions)
            if (session.user == "bob") session.open_files = open;
    };
    looked = fs1().looks();
    set(1);
    world().visit(1);  // its call asks fs1 again
    set(0);
    ASSERT_EQ(fs1().looks(), looked + 1);
    ASSERT_EQ(fs2().alive("anna"), 0U);
    int n = 0;
    for (; n < 20 && fs1().alive("bob") > 0; ++n) {
        world().visit(0);
        world().clock.advance(1min);
    }
    EXPECT_EQ(n, 1 + 5);
}

TEST_F(ConcurrentTest, a_sweep_counts_all_servers_together) {
    with(two_pcs());
    const auto swept = world().run(look_at_all(world().members, *world().fleet, world().clock));
    EXPECT_EQ(swept[0].plan.disconnects.size(), 0U);
    ASSERT_EQ(swept[1].plan.disconnects.size(), 1U);
    const auto access = [&](const SweptServer& server) -> Access {
        return *Licence::to_enforce(policy::Mode::enforce, policy::Mode::enforce, false, *server.member->api);
    };
    const auto result = world().run(take_to_the_gate(swept, *world().fleet, *world().gate, access));
    EXPECT_EQ(result.disconnects.size(), 1U);
    EXPECT_EQ(fs2().alive("anna"), 0U);
}

TEST_F(ConcurrentTest, one_server_under_two_names_is_not_counted_twice) {
    with(two_pcs());
    fs1().sessions.clear();
    fs1().add({.user = "anna", .client = "10.0.0.1", .connected = 1h});
    fs1().add({.user = "anna", .client = "10.0.0.2", .connected = 2h});
    fs1().guid = fs2().guid = core::ServerGuid{1, 2, 3};
    world().visit_all();
    world().clock.advance(1min);
    world().visit_all();
    EXPECT_EQ(fs2().alive("anna"), 1U);
    EXPECT_EQ(fs1().alive("anna"), 2U);
}

// What `plan` shows is what the planner in one piece says.
TEST(SweepProperty, is_the_planner_over_the_whole_fleet) {
    std::size_t calls = 0;
    for (unsigned seed = 0; seed < 300; ++seed) {
        Dice dice{seed};
        dice.counts = dice.falls_back = true;
        World world{dice.any_policy()};
        if (dice.one_in(2)) world.config.policy.limits.fleet = {{1 + dice.below(4), core::Seconds{60}}};
        if (dice.one_in(3)) world.config.policy.limits.share_fleet = policy::Share{5'000};
        const unsigned servers = 1 + dice.below(3);
        for (unsigned i = 0; i < servers; ++i) {
            auto& server = world.add("fs" + std::to_string(i), dice.one_in(2) ? Is::windows : Is::samba);
            for (unsigned n = dice.below(6); n > 0; --n) {
                const auto session = dice.session();
                server.add({.user = session.user,
                            .client = session.client,
                            .idle = session.idle.value_or(0s),
                            .connected = session.connected.value_or(0s),
                            .open_files = session.open_files.value_or(0)});
            }
        }
        world.start();
        const auto swept = world.run(look_at_all(world.members, *world.fleet, world.clock));
        const auto result = world.run(take_to_the_gate(
            swept, *world.fleet, *world.gate, [](const SweptServer&) -> Access { return PlanOnly{}; }));
        std::vector<policy::ServerLook> looks;
        for (const auto& server : swept) looks.push_back(server.look);
        policy::FleetMemory memory;
        const auto plan =
            policy::plan_fleet(world.config.policy, looks, true, memory, world.clock.now().steady);
        Lines by_sweep, by_plan;
        const auto line = [](const policy::ServerLook& look, const std::string& client,
                             const std::string& user) {
            return look.server.traits.name + " " + client + " " + user;
        };
        for (const auto& one : result.disconnects)
            by_sweep.push_back(line(one.server->look, one.wanted->client.text(), one.wanted->user.text()));
        for (const auto& one : plan.disconnects)
            by_plan.push_back(
                line(looks[one.look], one.disconnect.client.text(), one.disconnect.user.text()));
        ASSERT_EQ(by_sweep, by_plan) << seed;
        calls += by_plan.size();
        by_sweep.clear();
        by_plan.clear();
        for (const auto& one : result.withheld)
            by_sweep.push_back(line(one.server->look, one.withheld.client, one.withheld.user) + ": " +
                               std::string{to_string(one.withheld.why)});
        for (const auto& one : plan.withheld)
            by_plan.push_back(line(looks[one.look], one.withheld.client, one.withheld.user) + ": " +
                              std::string{to_string(one.withheld.why)});
        std::sort(by_sweep.begin(), by_sweep.end());
        std::sort(by_plan.begin(), by_plan.end());
        ASSERT_EQ(by_sweep, by_plan) << seed;
    }
    EXPECT_GT(calls, 150U);
}

TEST(QuietInTheDaemon, ends_who_had_no_file_open_in_every_look) {
    World world{policy::build::policy({disconnect("quiet", {policy::QuietIn{{5min, std::nullopt}}})})};
    auto& server = world.add("fs1", Is::samba);
    server.add({.user = "anna"});
    world.start();
    const auto minutes_until_ended = [&] {
        for (int n = 1; n <= 20; ++n) {
            world.clock.advance(1min);
            world.visit(0);
            if (server.alive("anna") == 0) return n;
        }
        return 0;
    };
    world.visit(0);
    server.fail_look(server.looks() + 3, connection_lost());
    EXPECT_EQ(minutes_until_ended(), 3 + 1 + 5) << "a look that failed begins it anew";
    server.add({.user = "anna", .client = "10.20.1.8", .open_files = 1});
    EXPECT_EQ(minutes_until_ended(), 0);
    world.visit(0);
    for (auto& session : server.sessions) session.open_files = 0;
    EXPECT_EQ(minutes_until_ended(), 1 + 5);
}

}  // namespace
}  // namespace curfew::daemon
