// When servers are looked at: the scheduler, the enforcer and the gate as the program wires them, and lives
// of hours that pass as fast as they can be reckoned. Nothing waits: whenever nobody does anything, it is the
// next moment for which the scheduler set its timer.

#include <random>

#include <gtest/gtest.h>

#include "daemon/scheduler/scheduler.hpp"
#include "tests/daemon/world.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using namespace fake;
using policy::build::disconnect;
using policy::build::idle;

class Moments : public Clock {
  public:
    explicit Moments(World& world) : world_(world) {}

    core::Now now() const override { return world_.clock.now(); }
    boost::asio::awaitable<void> wait_until(core::SteadyTime time) override {
        return world_.clock.wait_until(time);
    }
    // The scheduler waits. While somebody is asked it waits for the answer, and no time goes by.
    core::SteadyTime timer_at(core::SteadyTime time) const override {
        while (scheduler->under_way() == 0 && now().steady < time) {
            world_.clock.advance(
                std::min<core::Milliseconds>(1s, std::chrono::ceil<core::Milliseconds>(time - now().steady)));
            if (every_second) every_second();
            if (now().steady >= end) scheduler->stop();
        }
        return core::SteadyTime::min();
    }

    Scheduler* scheduler = nullptr;
    std::function<void()> every_second;
    core::SteadyTime end = core::SteadyTime::max();

  private:
    World& world_;
};

class MomentsTest : public ::testing::Test {
  protected:
    void begin(policy::Policy rules) {
        world_.emplace(std::move(rules));
        clock_.emplace(*world_);
        began_ = world_->clock.now().steady;
    }
    void start() {
        world_->start();
        scheduler_.emplace(boost::asio::make_strand(world_->context), world_->members, *world_->enforcer,
                           *clock_, *world_->log, world_->config.polling);
        clock_->scheduler = &*scheduler_;
    }
    void live(core::Seconds length) {
        clock_->end = began_ + length;
        auto running = boost::asio::co_spawn(world_->context, scheduler_->run(), boost::asio::use_future);
        world_->context.restart();
        world_->context.run();
        running.get();
    }
    core::SteadyTime now() const { return world_->clock.now().steady; }
    core::Seconds passed() const { return std::chrono::floor<core::Seconds>(now() - began_); }
    std::vector<core::Seconds> looked_at(const FakeServer& server) const {
        std::vector<core::Seconds> times;
        for (const auto& look : server.history())
            times.push_back(std::chrono::round<core::Seconds>(look.at - began_));
        return times;
    }

    std::optional<World> world_;
    std::optional<Moments> clock_;
    std::optional<Scheduler> scheduler_;
    core::SteadyTime began_{};
};

TEST_F(MomentsTest, an_idle_session_is_ended_to_the_second_with_few_looks) {
    begin(policy::build::policy({disconnect("idle", idle(30min))}));
    auto& server = world_->add("fs1", Is::windows);
    server.add({.user = "anna", .idle = 10min});
    server.add({.user = "bob", .idle = 1min});
    std::optional<core::Seconds> gone;
    clock_->every_second = [&] {
        if (!gone && server.alive("anna") == 0) gone = passed();
    };
    start();
    live(28min);
    EXPECT_EQ(server.alive("anna"), 0U);
    EXPECT_EQ(server.alive("bob"), 1U);
    ASSERT_TRUE(gone);
    EXPECT_GE(*gone, 20min);
    EXPECT_LE(*gone, 20min + 2s);
    // One to see them, one when it is time, and the gate's own.
    EXPECT_LE(server.looks(), 5U);
}

TEST_F(MomentsTest, who_wakes_up_is_not_ended_and_who_comes_is_seen_in_time) {
    begin(policy::build::policy({disconnect("idle", idle(30min))}));
    auto& server = world_->add("fs1", Is::windows);
    server.add({.user = "anna", .idle = 10min});
    std::optional<core::Seconds> gone;
    clock_->every_second = [&] {
        if (passed() == 15min) server.wake("anna");
        if (passed() == 17min) server.add({.user = "bob", .idle = 0s, .connected = 0s});
        if (!gone && server.alive("bob") == 0 && passed() > 17min) gone = passed();
    };
    start();
    live(50min);
    ASSERT_TRUE(gone);
    EXPECT_GE(*gone, 47min);
    EXPECT_LE(*gone, 47min + 2s);
    EXPECT_LE(server.looks(), 8U);
}

TEST_F(MomentsTest, what_may_match_at_any_moment_is_looked_at_once_an_interval) {
    begin(policy::build::policy({disconnect("anna", policy::build::user({"anna"}))}));
    auto& server = world_->add("fs1", Is::windows);
    start();
    live(10min);
    EXPECT_GE(server.looks(), 10U);
    EXPECT_LE(server.looks(), 11U);
}

TEST_F(MomentsTest, a_look_counts_until_it_is_late) {
    begin(policy::build::policy({disconnect("idle", idle(30min))}));
    auto& quiet = world_->add("fs1", Is::windows);
    quiet.add({.user = "anna", .idle = 1min});
    auto& busy = world_->add("fs2", Is::windows);
    busy.add({.user = "bob", .idle = 1min});
    std::vector<std::uint64_t> known;
    clock_->every_second = [&] {
        if (passed() > 1min && passed() < 29min) known.push_back(world_->fleet->sessions());
    };
    start();
    live(28min);
    ASSERT_FALSE(known.empty());
    EXPECT_EQ(*std::min_element(known.begin(), known.end()), 2U);
    // Three intervals after it was due, and not looked at, it counts no more.
    const auto look = world_->look_at(1);
    auto late = look;
    late.at.steady = now() + 1h;
    world_->fleet->looked(*world_->edition, late, {});
    EXPECT_EQ(world_->fleet->sessions(), 1U);
}

