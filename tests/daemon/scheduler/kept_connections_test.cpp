// Which connections are kept, with times by hand.

#include "daemon/scheduler/kept_connections.hpp"

#include <gtest/gtest.h>

#include "daemon/descriptors.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;

class KeptConnectionsTest : public ::testing::Test {
  protected:
    core::SteadyTime at(std::chrono::seconds time) const { return core::SteadyTime{time}; }
    std::vector<ServerId> closed(KeptConnections& kept) const {
        std::vector<ServerId> all;
        while (const auto id = kept.close_one()) all.push_back(*id);
        return all;
    }
};

TEST_F(KeptConnectionsTest, the_one_that_is_needed_last_is_closed_first) {
    KeptConnections kept{2};
    kept.kept(1, at(30s));
    kept.kept(2, at(10s));
    EXPECT_TRUE(closed(kept).empty());
    kept.kept(3, at(20s));
    EXPECT_EQ(closed(kept), std::vector<ServerId>{1});
    kept.kept(4, core::SteadyTime::max());
    EXPECT_EQ(closed(kept), std::vector<ServerId>{4}) << "it did not answer";
}

TEST_F(KeptConnectionsTest, what_is_in_use_is_counted_and_never_closed) {
    KeptConnections kept{2};
    kept.kept(1, at(10s));
    for (const ServerId id : {2u, 3u, 4u}) kept.in_use(id);
    EXPECT_EQ(closed(kept), std::vector<ServerId>{1});
    EXPECT_EQ(kept.open(), 3u);
    kept.gone(4);
    EXPECT_EQ(kept.open(), 2u);
}

TEST_F(KeptConnectionsTest, who_was_asked_by_somebody_else_counts_once) {
    KeptConnections kept{2};
    kept.in_use(1);
    kept.kept(2, at(10s));
    kept.worked_with(1, at(90s));
    kept.worked_with(2, at(90s));
    EXPECT_EQ(kept.open(), 2u);
    EXPECT_TRUE(closed(kept).empty());
    kept.worked_with(3, at(20s));
    EXPECT_EQ(closed(kept), std::vector<ServerId>{3}) << "what was known of the others is as it was";
    kept.kept(1, at(5s));
    kept.in_use(3);
    EXPECT_EQ(closed(kept), std::vector<ServerId>{2});
}

// 100 servers in turns and room for 60: every turn finds nearly all of those 60 connected.
TEST_F(KeptConnectionsTest, a_fleet_that_is_too_large_keeps_the_same_servers_in_every_turn) {
    KeptConnections kept{60};
    std::set<ServerId> open;
    int logons = 0;
    for (int turn = 0; turn < 10; ++turn) {
        for (ServerId id = 0; id < 100; ++id) {
            kept.in_use(id);
            for (const auto other : closed(kept)) open.erase(other);
            logons += turn > 0 && open.insert(id).second;
            open.insert(id);
            kept.kept(id, at(std::chrono::seconds{(turn + 1) * 100 + static_cast<int>(id)}));
            for (const auto other : closed(kept)) open.erase(other);
            ASSERT_LE(open.size(), 60u);
        }
    }
    EXPECT_LE(logons, 9 * 41);
}

TEST_F(KeptConnectionsTest, without_descriptors_fewer_are_kept_and_more_again_after_a_while) {
    KeptConnections kept{100};
    for (ServerId id = 0; id < 40; ++id) kept.kept(id, at(std::chrono::seconds{id}));
    kept.starved(at(1s));
    EXPECT_EQ(kept.limit(), 35u) << "what was open was too much";
    EXPECT_EQ(closed(kept), (std::vector<ServerId>{39, 38, 37, 36, 35}));
    kept.starved(at(1s) + 500ms);
    EXPECT_EQ(kept.limit(), 35u) << "one of the same moment";
    kept.starved(at(3s));
    EXPECT_EQ(kept.limit(), 31u);
    kept.recover(at(62s));
    EXPECT_EQ(kept.limit(), 31u);
    kept.recover(at(63s));
    EXPECT_EQ(kept.limit(), 32u);
    for (int minute = 2; minute < 100; ++minute) kept.recover(at(std::chrono::minutes{minute}));
    EXPECT_EQ(kept.limit(), 100u);
}

// Whoever was refused is back after a second, and there may be several of them: never a second without one.
TEST_F(KeptConnectionsTest, where_one_is_missing_all_the_time_fewer_and_fewer_are_kept) {
    KeptConnections kept{100};
    for (ServerId id = 0; id < 40; ++id) kept.kept(id, at(std::chrono::seconds{id}));
    for (auto time = 1'000ms; time <= 5'000ms; time += 250ms) {
        kept.starved(at(0s) + time);
        closed(kept);
    }
    EXPECT_EQ(kept.limit(), 22u) << "35, 31, 28, 25, 22";
    kept.recover(at(64s));
    EXPECT_EQ(kept.limit(), 22u) << "it was too high a minute ago";
}

TEST_F(KeptConnectionsTest, one_connection_there_always_is) {
    KeptConnections kept{2};
    for (int second = 1; second < 10; ++second) kept.starved(at(std::chrono::seconds{2 * second}));
    EXPECT_EQ(kept.limit(), 1u);
}

TEST(Descriptors, some_are_left_for_everything_else) {
    EXPECT_EQ(most_connections(65'536), 65'536u - 128);
    EXPECT_EQ(most_connections(1'024), 896u);
    EXPECT_EQ(most_connections(40), 20u);
    EXPECT_EQ(most_connections(1), 1u);
}

}  // namespace
}  // namespace curfew::daemon
