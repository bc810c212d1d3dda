// The queue of a webhook, by times turned by hand.

#include "daemon/notify/outbox.hpp"

#include <set>

#include <gtest/gtest.h>

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using Answer = Outbox::Answer;

class OutboxTest : public ::testing::Test {
  protected:
    Outbox make(OutboxBounds bounds = {}) { return Outbox{"run-1d", 10s, 7, bounds}; }

    Outbox::Item item(std::size_t bytes = 0) {
        auto one = std::make_shared<NewsItem>();
        one->id = std::to_string(++made_);
        one->json.assign(bytes, 'x');
        return one;
    }
    void add(Outbox& outbox, std::size_t n = 1) {
        for (; n > 0; --n) outbox.add(item(), now);
    }
    static std::vector<std::string> ids(const std::optional<Outbox::Delivery>& delivery) {
        std::vector<std::string> all;
        if (delivery) {
            for (const auto& one : delivery->news) all.push_back(one->id);
        }
        return all;
    }
    static std::vector<std::string> from_to(int first, int last) {
        std::vector<std::string> all;
        for (; first <= last; ++first) all.push_back(std::to_string(first));
        return all;
    }
    // Takes what is due, whenever that is.
    std::optional<Outbox::Delivery> next(Outbox& outbox) {
        const auto due = outbox.due();
        if (due) now = std::max(now, *due);
        return outbox.take(now);
    }

    core::SteadyTime now = core::SteadyTime{} + 1000h;

  private:
    int made_ = 0;
};

TEST_F(OutboxTest, has_nothing_to_say_when_nothing_happened) {
    auto outbox = make();
    EXPECT_FALSE(outbox.due());
    EXPECT_FALSE(outbox.take(now));
}

TEST_F(OutboxTest, gathers_from_the_first_one_on) {
    auto outbox = make();
    const auto began = now;
    EXPECT_TRUE(outbox.add(item(), now));
    now += 9s;
    EXPECT_FALSE(outbox.add(item(), now)) << "it is due when it was";
    EXPECT_EQ(outbox.due(), began + 10s);
    EXPECT_FALSE(outbox.take(began + 10s - 1ms));
    const auto delivery = outbox.take(began + 10s);
    EXPECT_EQ(ids(delivery), from_to(1, 2));
    EXPECT_EQ(delivery->id, "run-1d-1");
}

TEST_F(OutboxTest, one_delivery_at_a_time) {
    auto outbox = make();
    add(outbox);
    ASSERT_TRUE(next(outbox));
    add(outbox, 600);
    EXPECT_FALSE(outbox.due());
    EXPECT_FALSE(outbox.take(now + 1h));
    outbox.answered(Answer::taken, now);
    EXPECT_EQ(outbox.due(), now) << "enough of them wait";
    EXPECT_EQ(outbox.counters().sent, 1u);
    EXPECT_EQ(outbox.counters().queued, 600u);
}

TEST_F(OutboxTest, at_most_five_hundred_at_once) {
    auto outbox = make();
    add(outbox, 499);
    EXPECT_EQ(outbox.due(), now + 10s);
    EXPECT_TRUE(outbox.add(item(), now)) << "now there are enough";
    EXPECT_EQ(outbox.due(), now);
    add(outbox, 100);
    EXPECT_EQ(ids(outbox.take(now)), from_to(1, 500));
    outbox.answered(Answer::taken, now);
    EXPECT_FALSE(outbox.take(now));
    EXPECT_EQ(ids(outbox.take(now + 10s)), from_to(501, 600));
}

TEST_F(OutboxTest, at_most_so_many_bytes_at_once) {
    auto outbox = make({.delivered_bytes = 4000});
    for (int i = 0; i < 4; ++i) outbox.add(item(1500), now);
    outbox.add(item(9000), now);
    EXPECT_EQ(ids(next(outbox)), from_to(1, 2));
    outbox.answered(Answer::taken, now);
    EXPECT_EQ(ids(next(outbox)), from_to(3, 4));
    outbox.answered(Answer::taken, now);
    EXPECT_EQ(ids(next(outbox)), from_to(5, 5)) << "one alone may be larger";
}

