// plan and run --once: one look at every server, then the result through the gate.

#include "daemon/fleet/sweep.hpp"

#include <gtest/gtest.h>

#include "tests/daemon/world.hpp"
#include "tests/policy/random_policy.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using namespace fake;
using policy::build::disconnect;
using policy::build::open_files;
using policy::build::user;

struct Sweep {
    std::vector<SweptServer> servers;
    SweepResult result;

    Lines disconnects() const {
        Lines lines;
        for (const auto& one : result.disconnects)
            lines.push_back(one.server->member->name + " " + one.wanted->user.text());
        return lines;
    }
    Lines withheld() const {
        Lines lines;
        for (const auto& one : result.withheld) {
            if (one.withheld.user != "svc-curfew")
                lines.push_back(one.server->member->name + " " + one.withheld.user + ": " +
                                std::string{policy::to_string(one.withheld.why)});
        }
        return lines;
    }
};

std::function<Access(const SweptServer&)> plan() {
    return [](const SweptServer&) -> Access { return PlanOnly{}; };
}
std::function<Access(const SweptServer&)> enforce() {
    return [](const SweptServer& server) -> Access {
        return *Licence::to_enforce(policy::Mode::enforce, policy::Mode::enforce, false, *server.member->api);
    };
}

Sweep sweep(World& world, std::function<Access(const SweptServer&)> access) {
    Sweep done;
    done.servers = world.run(look_at_all(world.members, *world.fleet, world.clock));
    auto passing = take_to_the_gate(done.servers, *world.fleet, *world.gate, std::move(access));
    done.result = world.run(std::move(passing));
    return done;
}

policy::Policy nothing_open() {
    return policy::build::policy({disconnect("nothing open", open_files(0))});
}

TEST(Sweep, looks_at_all_of_them_first_in_their_order_however_few_at_once) {
    for (const unsigned at_once : {1u, 3u, 256u}) {
        World world{nothing_open()};
        for (int i = 0; i < 7; ++i) world.add("fs" + std::to_string(i), Is::windows).add({.user = "anna"});
        world.servers[3]->fail_looks(timed_out());
        world.config.polling.concurrency = at_once;
        world.start();
        const auto done = sweep(world, enforce());
        ASSERT_EQ(done.servers.size(), 7u);
        for (int i = 0; i < 7; ++i) EXPECT_EQ(done.servers[i].member->name, "fs" + std::to_string(i));
        EXPECT_TRUE(done.servers[3].error);
        for (std::size_t i = 0; i < 7; ++i)
            EXPECT_TRUE(world.journal.lines[i].ends_with(" look")) << world.journal.lines[i];
        EXPECT_EQ(world.servers[3]->dels(), 0u);
        EXPECT_EQ(done.result.disconnects.size(), 6u);
    }
}

TEST(Sweep, over_the_fleet_the_earlier_rule_comes_first_then_the_longest_idle_then_the_unknown) {
    World world{policy::build::policy({disconnect("bob", user({"bob"})), disconnect("rest", open_files(0))})};
    auto& fs1 = world.add("fs1", Is::windows);
    auto& fs2 = world.add("fs2", Is::samba);
    auto& fs3 = world.add("fs3", Is::windows);
    fs1.add({.user = "short", .client = "c1", .idle = 1min});
    fs1.add({.user = "bob", .client = "c2", .idle = 2min});
    fs2.add({.user = "unknown", .client = "c3"});
    fs3.add({.user = "long", .client = "c4", .idle = 2h});
    fs3.add({.user = "bob", .client = "c5", .idle = 3min});
    world.start();
    EXPECT_EQ(sweep(world, enforce()).disconnects(),
              (Lines{"fs3 bob", "fs1 bob", "fs3 long", "fs1 short", "fs2 unknown"}));
}

TEST(Sweep, who_is_first_gets_what_the_limit_leaves) {
    World world{nothing_open()};
    auto& fs1 = world.add("fs1", Is::windows);
    auto& fs2 = world.add("fs2", Is::windows);
    fs1.add({.user = "a", .client = "c1", .idle = 1h});
    fs1.add({.user = "b", .client = "c2", .idle = 4h, .connected = 5h});
    fs2.add({.user = "c", .client = "c3", .idle = 2h});
    world.config.policy.limits.fleet = {{2, 1min}};
    world.start();
    const auto done = sweep(world, enforce());
    EXPECT_EQ(done.disconnects(), (Lines{"fs1 b", "fs2 c"}));
    EXPECT_EQ(done.withheld(), Lines{"fs1 a: limit fleet"});
    EXPECT_EQ(fs1.alive("a"), 1u);
}

