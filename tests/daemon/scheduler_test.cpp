// The scheduler on real threads and the real clock, bounded by events: every wait here ends when something
// has happened.

#include "daemon/scheduler/scheduler.hpp"

#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/errors/smb_error.hpp"
#include "tests/daemon/world.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using namespace fake;
namespace asio = boost::asio;

// Answers with nobody, at once or only when told to.
class QuietServer final : public core::SessionApi {
  public:
    explicit QuietServer(asio::any_io_executor strand) : gate_(std::move(strand), core::SteadyTime::max()) {}

    asio::awaitable<core::Result<core::Enumeration>> enumerate(core::SessionFilter,
                                                               core::SteadyTime) override {
        ++looks;
        if (on_look) on_look();
        while (hold && !cancelled) co_await gate_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (cancelled) co_return core::Error{make_error_code(core::SmbError::abandoned), {}};
        if (throws) throw std::runtime_error{"out of something"};
        core::Enumeration answer;
        answer.level = core::Level::transports;
        co_return answer;
    }
    asio::awaitable<Outcome> disconnect(core::ClientName, core::UserName, core::SteadyTime) override {
        co_return Outcome{};
    }
    void cancel() override {  // on the strand
        cancelled = true;
        gate_.cancel();
    }
    asio::awaitable<void> close(core::SteadyTime) override { co_return; }
    asio::awaitable<bool> let_go(core::SteadyTime) override {
        ++let_gos;
        if (on_let_go) on_let_go();
        co_return true;
    }

    void release() {
        asio::post(gate_.get_executor(), [this] {
            hold = false;
            gate_.cancel();
        });
    }

    std::function<void()> on_look;
    std::function<void()> on_let_go;
    std::atomic<unsigned> looks = 0;
    std::atomic<unsigned> let_gos = 0;
    bool hold = false;
    bool throws = false;
    bool cancelled = false;

  private:
    asio::steady_timer gate_;
};

// Says whether it is asked for the time where it should be.
class WatchedClock final : public Clock {
  public:
    core::Now now() const override {
        if (strand_) astray_ += !strand_->running_in_this_thread();
        auto now = system_.now();
        if (strand_) now.steady += ahead;
        return now;
    }
    asio::awaitable<void> wait_until(core::SteadyTime time) override { return system_.wait_until(time); }
    void watch(const asio::strand<asio::any_io_executor>& strand) { strand_ = strand; }
    core::Seconds ahead{0};  // of the time at which it began to be watched
    int astray() const { return astray_; }

  private:
    SystemClock system_;
    std::optional<asio::strand<asio::any_io_executor>> strand_;
    mutable std::atomic<int> astray_ = 0;
};

class SchedulerTest : public ::testing::Test {
  protected:
    void start(std::size_t servers, config::Polling polling, std::size_t connections = 1'000) {
        config_.polling = polling;
        config_.servers.resize(servers);
        for (std::size_t i = 0; i < servers; ++i) {
            auto& server = config_.servers[i];
            server.spec.name = server.traits.name = "fs" + std::to_string(i);
            const asio::any_io_executor strand = asio::make_strand(threads_);
            servers_.push_back(std::make_shared<QuietServer>(strand));
            members_.push_back(std::make_shared<Member>(server.traits.name, strand, servers_.back()));
        }
        fleet_.emplace(std::make_shared<const Edition>(unowned(config_)));
        gate_.emplace(*fleet_, audit_, system_clock_);
        enforcer_.emplace(*fleet_, *gate_, system_clock_, log_, false);
        for (const auto& member : members_) fleet_->added(member->name);
        strand_ = asio::make_strand(asio::any_io_executor{threads_.get_executor()});
        scheduler_ = std::make_unique<Scheduler>(*strand_, members_, *enforcer_, clock_, log_,
                                                 config_.polling, connections);
        clock_.watch(*strand_);
    }
    // As the program does it: from outside of the strand.
    std::future<void> run() {
        return asio::co_spawn(threads_.get_executor(), scheduler_->run(), asio::use_future);
    }
    void ends(std::future<void>& running) {
        scheduler_->stop();
        if (running.wait_for(30s) == std::future_status::ready) return;
        ADD_FAILURE() << "it waits for something that never happens";
        threads_.stop();
    }
    ~SchedulerTest() override { threads_.join(); }

