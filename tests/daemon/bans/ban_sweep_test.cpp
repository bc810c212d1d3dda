// `plan` and `run --once` know bans: before the rules, and through the same gate.

#include <gtest/gtest.h>

#include "daemon/fleet/sweep.hpp"
#include "daemon/output/sweep_output.hpp"
#include "tests/daemon/world.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using namespace fake;
using policy::Banned;
using policy::build::disconnect;
using policy::build::user;

using AccessTo = std::function<Access(const SweptServer&)>;

Access nothing(const SweptServer&) {
    return PlanOnly{};
}
Access everything(const SweptServer& server) {
    return *Licence::to_enforce(policy::Mode::enforce, policy::Mode::enforce, false, *server.member->api);
}
Access whom_bans_mean(const SweptServer& server) {
    return *Licence::for_a_ban(policy::Mode::enforce, policy::Mode::enforce, false, *server.member->api);
}

// Two servers with anna and bob on each; a rule ends bob, and anna is banned.
class BanSweepTest : public ::testing::Test {
  protected:
    BanSweepTest() : world_(policy::build::policy({disconnect("bobs", user({"bob"}))})) {
        for (const char* name : {"fs1", "fs2"}) {
            auto& server = world_.add(name, Is::windows);
            server.add({.user = "anna"});
            server.add({.user = "bob", .client = "10.20.1.8"});
        }
        world_.start();
    }
    void ban(Banned whom) {
        const auto kept =
            world_.fleet->ban(std::move(whom), 8h, "stolen", std::nullopt, "uid 0", world_.clock.now());
        world_.fleet->ban_is_durable(kept.ban.id);
    }
    SweepResult sweep(AccessTo rules, AccessTo bans) {
        servers_ = world_.run(look_at_all(world_.members, *world_.fleet, world_.clock));
        SweepBans how{world_.clock, std::move(bans)};
        auto passing = take_to_the_gate(servers_, *world_.fleet, *world_.gate, std::move(rules), how);
        return world_.run(std::move(passing));
    }
    static Lines wanted(const SweepResult& result) {
        Lines lines;
        for (const auto& one : result.disconnects)
            lines.push_back(one.server->member->name + " " + one.wanted->user.text() +
                            (one.ban ? " by ban " + std::to_string(*one.ban) : ""));
        return lines;
    }

    World world_;
    std::vector<SweptServer> servers_;
};

TEST_F(BanSweepTest, whoever_is_banned_goes_first_and_then_whom_the_rules_mean) {
    ban(Banned::user("anna").value());
    const auto result = sweep(everything, whom_bans_mean);
    EXPECT_EQ(wanted(result), (Lines{"fs1 anna by ban 1", "fs2 anna by ban 1", "fs1 bob", "fs2 bob"}));
    EXPECT_EQ(world_.servers[0]->alive("anna"), 0u);
    EXPECT_EQ(world_.servers[1]->alive("bob"), 0u);
}

TEST_F(BanSweepTest, a_plan_shows_them_and_ends_nobody) {
    ban(Banned::user("anna").value());
    const auto result = sweep(nothing, nothing);
    EXPECT_EQ(wanted(result), (Lines{"fs1 anna by ban 1", "fs2 anna by ban 1", "fs1 bob", "fs2 bob"}));
    EXPECT_EQ(world_.servers[0]->dels(), 0u);
    const SweepOutput output{world_.config, policy::Mode::enforce, world_.clock.now().wall, servers_, result,
                             false};
    EXPECT_NE(sweep_table(output).find("(ban 1)"), std::string::npos) << sweep_table(output);
    EXPECT_NE(sweep_json(output).find(R"("user": "anna", "sessions": 1, "rule": "", "ban": 1})"),
              std::string::npos)
        << sweep_json(output);
}

TEST_F(BanSweepTest, whom_a_ban_ended_no_rule_ends_again) {
    ban(Banned::user("bob").value());
    const auto result = sweep(everything, whom_bans_mean);
    EXPECT_EQ(wanted(result), (Lines{"fs1 bob by ban 1", "fs2 bob by ban 1"}));
    EXPECT_EQ(world_.servers[0]->dels(), 1u);
}

TEST_F(BanSweepTest, a_licence_for_rules_is_none_for_a_ban_nor_the_other_way_round) {
    ban(Banned::user("anna").value());
    EXPECT_EQ(wanted(sweep(whom_bans_mean, everything)), Lines{});
    EXPECT_EQ(world_.servers[0]->dels() + world_.servers[1]->dels(), 0u);
}

TEST_F(BanSweepTest, an_observer_ends_nobody_by_it_and_says_so) {
    ban(Banned::user("anna").value());
    const auto observe = [](const SweptServer&) -> Access { return ObserveOnly{}; };
    const auto result = sweep(observe, observe);
    EXPECT_EQ(world_.servers[0]->dels(), 0u);
    ASSERT_EQ(result.withheld.size(), 4u);
    EXPECT_EQ(result.withheld[0].withheld.why, policy::Why::observe);
    EXPECT_EQ(result.withheld[0].ban, 1u);
    EXPECT_EQ(result.withheld[2].ban, std::nullopt);
}

TEST_F(BanSweepTest, one_that_is_over_ends_nobody) {
    ban(Banned::user("anna").value());
    world_.clock.advance(8h);
    EXPECT_EQ(wanted(sweep(everything, whom_bans_mean)), (Lines{"fs1 bob", "fs2 bob"}));
}

}  // namespace
}  // namespace curfew::daemon
