#include "daemon/bans/ban_pace.hpp"

#include <gtest/gtest.h>

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;

TEST(BanPace, a_small_fleet_that_answers_quickly_is_asked_every_second) {
    EXPECT_EQ(ban_pace(3, 5ms, 60s), 1s);
    EXPECT_EQ(ban_pace(0, 0s, 60s), 1s);
}

TEST(BanPace, a_large_fleet_gets_a_thousand_looks_a_second) {
    EXPECT_EQ(ban_pace(10'000, 5ms, 60s), 10s);
}

TEST(BanPace, a_slow_server_is_busy_with_it_a_twentieth_of_its_time) {
    EXPECT_EQ(ban_pace(3, 400ms, 60s), 8s);
}

TEST(BanPace, never_later_than_always) {
    EXPECT_EQ(ban_pace(1'000'000, 5ms, 60s), 60s);
    EXPECT_EQ(ban_pace(3, 24h, 60s), 60s);
    EXPECT_EQ(ban_pace(std::size_t{0} - 1, 24h, 24h), 24h);
}

TEST(BanPace, no_interval_makes_it_shorter_than_a_second) {
    EXPECT_EQ(ban_pace(3, 5ms, 500ms), 1s);
}

}  // namespace
}  // namespace curfew::daemon