    asio::thread_pool threads_{4};  // first, for strands must not outlive it
    config::Config config_;
    WatchedClock clock_;
    SystemClock system_clock_;
    Journal journal_;
    RecordingAudit audit_{journal_};
    std::shared_ptr<LogLines> lines_ = std::make_shared<LogLines>();
    Log log_{{}, lines_};
    std::optional<FleetState> fleet_;
    std::optional<Gate> gate_;
    std::optional<Enforcer> enforcer_;
    std::vector<Members::Shared> members_;
    std::vector<std::shared_ptr<QuietServer>> servers_;
    std::optional<asio::strand<asio::any_io_executor>> strand_;
    std::unique_ptr<Scheduler> scheduler_;
};

TEST_F(SchedulerTest, looks_at_every_server_and_ends_when_told_to) {
    start(40, {.interval = 60s});
    std::promise<void> all;
    std::atomic<unsigned> first_looks = 0;
    for (auto& server : servers_) {
        server->on_look = [&] {
            if (++first_looks == servers_.size()) all.set_value();
        };
    }
    auto running = run();
    all.get_future().get();
    ends(running);
    for (const auto& server : servers_) EXPECT_EQ(server->looks, 1u);
    EXPECT_EQ(clock_.astray(), 0) << "the queue is touched outside of its strand";
}

TEST_F(SchedulerTest, looks_again_an_interval_later) {
    // Who may come at any moment; without any rule there would be nothing to look for.
    config_.policy =
        policy::build::policy({policy::build::disconnect("somebody", policy::build::user({"somebody"}))});
    start(3, {.interval = 1s});
    std::promise<void> again;
    servers_[1]->on_look = [&] {
        if (servers_[1]->looks == 2) again.set_value();
    };
    auto running = run();
    again.get_future().get();
    ends(running);
    EXPECT_EQ(clock_.astray(), 0);
}

// A day until the next look, and nobody to look for: only being told brings it.
TEST_F(SchedulerTest, looks_soon_when_told_to) {
    start(2, {.interval = 24h});
    std::promise<void> first;
    std::promise<void> again;
    std::atomic<unsigned> looks = 0;
    for (auto& server : servers_) {
        server->on_look = [&] {
            ++looks;
            if (looks == 2) first.set_value();
            if (looks == 4) again.set_value();
        };
    }
    auto running = run();
    first.get_future().get();
    scheduler_->look_within(1s);
    again.get_future().get();
    ends(running);
    EXPECT_EQ(clock_.astray(), 0);
}

// What was begun before saw nothing of what there is to see now.
TEST_F(SchedulerTest, a_look_that_is_under_way_does_not_count_for_one_that_is_soon) {
    start(1, {.interval = 24h});
    std::promise<void> began;
    std::promise<void> again;
    servers_[0]->hold = true;
    servers_[0]->on_look = [&] {
        if (servers_[0]->looks == 1) began.set_value();
        if (servers_[0]->looks == 2) again.set_value();
    };
    auto running = run();
    began.get_future().get();
    scheduler_->look_within(1s);
    servers_[0]->release();
    again.get_future().get();
    ends(running);
    EXPECT_EQ(clock_.astray(), 0);
}

TEST_F(SchedulerTest, so_many_looks_at_once_and_no_more) {
    start(12, {.interval = 60s, .concurrency = 3});
    std::atomic<unsigned> looks = 0;
    std::promise<void> full;
    for (auto& server : servers_) {
        server->hold = true;
        server->on_look = [&] {
            if (++looks == 3) full.set_value();
        };
    }
    clock_.ahead = 60s;  // all of them are due
    auto running = run();
    full.get_future().get();
    ends(running);
    EXPECT_EQ(looks, 3u);
}

