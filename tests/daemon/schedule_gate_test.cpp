// Time passes between a look and a call. What the schedules say then is what counts.

#include <gtest/gtest.h>

#include "tests/daemon/world.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using namespace fake;
using policy::Condition;
using policy::Why;
using policy::build::disconnect;
using policy::build::keep;
using policy::build::user;

const std::chrono::sys_days end_of_knowledge = std::chrono::year{2038} / 1 / 1;

policy::Zone utc_plus(std::chrono::seconds offset) {
    return {"z", {{std::chrono::sys_seconds{}, offset}}, end_of_knowledge};
}

// On the day the clock of these tests begins with, at 08:00 UTC: the hours from 07:00 to 08:01, and what is
// behind.
std::shared_ptr<const policy::Schedule> early(std::optional<policy::Zone> zone) {
    policy::Timetable table;
    table.dates[std::chrono::local_days{std::chrono::year{2027} / 1 / 15}] = {{7h, 8h + 1min}};
    return std::make_shared<const policy::Schedule>("early", std::move(zone), std::move(table));
}
Condition in(std::shared_ptr<const policy::Schedule> schedule) {
    return {policy::InSchedule{{std::move(schedule)}}};
}
Condition anna_and(Condition condition) {
    return policy::build::all({user({"anna"}), std::move(condition)});
}

class ScheduleGateTest : public ::testing::Test {
  protected:
    FakeServer& with(policy::Policy policy, std::optional<policy::Zone> timezone = std::nullopt) {
        world_.emplace(std::move(policy));
        auto& server = world_->add("fs1", Is::windows);
        world_->config.servers[0].traits.timezone = std::move(timezone);
        server.add({.user = "anna"});
        world_->start();
        world_->fleet->tried("fs1");
        return server;
    }
    World& world() { return *world_; }
    std::size_t calls() const { return world_->journal.count("fs1 del"); }

  private:
    std::optional<World> world_;
};

policy::Policy early_only() {
    return policy::build::policy({disconnect("early", anna_and(in(early(utc_plus(0s)))))});
}

TEST_F(ScheduleGateTest, inside_a_schedule_sessions_end) {
    with(early_only());
    EXPECT_TRUE(world().visit(0));
    EXPECT_EQ(calls(), 1u);
}

TEST_F(ScheduleGateTest, a_schedule_that_closed_since_the_look_spares) {
    with(early_only());
    auto proposal = world().propose("anna");
    world().clock.advance(1min);
    EXPECT_EQ(world().enforce(std::move(proposal)).why, Why::no_longer_matches);
    EXPECT_EQ(calls(), 0u);
}

TEST_F(ScheduleGateTest, a_schedule_that_closes_while_the_server_answers_spares) {
    auto& server = with(early_only());
    auto proposal = world().propose("anna");
    world().clock.advance(59s);
    server.on_look(server.looks() + 1, [&](FakeServer&) { world().clock.advance(1s); });
    EXPECT_EQ(world().enforce(std::move(proposal)).why, Why::no_longer_matches);
    EXPECT_EQ(calls(), 0u);
}

TEST_F(ScheduleGateTest, a_keep_that_comes_into_force_since_the_look_spares) {
    const auto early_hours = early(utc_plus(0s));
    const auto late =
        std::make_shared<const policy::Schedule>(policy::Schedule::outside("late", *early_hours));
    with(policy::build::policy({keep("late", in(late)), disconnect("anna", user({"anna"}))}));
    auto proposal = world().propose("anna");
    world().clock.advance(1min);
    EXPECT_EQ(world().enforce(std::move(proposal)).why, Why::no_longer_matches);
    EXPECT_EQ(calls(), 0u);
}

TEST_F(ScheduleGateTest, the_servers_own_clock_decides_and_without_one_nobody_goes) {
    const auto rules = policy::build::policy({disconnect("early", anna_and(in(early(std::nullopt))))});
    with(rules, utc_plus(0s));
    world().visit(0);
    EXPECT_EQ(calls(), 1u);
    with(rules, utc_plus(1h));
    world().visit(0);
    EXPECT_EQ(calls(), 0u);
    with(rules);
    world().visit(0);
    EXPECT_EQ(calls(), 0u);
    with(policy::build::policy({disconnect("late", anna_and(policy::build::not_(in(early(std::nullopt)))))}));
    world().visit(0);
    EXPECT_EQ(calls(), 0u) << "not unknown is unknown";
}

}  // namespace
}  // namespace curfew::daemon