TEST_F(MomentsTest, where_the_clock_on_the_wall_jumps_everybody_is_looked_at_within_an_interval) {
    auto evening = disconnect("evening", policy::build::always());
    evening.from = ManualClock{}.now().wall + 90min;
    begin(policy::build::policy({evening}));
    auto& server = world_->add("fs1", Is::windows);
    server.add({.user = "anna", .idle = 1min});
    clock_->every_second = [&] {
        if (passed() == 10min) world_->clock.jump(90min);
    };
    start();
    live(13min);
    EXPECT_EQ(server.alive("anna"), 0U);
    const auto looks = looked_at(server);
    ASSERT_GE(looks.size(), 2U);
    EXPECT_LE(looks[0], 1s);
    EXPECT_GE(looks[1], 10min);
    EXPECT_LE(looks[1], 12min);
}

TEST_F(MomentsTest, another_configuration_is_asked_about_within_an_interval_and_nothing_ended_before) {
    begin(policy::build::policy({disconnect("idle", idle(30min))}));
    world_->add("fs1", Is::windows).add({.user = "anna", .idle = 1min});
    auto& second = world_->add("fs2", Is::windows);
    second.add({.user = "bob", .idle = 1min});
    config::Config next;
    std::optional<core::Seconds> untried;
    clock_->every_second = [&] {
        if (passed() == 15min) {
            next = world_->config;
            next.policy.rules[0].when = idle(5min);
            next.policy.rules[0].key.digest = "another";
            next.digest = "n3xt";
            world_->fleet->come_into_force(std::make_shared<const Edition>(unowned(next)), {});
            EXPECT_FALSE(world_->fleet->all_tried());
            scheduler_->change({next.polling, {}, {}});
        }
        if (passed() > 15min && !world_->fleet->all_tried()) untried = passed();
    };
    start();
    live(17min + 30s);
    EXPECT_TRUE(world_->fleet->all_tried());
    ASSERT_TRUE(untried);
    EXPECT_LE(*untried, 16min + 1s);
    EXPECT_EQ(second.alive("bob"), 0U);
    const auto looks = looked_at(second);
    ASSERT_GE(looks.size(), 2U);
    EXPECT_GE(looks[1], 15min);
    EXPECT_LE(looks[1], 16min + 1s);
}

// A day at the office: people work in bursts, go to meetings and to lunch, and some go home and leave their
// session behind.
class Desk {
  public:
    Desk(FakeServer& server, std::string user, unsigned seed)
        : server_(server), user_(std::move(user)), random_(seed) {}

    void second(core::SteadyTime now) {
        if (now >= next_) act(now);
    }
    std::chrono::nanoseconds idle_for(core::SteadyTime now) const {
        return since_ && server_.alive(user_) > 0 ? now - *since_ : 0ns;
    }

  private:
    void act(core::SteadyTime now) {
        if (server_.alive(user_) == 0)
            server_.add({.user = user_, .client = "wks-" + user_, .idle = 0s, .connected = 0s});
        for (auto& session : server_.sessions)
            if (session.user == user_) session.active = now;
        since_ = now;
        const unsigned dice = static_cast<unsigned>(random_() % 1000);
        const auto up_to = [&](unsigned from, unsigned to) {
            return core::Seconds{from + random_() % (to - from)};
        };
        if (dice < 985)
            next_ = now + up_to(5, 120);
        else if (dice < 997)
            next_ = now + up_to(300, 1500);
        else
            next_ = now + up_to(2400, 7200);
    }

    FakeServer& server_;
    std::string user_;
    std::minstd_rand random_;
    core::SteadyTime next_{};
    std::optional<core::SteadyTime> since_;
};

TEST_F(MomentsTest, a_working_day_takes_a_tenth_of_the_looks) {
    begin(policy::build::policy({disconnect("idle", idle(30min))}));
    std::vector<Desk> desks;
    unsigned seed = 1;
    for (int i = 0; i < 4; ++i) {
        auto& server = world_->add("fs" + std::to_string(i), Is::windows);
        for (int j = 0; j < 20; ++j) desks.emplace_back(server, "user" + std::to_string(j), seed++);
    }
    std::chrono::nanoseconds longest{};
    clock_->every_second = [&] {
        for (auto& desk : desks) {
            desk.second(now());
            longest = std::max(longest, desk.idle_for(now()));
        }
    };
    clock_->every_second();
    start();
    live(8h);
    std::size_t dels = 0;
    for (const auto& server : world_->servers) dels += server->dels();
    // What the gate looks at beside them it looks at however often servers are visited.
    const auto visits = world_->logged("next_look").size();
    std::printf(
        "[ visits   ] %zu, once an interval would be %d; %zu ended, nobody idle for longer than %.1f s\n",
        visits, 4 * 8 * 60, dels, std::chrono::duration<double>(longest).count());
    EXPECT_GT(dels, 20U);
    EXPECT_LE(visits * 10, std::size_t{4 * 8 * 60});
    EXPECT_LE(longest, 30min + 2s);
}

}  // namespace
}  // namespace curfew::daemon
