// Visits: when enforcement may begin, what stops it, and what is said of it.

#include <gtest/gtest.h>

#include "tests/daemon/world.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using namespace fake;
using policy::build::always;
using policy::build::disconnect;
using policy::build::open_files;

policy::Policy nothing_open() {
    return policy::build::policy({disconnect("nothing open", open_files(0))});
}

void crowd(FakeServer& server, int idle, int busy) {
    for (int i = 0; i < idle + busy; ++i) {
        server.add({.user = "user" + std::to_string(i),
                    .client = "10.20.3." + std::to_string(i),
                    .open_files = i < idle ? 0u : 1u});
    }
}

TEST(Enforcer, ends_nothing_before_every_server_has_answered_once) {
    World world{nothing_open()};
    world.add("fs1", Is::windows).add({.user = "anna"});
    world.add("fs2", Is::samba).add({.user = "bob"});
    world.start();
    EXPECT_TRUE(world.visit(0));
    EXPECT_TRUE(world.visit(0)) << "not even when it is looked at again";
    EXPECT_EQ(world.journal.count("intent"), 0u);
    EXPECT_TRUE(world.visit(1));
    EXPECT_EQ(world.servers[1]->dels(), 1u);
    world.visit(0);
    EXPECT_EQ(world.servers[0]->dels(), 1u);
}

TEST(Enforcer, a_server_that_was_tried_in_vain_does_not_hold_up_the_others_for_ever) {
    World world{nothing_open()};
    world.add("fs1", Is::windows).add({.user = "anna"});
    auto& down = world.add("fs2", Is::windows);
    down.add({.user = "bob"});
    down.fail_looks(timed_out());
    world.start();
    world.visit(0);
    EXPECT_FALSE(world.visit(1));
    EXPECT_EQ(world.journal.count("intent"), 0u);
    world.visit(0);
    EXPECT_EQ(world.servers[0]->dels(), 1u);
}

TEST(Enforcer, a_look_for_which_there_was_no_descriptor_is_none) {
    World world{nothing_open()};
    world.add("fs1", Is::windows).add({.user = "anna"});
    auto& other = world.add("fs2", Is::windows);
    other.add({.user = "bob"});
    other.fail_looks(core::Error{make_error_code(boost::system::errc::too_many_files_open), "connecting"});
    world.start();
    world.visit(0);
    EXPECT_FALSE(world.visit(1));
    EXPECT_TRUE(world.members[1]->starved);
    world.visit(0);
    EXPECT_EQ(world.journal.count("intent"), 0u) << "not every server has been asked";
    other.fail_looks(std::nullopt);
    world.visit(1);
    EXPECT_FALSE(world.members[1]->starved);
    EXPECT_EQ(other.dels(), 1u);
}

TEST(Enforcer, says_when_a_rule_goes_on_or_off) {
    auto rules = nothing_open();
    const auto begin = ManualClock{}.now().wall;
    rules.rules[0].from = begin + 1h;
    rules.rules[0].until = begin + 2h;
    World world{std::move(rules)};
    world.add("fs1", Is::windows);
    world.start();
    world.visit(0);
    for (const auto after : {61min, 1min, 60min}) {
        world.clock.advance(after);
        world.visit(0);
    }
    EXPECT_EQ(world.logged("rule_on").size(), 1U);
    EXPECT_EQ(world.logged("rule_off").size(), 1U);
}

TEST(Enforcer, a_failed_look_ends_nothing) {
    World world{nothing_open()};
    auto& server = world.add("fs1", Is::windows);
    server.add({.user = "anna"});
    world.start();
    server.fail_looks(net_api(5));
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(world.visit(0));
    EXPECT_EQ(server.dels(), 0u);
    EXPECT_EQ(world.members[0]->failures, 3u);
    server.fail_looks(std::nullopt);
    EXPECT_TRUE(world.visit(0));
    EXPECT_EQ(world.members[0]->failures, 0u);
    EXPECT_EQ(server.dels(), 1u);
}