TEST(Sweep, a_plan_and_a_run_decide_the_same) {
    std::size_t ended = 0;
    for (unsigned seed = 0; seed < 300; ++seed) {
        std::vector<std::unique_ptr<World>> worlds;
        for (int copy = 0; copy < 2; ++copy) {
            policy::build::Dice dice{seed};
            auto& world = *worlds.emplace_back(std::make_unique<World>(dice.any_policy()));
            if (dice.one_in(2)) world.config.policy.limits.per_server = {{1 + dice.below(3), 60s}};
            if (dice.one_in(2)) world.config.policy.limits.fleet = {{2 + dice.below(5), 60s}};
            if (dice.one_in(3)) world.config.policy.limits.share_server = policy::Share{5'000};
            for (int i = 0; i < 3; ++i) {
                auto& server = world.add("fs" + std::to_string(i), Is::windows);
                for (const auto& session : dice.sessions()) {
                    const auto idle = session.idle.value_or(7min);
                    server.add({.user = session.user,
                                .client = core::IpAddress::parse(session.client) ? session.client : "WKS-17",
                                .idle = idle,
                                .connected = idle + session.connected.value_or(5min),
                                .open_files = session.open_files.value_or(1)});
                }
            }
            world.start();
        }
        const auto planned = sweep(*worlds[0], plan());
        const auto run = sweep(*worlds[1], enforce());
        ASSERT_EQ(planned.disconnects(), run.disconnects()) << seed;
        ASSERT_EQ(planned.withheld(), run.withheld()) << seed;
        ASSERT_EQ(worlds[0]->journal.count("intent"), 0u);
        for (const auto& one : run.result.disconnects)
            ASSERT_EQ(one.verdict.result.outcome, Outcome::ended) << seed;
        ended += run.result.disconnects.size();
    }
    EXPECT_GT(ended, 300u);
}

TEST(Sweep, who_is_spared_at_the_gate_is_withheld_not_attempted) {
    World world{nothing_open()};
    auto& server = world.add("fs1", Is::windows);
    server.add({.user = "anna"});
    server.on_look(2, [](FakeServer& fs1) { fs1.wake("anna"); });
    world.start();
    const auto done = sweep(world, enforce());
    EXPECT_EQ(done.disconnects(), Lines{});
    EXPECT_EQ(done.withheld(), Lines{"fs1 anna: no longer matches"});
}

TEST(Sweep, trips_before_its_first_call) {
    World world{nothing_open()};
    for (int i = 0; i < 3; ++i) {
        auto& server = world.add("fs" + std::to_string(i), Is::windows);
        for (int n = 0; n < 4; ++n)
            server.add({.user = "u" + std::to_string(n), .client = "10.20.5." + std::to_string(n)});
    }
    world.config.policy.limits.share_fleet = policy::Share{2'000};
    world.start();
    const auto done = sweep(world, enforce());
    EXPECT_EQ(world.journal.count("intent"), 0u);
    EXPECT_EQ(done.result.trips.size(), 1u);
    ASSERT_EQ(done.withheld().size(), 12u);
    EXPECT_EQ(done.withheld()[0], "fs0 u0: tripped");
}

TEST(Sweep, has_no_past_so_that_every_for_is_pending) {
    auto rules =
        policy::build::policy({disconnect("waits", user({"anna"})), disconnect("rest", open_files(0))});
    rules.rules[0].hold = 1s;
    for (const auto& access : {plan(), enforce()}) {
        World world{rules};
        auto& server = world.add("fs1", Is::windows);
        server.add({.user = "anna", .client = "c1"});
        server.add({.user = "bob", .client = "c2"});
        server.latency = 2s;  // it would be over at the look before the call for bob
        world.start();
        for (int again = 0; again < 2; ++again) {
            const auto done = sweep(world, access);
            EXPECT_EQ(done.withheld(), Lines{"fs1 anna: pending"});
        }
        EXPECT_EQ(server.alive("anna"), 1u);
    }
}

// What a look at the gate begins is no past either.
TEST(Sweep, not_even_when_it_takes_longer_than_the_for) {
    auto rules = policy::build::policy({disconnect("rest", open_files(0))});
    rules.rules.insert(rules.rules.begin(), disconnect("waits", user({"late"})));
    rules.rules[0].hold = 1s;
    World world{rules};
    auto& server = world.add("fs1", Is::samba);
    for (const char* client : {"c1", "c2"}) server.add({.user = "bob", .client = client});
    server.latency = 2s;
    server.on_look(2, [](FakeServer& fs1) { fs1.add({.user = "late", .client = "c2"}); });
    world.start();
    const auto done = sweep(world, enforce());
    EXPECT_EQ(done.disconnects(), Lines{"fs1 bob"});
    EXPECT_EQ(done.withheld(), Lines{"fs1 bob: collateral"});
}

TEST(Sweep, one_server_under_two_names_is_ended_under_neither) {
    World world{nothing_open()};
    for (const char* name : {"fs1", "files", "fs2"}) world.add(name, Is::windows).add({.user = "anna"});
    world.servers[1]->guid = world.servers[0]->guid;
    world.start();
    const auto done = sweep(world, enforce());
    EXPECT_EQ(done.servers[0].twin, "files");
    EXPECT_EQ(done.servers[1].twin, "fs1");
    EXPECT_EQ(done.servers[2].twin, std::nullopt);
    EXPECT_EQ(done.disconnects(), Lines{"fs2 anna"});
    EXPECT_EQ(world.servers[0]->dels() + world.servers[1]->dels(), 0u);
}

TEST(Sweep, a_server_whose_mode_is_observe_is_observed_only) {
    World world{nothing_open()};
    for (const char* name : {"fs1", "fs2"}) world.add(name, Is::windows).add({.user = "anna"});
    world.start();
    const auto done = sweep(world, [&](const SweptServer& server) -> Access {
        if (server.member->name == "fs1") return ObserveOnly{};
        return enforce()(server);
    });
    EXPECT_EQ(done.disconnects(), Lines{"fs2 anna"});
    EXPECT_EQ(done.withheld(), Lines{"fs1 anna: observe"});
}

TEST(Sweep, of_no_servers_is_nothing) {
    World world{nothing_open()};
    world.start();
    EXPECT_EQ(sweep(world, enforce()).servers.size(), 0u);
}

}  // namespace
}  // namespace curfew::daemon
