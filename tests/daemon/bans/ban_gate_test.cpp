// Bans at work: before the rules, through the gate, and nobody besides.

#include <gtest/gtest.h>

#include "tests/daemon/world.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using namespace fake;
using policy::Banned;
using policy::Why;
using policy::build::always;
using policy::build::disconnect;
using policy::build::user;

class BanGateTest : public ::testing::Test {
  protected:
    // One server with anna and bob, from clients of their own.
    FakeServer& with(policy::Policy policy = {}, Is is = Is::windows, bool observe = false) {
        world_.emplace(std::move(policy));
        auto& server = world_->add("fs1", is);
        server.add({.user = "anna"});
        server.add({.user = "bob", .client = "10.20.1.8"});
        world_->start(observe);
        return server;
    }
    World& world() { return *world_; }
    std::uint64_t ban(Banned whom, std::optional<std::string> override_protect = std::nullopt) {
        const auto id = ban_not_written(std::move(whom), std::move(override_protect));
        world().fleet->ban_is_durable(id);
        return id;
    }
    std::uint64_t ban_not_written(Banned whom, std::optional<std::string> override_protect = std::nullopt) {
        const auto now = world().clock.now();
        return world()
            .fleet->ban(std::move(whom), 8h, "stolen laptop", std::move(override_protect), "uid 1000", now)
            .ban.id;
    }
    static Banned anna() { return Banned::user("anna").value(); }
    Lines outcomes() { return world().journal.with("outcome"); }
    void visit() {
        world().clock.advance(10s);
        world().visit(0);
    }
    std::optional<Why> spared_for() { return world().audit.entries.at(0).result->why; }

  private:
    std::optional<World> world_;
};

TEST_F(BanGateTest, ends_whoever_is_banned_on_sight_and_again_when_they_come_back) {
    auto& server = with(policy::build::policy({}));
    ban(anna());
    visit();
    EXPECT_EQ(outcomes(), Lines{"outcome fs1 10.20.1.7 anna: ended"});
    const auto& intent = world().audit.entries.at(0).intent;
    EXPECT_EQ(intent.rule, "");
    EXPECT_EQ(intent.reason, "ban 1: stolen laptop");
    EXPECT_EQ(intent.who, "uid 1000");
    server.add({.user = "anna", .connected = 1s});
    visit();
    EXPECT_EQ(outcomes().size(), 2U);
    EXPECT_EQ(server.alive("anna"), 0U);
    EXPECT_EQ(server.alive("bob"), 1U);
}

TEST_F(BanGateTest, ends_nobody_before_it_is_durable_nor_when_it_is_over_or_lifted) {
    auto& server = with();
    const auto id = ban_not_written(anna());
    visit();
    EXPECT_EQ(server.dels(), 0U);
    world().fleet->ban_is_durable(id);
    world().fleet->take_away_ban(id);
    visit();
    EXPECT_EQ(server.dels(), 0U);
    ban(anna());
    world().clock.advance(8h);
    visit();
    EXPECT_EQ(server.dels(), 0U);
    EXPECT_EQ(world().journal.count("intent"), 0U);
}

TEST_F(BanGateTest, that_is_lifted_while_the_server_is_asked_again_ends_nobody) {
    auto& server = with();
    const auto id = ban(anna());
    server.on_look(2, [&](FakeServer&) { world().fleet->take_away_ban(id); });
    visit();
    EXPECT_EQ(outcomes(), Lines{"outcome fs1 10.20.1.7 anna: no longer matches"});
    EXPECT_EQ(server.dels(), 0U);
}

TEST_F(BanGateTest, any_observe_stops_it) {
    for (const bool asked_for : {true, false}) {
        auto& server = with({}, Is::windows, asked_for);
        if (!asked_for) world().config.mode = policy::Mode::observe;
        ban(anna());
        visit();
        EXPECT_EQ(server.dels(), 0U);
        ASSERT_EQ(world().logged("withheld").size(), 1U);
        EXPECT_EQ(world().logged("withheld")[0],
                  "withheld server=fs1 client=10.20.1.7 user=anna rule=\"ban 1\" why=observe");
    }
}

TEST_F(BanGateTest, a_hold_stops_it_also_one_that_comes_while_the_server_is_asked_again) {
    auto& server = with();
    ban(anna());
    server.on_look(
        2, [&](FakeServer&) { world().fleet->hold({}, 1h, "migration", "uid 1000", world().clock.now()); });
    visit();
    EXPECT_EQ(spared_for(), Why::hold);
    visit();
    EXPECT_EQ(server.dels(), 0U);
    EXPECT_EQ(world().journal.count("intent"), 1U);
}