TEST_F(OutboxTest, tries_the_same_again_ever_more_seldom) {
    auto outbox = make();
    add(outbox, 2);
    const auto first = next(outbox);
    ASSERT_TRUE(first);
    core::SteadyTime::duration expected = 2s;
    for (int failures = 1; failures <= 20; ++failures) {
        outbox.answered(Answer::later, now);
        add(outbox);
        const auto due = outbox.due();
        ASSERT_TRUE(due);
        EXPECT_GE(*due - now, expected / 2) << failures;
        EXPECT_LE(*due - now, expected) << failures;
        EXPECT_GE(*due - now, 1s);
        EXPECT_FALSE(outbox.take(*due - 1ms));
        const auto again = next(outbox);
        ASSERT_TRUE(again);
        EXPECT_EQ(again->id, first->id);
        EXPECT_EQ(ids(again), from_to(1, 2)) << "what came since waits";
        expected = std::min<core::SteadyTime::duration>(expected * 2, 5min);
    }
    EXPECT_EQ(outbox.failures(), 20u);
    outbox.answered(Answer::taken, now);
    EXPECT_EQ(outbox.failures(), 0u);
    const auto after = next(outbox);
    ASSERT_TRUE(after);
    EXPECT_EQ(after->id, "run-1d-2");
    outbox.answered(Answer::later, now);
    EXPECT_LE(*outbox.due() - now, 2s) << "from the beginning again";
}

TEST_F(OutboxTest, many_do_not_come_back_at_one_moment) {
    std::set<core::SteadyTime> moments;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Outbox outbox{"x", 1s, seed * 1000};
        outbox.add(item(), now);
        ASSERT_TRUE(outbox.take(now + 1s));
        outbox.answered(Answer::later, now + 1s);
        moments.insert(*outbox.due());
    }
    EXPECT_GT(moments.size(), 10u);
}

