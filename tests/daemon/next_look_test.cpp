#include "daemon/scheduler/next_look.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "daemon/scheduler/due_queue.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using Milli = std::chrono::duration<double, std::milli>;

const LookGrid grid{core::SteadyTime{} + 1'000'000s, 60s};

std::string server(int i) {
    return "fs" + std::to_string(i) + ".corp.example";
}

TEST(NextLook, phases_are_stable_and_spread_evenly) {
    EXPECT_DOUBLE_EQ(phase_of("fs1.corp.example"), phase_of(std::string{"fs1.corp.example"}));
    EXPECT_NEAR(phase_of("fs1"), 0.711941, 1e-6) << "the same on every machine and after every restart";
    int tenths[10] = {};
    for (int i = 0; i < 10'000; ++i) {
        const double phase = phase_of(server(i));
        ASSERT_GE(phase, 0);
        ASSERT_LT(phase, 1);
        ++tenths[static_cast<int>(phase * 10)];
    }
    for (const int count : tenths) EXPECT_NEAR(count, 1000, 150);
}

TEST(NextLook, lies_on_the_grid_and_within_one_interval) {
    for (int i = 0; i < 200; ++i) {
        const auto name = server(i);
        const auto first = next_look(grid, name, grid.start - 1h);
        ASSERT_GE(first, grid.start);
        ASSERT_LT(first, grid.start + grid.interval);
        auto now = first;
        for (int step = 0; step < 50; ++step) {
            now += std::chrono::milliseconds{(i * 7919 + step * 104729) % 150'000};
            const auto next = next_look(grid, name, now);
            ASSERT_GT(next, now) << "never the same point again";
            ASSERT_LE(next - now, grid.interval);
            ASSERT_EQ((next - first) % std::chrono::nanoseconds{grid.interval}, 0ns) << "on its own grid";
        }
    }
}

TEST(NextLook, a_visit_longer_than_the_interval_skips_points_instead_of_piling_up) {
    const auto first = next_look(grid, "fs1", grid.start - 1s);
    EXPECT_EQ(next_look(grid, "fs1", first + 150s), first + 180s);
}

TEST(NextLook, the_first_sweep_is_quick_for_few_and_spread_for_many) {
    for (int i = 0; i < 1000; ++i) {
        const auto few = first_look(grid, server(i), 10) - grid.start;
        ASSERT_GE(few, 0s);
        ASSERT_LT(few, 100ms);
        const auto many = first_look(grid, server(i), 1'000'000) - grid.start;
        ASSERT_GE(many, 0s);
        ASSERT_LT(many, grid.interval);
    }
}

TEST(NextLook, retries_wait_longer_each_time_and_never_more_than_five_intervals) {
    const auto now = grid.start + 1h;
    const auto intervals = [&](std::uint32_t failures, double jitter) {
        return Milli(retry_look(grid, failures, jitter, now) - now) / Milli(grid.interval);
    };
    for (std::uint32_t failures = 1; failures < 100; ++failures) {
        for (double jitter = 0; jitter < 1; jitter += 0.125) {
            ASSERT_GE(intervals(failures, jitter), 0.75);
            ASSERT_LE(intervals(failures, jitter), 5.0);
            ASSERT_GE(intervals(failures + 1, jitter), intervals(failures, jitter));
        }
    }
    EXPECT_NEAR(intervals(1, 0.5), 1, 1e-9);
    EXPECT_NEAR(intervals(2, 0.5), 2, 1e-9);
    EXPECT_NEAR(intervals(3, 0.5), 4, 1e-9);
    EXPECT_NEAR(intervals(4, 0.5), 5, 1e-9);
    EXPECT_NEAR(intervals(4'000'000'000u, 0.999), 5, 1e-9);
}

TEST(DueQueue, hands_out_what_is_due_longest_first_and_nothing_early) {
    DueQueue queue;
    EXPECT_EQ(queue.next_due(), std::nullopt);
    EXPECT_EQ(queue.take_due(grid.start), std::nullopt);
    queue.schedule(1, grid.start + 3s);
    queue.schedule(2, grid.start + 1s);
    queue.schedule(3, grid.start + 2s);
    EXPECT_EQ(queue.next_due(), grid.start + 1s);
    EXPECT_EQ(queue.take_due(grid.start + 1s - 1ns), std::nullopt);
    EXPECT_EQ(queue.take_due(grid.start + 2s), 2u);
    EXPECT_EQ(queue.take_due(grid.start + 2s), 3u);
    EXPECT_EQ(queue.take_due(grid.start + 2s), std::nullopt);
    EXPECT_EQ(queue.size(), 1u);
}

TEST(DueQueue, a_server_is_in_it_once) {
    DueQueue queue;
    queue.schedule(1, grid.start + 5s);
    queue.schedule(1, grid.start + 1s);
    queue.schedule(1, grid.start + 9s);
    EXPECT_EQ(queue.size(), 1u);
    EXPECT_EQ(queue.take_due(grid.start + 5s), std::nullopt);
    EXPECT_EQ(queue.take_due(grid.start + 9s), 1u);
    queue.schedule(1, grid.start);
    queue.remove(1);
    queue.remove(7);
    EXPECT_EQ(queue.next_due(), std::nullopt);
    EXPECT_EQ(queue.size(), 0u);
}

TEST(DueQueue, two_due_at_once_are_two) {
    DueQueue queue;
    queue.schedule(1, grid.start);
    queue.schedule(2, grid.start);
    EXPECT_EQ((std::set{queue.take_due(grid.start), queue.take_due(grid.start)}),
              (std::set<std::optional<ServerId>>{1u, 2u}));
}

}  // namespace
}  // namespace curfew::daemon