TEST_F(BanGateTest, protect_yields_to_the_override_alone) {
    const auto director = [] { return policy::build::policy({}, user({"anna"}), "the director"); };
    auto& server = with(director());
    ban(anna());
    visit();
    EXPECT_EQ(server.dels(), 0U);
    ban(anna(), "her account is stolen");
    visit();
    EXPECT_EQ(server.alive("anna"), 0U);
    EXPECT_EQ(world().audit.entries.at(0).intent.reason,
              "ban 2: stolen laptop; protect overridden: her account is stolen");
}

TEST_F(BanGateTest, whoever_shares_the_connection_and_came_since_is_in_the_way) {
    auto& server = with({}, Is::samba);
    ban(anna());
    server.on_look(2, [](FakeServer& fs1) { fs1.add({.user = "carl"}); });
    visit();
    EXPECT_EQ(spared_for(), Why::collateral);
    visit();
    EXPECT_EQ(server.dels(), 0U);
}

TEST_F(BanGateTest, a_call_for_a_ban_waits_for_the_limit_of_the_rule_that_ends_the_other) {
    auto rules = policy::build::policy({disconnect("guests", user({"carl"}))});
    rules.rules[0].limits.per_server = {{0, 60s}};
    auto& server = with(std::move(rules), Is::samba);
    server.add({.user = "carl"});
    ban(anna());
    visit();
    EXPECT_EQ(server.dels(), 0U);
    EXPECT_EQ(world().journal.count("intent"), 0U);
}

TEST_F(BanGateTest, has_limits_of_its_own_and_takes_nothing_of_the_rules) {
    auto& server = with(policy::build::policy({disconnect("everybody", user({"bob"}))}));
    ban(Banned::client("10.20.9.9").value());
    for (int i = 0; i < 70; ++i)
        server.add({.user = "u" + std::to_string(i), .client = "10.20.9.9", .process = i + 1});
    visit();
    EXPECT_EQ(world().journal.count("fs1 del 10.20.9.9"), 60U) << "a minute, on one server";
    EXPECT_EQ(server.alive("bob"), 0U);
    EXPECT_EQ(world().fleet->bans_in_force(world().clock.now()).size(), 1U);
    world().clock.advance(1min);
    visit();
    EXPECT_EQ(world().journal.count("fs1 del 10.20.9.9"), 70U);
}

TEST_F(BanGateTest, without_the_audit_there_is_no_call) {
    auto& server = with();
    world().audit.refuse = timed_out();
    ban(anna());
    visit();
    EXPECT_EQ(server.dels(), 0U);
    EXPECT_EQ(world().logged("audit_refused").size(), 1U);
}

TEST_F(BanGateTest, a_licence_is_for_a_rule_or_for_a_ban_and_not_for_both) {
    auto& server = with(policy::build::policy({disconnect("everybody", always())}));
    world().fleet->tried("fs1");
    auto by_rule = world().propose("anna");
    using policy::Mode;
    const auto for_a_ban = Licence::for_a_ban(Mode::enforce, Mode::enforce, false, server);
    EXPECT_EQ(world().pass(*for_a_ban, by_rule).kind, Verdict::Kind::withheld);
    auto by_ban = by_rule;
    by_ban.ban = 1;
    EXPECT_EQ(world().enforce(by_ban).kind, Verdict::Kind::withheld);
    EXPECT_EQ(server.dels(), 0U);
    EXPECT_FALSE(Licence::for_a_ban(Mode::observe, Mode::enforce, false, server));
    EXPECT_FALSE(Licence::for_a_ban(Mode::enforce, Mode::observe, false, server));
    EXPECT_FALSE(Licence::for_a_ban(Mode::enforce, Mode::enforce, true, server));
}

TEST_F(BanGateTest, servers_are_looked_at_more_often_while_it_is_in_force) {
    with();
    const auto& member = *world().members[0];
    visit();
    const auto idle = member.due;
    const auto id = ban(Banned::user("nobody").value());
    visit();
    EXPECT_EQ(member.due, world().clock.now().steady + 1s);
    EXPECT_TRUE(!idle || *idle > world().clock.now().steady + 1min);
    world().fleet->take_away_ban(id);
    visit();
    EXPECT_TRUE(!member.due || *member.due > world().clock.now().steady + 50s);
}

}  // namespace
}  // namespace curfew::daemon