TEST_F(OutboxTest, is_as_patient_as_the_receiver_asks_within_reason) {
    auto outbox = make();
    add(outbox);
    ASSERT_TRUE(next(outbox));
    outbox.answered(Answer::later, now, 90s);
    EXPECT_EQ(outbox.due(), now + 90s);
    ASSERT_TRUE(next(outbox));
    outbox.answered(Answer::later, now, 86'400s);
    EXPECT_EQ(outbox.due(), now + 1h);
    ASSERT_TRUE(next(outbox));
    outbox.answered(Answer::later, now, 0s);
    EXPECT_GE(*outbox.due(), now + 4s) << "but no faster than by itself";
    ASSERT_TRUE(next(outbox));
    outbox.answered(Answer::later, now, -5s);
    EXPECT_GT(*outbox.due(), now);
}

TEST_F(OutboxTest, what_is_refused_is_lost_and_the_next_goes_on) {
    auto outbox = make();
    add(outbox, 3);
    ASSERT_TRUE(next(outbox));
    add(outbox);
    outbox.answered(Answer::refused, now);
    EXPECT_EQ(outbox.counters().lost_for(Lost::refused), 3u);
    EXPECT_EQ(outbox.counters().sent, 0u);
    EXPECT_EQ(outbox.due(), now + 10s);
    const auto after = next(outbox);
    EXPECT_EQ(ids(after), from_to(4, 4));
    EXPECT_EQ(after->id, "run-1d-2");
}

TEST_F(OutboxTest, the_oldest_go_when_it_is_full) {
    auto outbox = make({.queued = 5});
    add(outbox, 8);
    EXPECT_EQ(outbox.counters().queued, 5u);
    EXPECT_EQ(outbox.counters().lost_for(Lost::full), 3u);
    EXPECT_EQ(ids(next(outbox)), from_to(4, 8));
}

TEST_F(OutboxTest, the_largest_queue_is_ten_thousand_or_eight_megabytes) {
    auto outbox = make();
    add(outbox, 10'001);
    EXPECT_EQ(outbox.counters().queued, 10'000u);
    auto heavy = make();
    for (int i = 0; i < 200; ++i) heavy.add(item(64 * 1024), now);
    EXPECT_LT(heavy.counters().queued, 128u);
    EXPECT_GT(heavy.counters().queued, 120u);
}

TEST_F(OutboxTest, what_is_under_way_is_not_lost_for_want_of_room) {
    auto outbox = make({.queued = 5, .delivered = 3});
    add(outbox, 5);
    EXPECT_EQ(ids(next(outbox)), from_to(1, 3));
    add(outbox, 4);
    outbox.answered(Answer::taken, now);
    EXPECT_EQ(outbox.counters().sent, 3u);
    EXPECT_EQ(outbox.counters().lost_for(Lost::full), 4u);
    EXPECT_EQ(ids(next(outbox)), from_to(8, 9));
}

TEST_F(OutboxTest, where_all_room_is_under_way_the_new_one_goes) {
    auto outbox = make({.queued = 2});
    add(outbox, 2);
    ASSERT_TRUE(next(outbox));
    EXPECT_FALSE(outbox.add(item(), now));
    EXPECT_EQ(outbox.counters().lost_for(Lost::full), 1u);
    outbox.answered(Answer::taken, now);
    EXPECT_EQ(outbox.counters().queued, 0u);
}

TEST_F(OutboxTest, another_content_has_another_id) {
    auto outbox = make({.queued = 3});
    add(outbox, 3);
    const auto first = next(outbox);
    outbox.answered(Answer::later, now);
    add(outbox);
    const auto second = next(outbox);
    EXPECT_EQ(ids(second), from_to(2, 4));
    EXPECT_NE(first->id, second->id);
}

TEST_F(OutboxTest, what_nobody_takes_for_a_day_is_given_up) {
    auto outbox = make();
    add(outbox);
    const auto began = now;
    while (next(outbox)) {
        outbox.answered(Answer::later, now);
        ASSERT_LE(now - began, 24h);
    }
    EXPECT_EQ(outbox.counters().lost_for(Lost::too_old), 1u);
    EXPECT_EQ(outbox.counters().queued, 0u);
    EXPECT_GT(now - began, 24h);
}

TEST_F(OutboxTest, at_the_end_everything_is_tried_once_at_once) {
    auto outbox = make({.delivered = 2});
    add(outbox, 5);
    ASSERT_TRUE(next(outbox));
    outbox.answered(Answer::later, now);
    EXPECT_FALSE(outbox.take(now)) << "it pauses";
    outbox.last_call(Lost::stopping);
    EXPECT_EQ(ids(outbox.take(now)), from_to(1, 2));
    outbox.answered(Answer::taken, now);
    EXPECT_EQ(ids(outbox.take(now)), from_to(3, 4));
    outbox.answered(Answer::later, now);
    EXPECT_EQ(outbox.counters().lost_for(Lost::stopping), 3u);
    EXPECT_EQ(outbox.counters().queued, 0u);
    EXPECT_FALSE(outbox.due());
}

TEST_F(OutboxTest, gives_up_all_but_what_is_under_way) {
    auto outbox = make({.delivered = 2});
    add(outbox, 5);
    ASSERT_TRUE(next(outbox));
    EXPECT_EQ(outbox.give_up(Lost::removed), 3u);
    EXPECT_EQ(outbox.counters().queued, 2u);
    outbox.answered(Answer::taken, now);
    EXPECT_EQ(outbox.counters().sent, 2u);
    EXPECT_EQ(outbox.counters().lost_for(Lost::removed), 3u);
}

// Nothing is lost without being counted, and nothing counted twice.
TEST_F(OutboxTest, every_one_is_counted_once_whatever_happens) {
    std::minstd_rand dice{42};
    for (int round = 0; round < 200; ++round) {
        auto outbox = make({.queued = 30, .queued_bytes = 20'000, .delivered = 7, .delivered_bytes = 3'000});
        std::uint64_t added = 0;
        bool under_way = false;
        for (int step = 0; step < 300; ++step) {
            switch (dice() % 6) {
                case 0:
                case 1:
                case 2:
                    outbox.add(item(dice() % 2'000), now);
                    ++added;
                    break;
                case 3: now += std::chrono::seconds{dice() % 4 == 0 ? 10'000 : 3}; break;
                case 4:
                    if (outbox.take(now)) {
                        ASSERT_FALSE(under_way);
                        under_way = true;
                    }
                    break;
                default: outbox.answered(static_cast<Answer>(dice() % 3), now); under_way = false;
            }
            const auto& counters = outbox.counters();
            std::uint64_t all = counters.sent + counters.queued;
            for (const auto lost : counters.lost) all += lost;
            ASSERT_EQ(all, added);
            ASSERT_LE(counters.queued, 30u);
        }
    }
}

}  // namespace
}  // namespace curfew::daemon
