// What is said of a policy that cannot see: in the log once for each server, and kept for whoever asks.

#include "daemon/fleet/doubt_book.hpp"

#include <gtest/gtest.h>

#include "tests/daemon/world.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using namespace fake;
using policy::build::client;
using policy::build::disconnect;
using policy::build::idle;
using policy::build::keep;

Lines words(const std::map<std::string, std::vector<policy::Doubt>>& all) {
    Lines lines;
    for (const auto& [server, doubts] : all)
        for (const auto& doubt : doubts) lines.push_back(server + " " + policy::why_in_words(doubt));
    return lines;
}

const std::string no_idle = R"(doubt server=fs2 rule=idle why="never true here: idle is not reported")";

TEST(DoubtBook, a_rule_that_is_never_true_is_said_once_for_each_server_where_it_is) {
    World world{policy::build::policy({disconnect("idle", idle(1h))})};
    world.add("fs1", Is::windows).add({.user = "anna"});
    world.add("fs2", Is::samba);
    world.start();
    for (int look = 0; look < 3; ++look) world.visit_all();
    EXPECT_EQ(world.logged("doubt"), Lines{no_idle});
    EXPECT_EQ(words(world.fleet->edition()->doubts().all()),
              Lines{"fs2 never true here: idle is not reported"});
    world.servers[1]->fail_looks(timed_out());
    world.visit_all();
    EXPECT_EQ(world.fleet->edition()->doubts().all().size(), 1u) << "a look that fails is no news of that";
    world.servers[1]->fail_looks(std::nullopt);
    world.visit_all();
    EXPECT_EQ(world.logged("doubt"), Lines{no_idle});
    world.fleet->removed("fs2");
    EXPECT_EQ(world.fleet->edition()->doubts().all().size(), 0u);
}

TEST(DoubtBook, it_is_said_again_when_the_server_tells_less_or_more) {
    World world{policy::build::policy({disconnect(
        "closed", policy::build::all({policy::build::open_files(0), policy::build::user({"anna"})}))})};
    auto& server = world.add("fs1", Is::windows);
    world.start();
    const auto said_at = [&](core::Level level) {
        server.level = level;
        world.visit(0);
        return world.logged("doubt").size();
    };
    EXPECT_EQ(said_at(core::Level::transports), 0u);
    EXPECT_EQ(said_at(core::Level::anyone), 1u);
    EXPECT_EQ(said_at(core::Level::anyone), 1u);
    EXPECT_EQ(said_at(core::Level::names), 2u);
    EXPECT_EQ(world.logged("doubt").back(),
              R"(doubt server=fs1 rule=closed why="never true here: user and open_files are not reported")");
    EXPECT_EQ(said_at(core::Level::transports), 2u);
    EXPECT_EQ(world.fleet->edition()->doubts().all().size(), 0u);
    EXPECT_EQ(said_at(core::Level::names), 3u);
}

TEST(DoubtBook, a_share_of_unknowns_is_said_again_only_after_there_were_none) {
    auto rules = policy::build::policy({keep("office", client({"WKS-*"}))});
    rules.protect.push_back({client({"SRV-*"}), "servers"});
    World world{rules};
    auto& server = world.add("fs1", Is::windows);
    for (int i = 0; i < 20; ++i) server.add({.user = "u" + std::to_string(i), .client = "PC"});
    world.start();
    const auto unknown = [&](std::size_t count) {
        for (std::size_t i = 0; i < 20; ++i) server.sessions[i].client = i < count ? "10.20.1.7" : "PC";
        world.visit(0);
        return world.logged("doubt").size();
    };
    EXPECT_EQ(unknown(0), 0u);
    EXPECT_EQ(unknown(1), 0u) << "exactly 5%";
    EXPECT_EQ(unknown(2), 2u);
    EXPECT_EQ(world.logged("doubt"),
              (Lines{R"(doubt server=fs1 protect=servers why="unknown for 2 of 20 sessions")",
                     R"(doubt server=fs1 rule=office why="unknown for 2 of 20 sessions")"}));
    EXPECT_EQ(unknown(20), 2u);
    EXPECT_EQ(words(world.fleet->edition()->doubts().all()).front(), "fs1 unknown for 20 of 20 sessions")
        << "what is kept is of now";
    EXPECT_EQ(unknown(1), 2u);
    EXPECT_EQ(world.fleet->edition()->doubts().all().size(), 0u);
    EXPECT_EQ(unknown(2), 2u) << "back and forth is no news";
    EXPECT_EQ(unknown(0), 2u);
    EXPECT_EQ(unknown(2), 4u);
}

TEST(DoubtBook, a_rule_that_is_off_for_good_is_missed_by_nobody) {
    auto rules = policy::build::policy({disconnect("idle", idle(1h)), disconnect("to come", idle(1h))});
    rules.rules[0].until = policy::build::now.wall;
    rules.rules[1].from = policy::build::now.wall + 1h;
    DoubtBook book{rules};
    const auto look = policy::build::samba({});
    EXPECT_EQ(book.looked(look, policy::plan_server(rules, look)).present.size(), 1u);
    auto before = look;
    before.at.wall -= 1s;
    EXPECT_EQ(book.looked(before, policy::plan_server(rules, before)).present.size(), 2u);
}

}  // namespace
}  // namespace curfew::daemon