TEST(Enforcer, a_rule_gone_wild_trips_before_its_first_call) {
    auto rules = policy::build::policy({disconnect("wild", always())});
    World world{rules};
    for (const char* name : {"fs1", "fs2", "fs3"}) crowd(world.add(name, Is::windows), 10, 0);
    world.config.policy.limits.share_fleet = policy::Share{2'000};
    world.start();
    for (int round = 0; round < 3; ++round) world.visit_all();
    EXPECT_EQ(world.journal.count("intent"), 0u);
    EXPECT_EQ(world.logged("rule_tripped").size(), 1u);
    EXPECT_NE(world.logged("rule_tripped")[0].find("would_end=30 of=30"), std::string::npos)
        << world.logged("rule_tripped")[0];
}

TEST(Enforcer, a_share_is_one_of_the_whole_fleet_not_of_who_answered_first) {
    World world{nothing_open()};
    crowd(world.add("fs1", Is::windows), 8, 0);
    crowd(world.add("fs2", Is::windows), 0, 100);
    world.config.policy.limits.share_fleet = policy::Share{2'000};
    world.start();
    world.visit(0);
    EXPECT_EQ(world.logged("rule_tripped"), Lines{});
    world.visit(1);
    world.visit(0);
    EXPECT_EQ(world.logged("rule_tripped"), Lines{});
    EXPECT_EQ(world.servers[0]->dels(), 8u);
}

TEST(Enforcer, a_trip_stays_when_the_numbers_do_not) {
    auto rules = nothing_open();
    rules.rules.push_back(disconnect("bob", policy::build::user({"bob"})));
    World world{rules};
    auto& server = world.add("fs1", Is::windows);
    crowd(server, 10, 0);
    world.config.policy.limits.share_fleet = policy::Share{2'000};
    world.start();
    world.visit(0);
    ASSERT_EQ(world.logged("rule_tripped").size(), 1u);
    server.sessions.clear();
    crowd(server, 1, 50);
    server.add({.user = "bob", .open_files = 1});
    world.visit(0);
    world.visit(0);
    EXPECT_EQ(world.journal.with("fs1 del"), Lines{"fs1 del 10.20.1.7 bob"}) << "other rules go on";
    EXPECT_EQ(world.logged("rule_tripped").size(), 1u);
}

TEST(Enforcer, a_trip_of_one_server_holds_there_only) {
    World world{nothing_open()};
    crowd(world.add("fs1", Is::windows), 10, 1);
    crowd(world.add("fs2", Is::windows), 3, 100);
    world.config.policy.limits.share_server = policy::Share{5'000};
    world.start();
    for (int round = 0; round < 2; ++round) world.visit_all();
    EXPECT_EQ(world.servers[0]->dels(), 0u);
    EXPECT_EQ(world.servers[1]->dels(), 3u);
    ASSERT_EQ(world.logged("rule_tripped").size(), 1u);
    EXPECT_NE(world.logged("rule_tripped")[0].find("server=fs1"), std::string::npos);
}

TEST(Enforcer, five_are_no_alarm) {
    World world{nothing_open()};
    crowd(world.add("fs1", Is::windows), 5, 0);
    world.config.policy.limits.share_fleet = world.config.policy.limits.share_server = policy::Share{2'000};
    world.start();
    world.visit(0);
    EXPECT_EQ(world.servers[0]->dels(), 5u);
}

TEST(Enforcer, one_server_under_two_names_is_enforced_under_neither) {
    World world{nothing_open()};
    world.add("fs1", Is::windows).add({.user = "anna"});
    auto& alias = world.add("files", Is::windows);
    alias.add({.user = "anna"});
    alias.guid = world.servers[0]->guid;
    world.add("fs2", Is::windows).add({.user = "bob"});
    world.start();
    for (int round = 0; round < 3; ++round) world.visit_all();
    EXPECT_EQ(world.servers[0]->dels() + world.servers[1]->dels(), 0u);
    EXPECT_EQ(world.servers[2]->dels(), 1u);
    EXPECT_EQ(world.journal.count("intent"), 1u) << "nor was anybody about to be";
    const auto said = world.logged("same_server_twice");
    ASSERT_EQ(said.size(), 2u) << "once of each";
    EXPECT_TRUE(said[0].starts_with("same_server_twice server=files other=fs1 ")) << said[0];
    EXPECT_TRUE(said[1].starts_with("same_server_twice server=fs1 other=files ")) << said[1];
}

TEST(Enforcer, servers_that_report_no_guid_are_not_each_others_twins) {
    World world{nothing_open()};
    for (const char* name : {"fs1", "fs2"}) {
        auto& server = world.add(name, Is::windows);
        server.add({.user = "anna"});
        server.guid = core::ServerGuid{};
    }
    world.start();
    for (int round = 0; round < 2; ++round) world.visit_all();
    EXPECT_EQ(world.journal.count("intent"), 2u);
}

// The other entry answers for the first time while this one is in the middle of its calls.
TEST(Enforcer, a_twin_found_in_the_middle_of_a_visit_stops_the_rest_of_it) {
    World world{nothing_open()};
    auto& server = world.add("fs1", Is::windows);
    crowd(server, 3, 0);
    world.start();
    server.after_every_del = [&](FakeServer& fs1) {
        world.fleet->added("files");
        world.fleet->twin_of("files", *fs1.guid);
    };
    world.visit(0);
    EXPECT_EQ(server.dels(), 1u);
}

TEST(Enforcer, any_observe_means_observe) {
    using policy::Mode;
    for (int who = 0; who < 3; ++who) {
        World world{nothing_open()};
        auto& server = world.add("fs1", Is::windows);
        server.add({.user = "anna"});
        if (who == 0) world.config.mode = Mode::observe;
        if (who == 1) world.config.servers[0].mode = Mode::observe;
        world.start(who == 2);
        world.visit(0);
        world.visit(0);
        EXPECT_EQ(world.journal.lines, (Lines{"fs1 look", "fs1 look"}));
        EXPECT_EQ(world.logged("withheld"),
                  Lines{"withheld server=fs1 client=10.20.1.7 user=anna rule=\"nothing open\" why=observe"});
    }
}

TEST(Enforcer, what_is_withheld_is_said_once_for_as_long_as_it_stays_so) {
    World world{nothing_open()};
    auto& server = world.add("fs1", Is::samba);
    server.add({.user = "anna"});
    server.add({.user = "bob", .open_files = 1});
    world.start();
    for (int i = 0; i < 3; ++i) world.visit(0);
    EXPECT_EQ(world.logged("withheld"),
              Lines{"withheld server=fs1 client=10.20.1.7 user=anna rule=\"nothing open\" why=collateral "
                    "detail=\"bob: no rule ends it\""});
    server.wake("anna");
    world.visit(0);
    server.sessions[0].open_files = 0;
    world.visit(0);
    EXPECT_EQ(world.logged("withheld").size(), 2u) << "it went away and came back";
}

TEST(Enforcer, who_is_spared_at_the_gate_is_said_too) {
    World world{nothing_open()};
    auto& server = world.add("fs1", Is::windows);
    server.add({.user = "anna"});
    server.on_look(2, [](FakeServer& fs1) { fs1.wake("anna"); });
    world.start();
    world.visit(0);
    EXPECT_EQ(world.logged("withheld"),
              Lines{"withheld server=fs1 client=10.20.1.7 user=anna rule=\"nothing open\" "
                    "why=\"no longer matches\""});
}

TEST(Enforcer, unreachable_is_said_once_and_found_again) {
    World world{nothing_open()};
    auto& server = world.add("fs1", Is::windows);
    world.config.log.level = config::LogLevel::info;
    world.start();
    server.fail_looks(connection_lost());
    for (int i = 0; i < 4; ++i) world.visit(0);
    EXPECT_EQ(world.logged("look_failed").size(), 1u);
    server.fail_looks(net_api(5));
    for (int i = 0; i < 2; ++i) world.visit(0);
    EXPECT_EQ(world.logged("look_failed").size(), 2u) << "another trouble is news";
    server.fail_looks(std::nullopt);
    for (int i = 0; i < 2; ++i) world.visit(0);
    EXPECT_EQ(world.logged("server_found_again"), Lines{"server_found_again server=fs1 failures=6"});
    server.fail_looks(connection_lost());
    world.visit(0);
    EXPECT_EQ(world.logged("look_failed").size(), 3u);
}

TEST(Enforcer, says_once_what_a_server_cannot_tell) {
    World world{nothing_open()};
    world.add("fs1", Is::windows).level = core::Level::names;
    world.start();
    for (int i = 0; i < 2; ++i) world.visit(0);
    EXPECT_EQ(world.logged("server_level"), Lines{"server_level server=fs1 level=0 kind=windows"});
    EXPECT_EQ(world.logged("level_without_users").size(), 1u);
}

TEST(Enforcer, stopped_in_the_middle_of_a_call_it_finishes_that_one_and_begins_no_other) {
    World world{nothing_open()};
    auto& server = world.add("fs1", Is::windows);
    crowd(server, 3, 0);
    server.linger = 2;
    server.after_every_del = [&](FakeServer&) { world.enforcer->stop(); };
    world.start();
    world.visit(0);
    EXPECT_EQ(server.dels(), 1u);
    EXPECT_EQ(world.journal.with("outcome"), Lines{"outcome fs1 10.20.3.0 user0: ended"});
    EXPECT_EQ(world.journal.count("intent"), 1u);
}

TEST(Enforcer, stopped_during_a_look_it_begins_nothing) {
    World world{nothing_open()};
    auto& server = world.add("fs1", Is::windows);
    server.add({.user = "anna"});
    server.on_look(1, [&](FakeServer&) { world.enforcer->stop(); });
    world.start();
    world.visit(0);
    world.visit(0);
    EXPECT_EQ(world.journal.count("intent"), 0u);
}

TEST(Enforcer, without_an_audit_nobody_is_ended_and_that_is_an_error) {
    World world{nothing_open()};
    auto& server = world.add("fs1", Is::windows);
    crowd(server, 2, 0);
    world.audit.refuse = timed_out();
    world.start();
    world.visit(0);
    EXPECT_EQ(server.dels(), 0u);
    ASSERT_EQ(world.logged("audit_refused").size(), 2u);
    EXPECT_TRUE(world.logged("audit_refused")[0].starts_with(
        "audit_refused server=fs1 client=10.20.3.0 user=user0 message="));
}

}  // namespace
}  // namespace curfew::daemon
