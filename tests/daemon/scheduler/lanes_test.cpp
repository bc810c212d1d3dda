// Who may take a slot, with times by hand.

#include "daemon/scheduler/lanes.hpp"

#include <gtest/gtest.h>

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;

class LanesTest : public ::testing::Test {
  protected:
    core::SteadyTime at(int second) const { return core::SteadyTime{std::chrono::seconds{second}}; }
    // How many begin at once of those that are due.
    std::size_t begin(Lanes& lanes) const {
        std::size_t count = 0;
        while (lanes.take_due(at(1'000))) ++count;
        return count;
    }
    // Servers [from, to) with a look behind them, and due again.
    void add(Lanes& lanes, ServerId from, ServerId to, bool answered) const {
        for (ServerId id = from; id < to; ++id) {
            lanes.schedule(id, at(0));
            ASSERT_EQ(lanes.take_due(at(0)), id);
            lanes.finished(id, answered);
            lanes.schedule(id, at(static_cast<int>(100 + id)));
        }
    }
};

TEST_F(LanesTest, the_longest_due_first_whatever_the_lane) {
    Lanes lanes{8};
    add(lanes, 1, 2, true);
    add(lanes, 2, 3, false);
    lanes.schedule(3, at(50));
    EXPECT_EQ(lanes.next_due(), at(50));
    EXPECT_FALSE(lanes.take_due(at(49)));
    EXPECT_EQ(lanes.take_due(at(200)), 3u);
    EXPECT_EQ(lanes.take_due(at(200)), 1u);
    EXPECT_EQ(lanes.take_due(at(200)), 2u);
}

TEST_F(LanesTest, those_that_failed_have_half_of_the_slots_at_most) {
    Lanes lanes{8};
    add(lanes, 0, 20, false);
    EXPECT_EQ(begin(lanes), 4u);
    EXPECT_FALSE(lanes.next_due()) << "none may begin, so there is nothing to wake for";
    EXPECT_EQ(lanes.longest_due(), at(104));
}

TEST_F(LanesTest, who_answers_always_finds_a_quarter) {
    Lanes lanes{8};
    add(lanes, 0, 20, false);
    add(lanes, 40, 43, true);
    for (ServerId id = 20; id < 40; ++id) lanes.schedule(id, at(0));
    for (ServerId id = 20; id < 26; ++id)
        EXPECT_EQ(lanes.take_due(at(1'000)), id) << "untried, and due first";
    EXPECT_EQ(lanes.take_due(at(1'000)), 40u);
    EXPECT_EQ(lanes.take_due(at(1'000)), 41u);
    EXPECT_FALSE(lanes.take_due(at(1'000)));
    EXPECT_EQ(lanes.under_way(), 8u);
}

TEST_F(LanesTest, a_slot_comes_back_and_who_answered_has_another_lane) {
    Lanes lanes{2};
    add(lanes, 0, 3, false);
    EXPECT_EQ(lanes.take_due(at(1'000)), 0u);
    EXPECT_FALSE(lanes.take_due(at(1'000)));
    lanes.finished(0, true);
    lanes.schedule(0, at(200));
    EXPECT_EQ(lanes.take_due(at(1'000)), 1u);
    EXPECT_EQ(lanes.take_due(at(1'000)), 0u);
}

TEST_F(LanesTest, one_slot_is_for_everybody) {
    Lanes lanes{1};
    add(lanes, 0, 2, false);
    for (const ServerId id : {0u, 1u}) {
        EXPECT_EQ(begin(lanes), 1u);
        lanes.finished(id, false);
    }
    EXPECT_EQ(lanes.under_way(), 0u);
}

TEST_F(LanesTest, who_left_is_not_taken_and_gives_back_its_slot) {
    Lanes lanes{4};
    lanes.schedule(1, at(0));
    lanes.schedule(2, at(0));
    lanes.remove(1);
    EXPECT_EQ(lanes.take_due(at(1)), 2u);
    lanes.remove(2);
    EXPECT_EQ(lanes.under_way(), 1u);
    lanes.finished(2, true);
    EXPECT_EQ(lanes.under_way(), 0u);
    EXPECT_FALSE(lanes.longest_due());
}

}  // namespace
}  // namespace curfew::daemon