TEST_F(SchedulerTest, a_look_under_way_is_left_when_it_is_told_to_end) {
    start(1, {.interval = 60s});
    servers_[0]->hold = true;
    std::promise<void> looking;
    servers_[0]->on_look = [&] { looking.set_value(); };
    auto running = run();
    looking.get_future().get();
    ends(running);
    EXPECT_TRUE(servers_[0]->cancelled);
    EXPECT_EQ(lines_->events("look_failed").size(), 0u) << "that is no trouble of the server's";
}

TEST_F(SchedulerTest, what_stands_at_the_gate_is_not_left) {
    start(2, {.interval = 60s});
    members_[0]->at_the_gate = true;
    servers_[1]->hold = true;
    std::promise<void> looking;
    servers_[1]->on_look = [&] { looking.set_value(); };
    auto running = run();
    looking.get_future().get();
    ends(running);
    EXPECT_FALSE(servers_[0]->cancelled);
    EXPECT_TRUE(servers_[1]->cancelled);
}

TEST_F(SchedulerTest, a_visit_that_throws_is_said_and_harms_no_other) {
    start(2, {.interval = 60s});
    servers_[0]->throws = true;
    std::promise<void> first;
    std::promise<void> second;
    servers_[0]->on_look = [&] { first.set_value(); };
    servers_[1]->on_look = [&] { second.set_value(); };
    auto running = run();
    first.get_future().get();
    second.get_future().get();
    ends(running);
    ASSERT_EQ(lines_->events("visit_failed").size(), 1u);
    EXPECT_EQ(lines_->events("visit_failed")[0], "visit_failed server=fs0 message=\"out of something\"");
}

TEST_F(SchedulerTest, so_many_connections_are_kept_and_no_more) {
    start(6, {.interval = 60s}, 2);
    std::atomic<unsigned> closed = 0;
    std::promise<void> four;
    for (auto& server : servers_)
        server->on_let_go = [&] {
            if (++closed == 4) four.set_value();
        };
    auto running = run();
    four.get_future().get();
    ends(running);
    EXPECT_EQ(closed, 4u);
    for (const auto& server : servers_) EXPECT_LE(server->let_gos, server->looks);
}

TEST_F(SchedulerTest, a_connection_at_the_gate_is_not_closed) {
    start(2, {.interval = 60s}, 1);
    fleet_->added("another");  // that was never tried: no visit comes to the gate by itself
    std::promise<void> both;
    std::atomic<unsigned> looks = 0;
    for (std::size_t i = 0; i < 2; ++i)
        servers_[i]->on_look = [&, i] {
            members_[i]->at_the_gate = true;
            if (++looks == 2) both.set_value();
        };
    auto running = run();
    both.get_future().get();
    ends(running);
    EXPECT_EQ(servers_[0]->let_gos + servers_[1]->let_gos, 0u);
}

TEST_F(SchedulerTest, who_was_asked_by_somebody_else_is_let_go_where_there_is_no_room) {
    start(2, {.interval = 60s}, 1);
    std::promise<std::size_t> first;
    std::promise<void> second;
    std::atomic<unsigned> closed = 0;
    for (std::size_t i = 0; i < 2; ++i)
        servers_[i]->on_let_go = [&, i] {
            const auto now = ++closed;
            if (now == 1) first.set_value(i);
            if (now == 2) second.set_value();
        };
    auto running = run();
    scheduler_->worked_with(members_[first.get_future().get()]);
    second.get_future().get();
    ends(running);
    EXPECT_EQ(closed, 2u);
}

TEST_F(SchedulerTest, told_to_end_before_it_began_it_does_not_begin) {
    start(3, {.interval = 60s});
    scheduler_->stop();
    auto running = run();
    ends(running);
    for (const auto& server : servers_) EXPECT_LE(server->looks, 1u);
}

}  // namespace
}  // namespace curfew::daemon
