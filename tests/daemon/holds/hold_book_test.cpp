// Holds: what they reach, when they end, and what is left of them after a restart.
#include "daemon/holds/hold_book.hpp"

#include <gtest/gtest.h>

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using On = HoldScope::On;

const core::Now start{core::SteadyTime{} + 100'000s, core::WallTime{} + 1'800'000'000s};

class HoldBookTest : public testing::Test {
  protected:
    HoldBookTest() {
        finance.name = "fs1.corp.example";
        finance.tags = {"finance", "berlin"};
        closed.key = {"office closed", "d1"};
        idle.key = {"idle", "d2"};
    }
    std::uint64_t add(HoldScope scope, core::Seconds length = 2h) {
        return book.add(std::move(scope), length, "a move", "uid 0", start).id;
    }
    std::uint64_t in_the_way(core::SteadyTime at = start.steady + 1s) const {
        const auto* hold = book.in_the_way(finance, {&idle, &closed}, at);
        return hold ? hold->id : 0;
    }

    HoldBook book;
    policy::ServerTraits finance;
    policy::Rule closed;
    policy::Rule idle;
};

TEST_F(HoldBookTest, nothing_is_held_by_nobody) {
    EXPECT_EQ(in_the_way(), 0U);
}

TEST_F(HoldBookTest, everything) {
    const auto id = add({On::everything, ""});
    EXPECT_EQ(in_the_way(), id);
    EXPECT_NE(book.in_the_way(policy::ServerTraits{}, {}, start.steady), nullptr);
}

TEST_F(HoldBookTest, a_server_whatever_its_case) {
    add({On::server, "fs2.corp.example"});
    EXPECT_EQ(in_the_way(), 0U);
    const auto id = add({On::server, "FS1.Corp.example"});
    EXPECT_EQ(in_the_way(), id);
}

TEST_F(HoldBookTest, a_tag_to_the_letter) {
    add({On::tag, "Finance"});
    add({On::tag, "fin"});
    EXPECT_EQ(in_the_way(), 0U);
    const auto id = add({On::tag, "berlin"});
    EXPECT_EQ(in_the_way(), id);
}

TEST_F(HoldBookTest, a_rule_to_the_letter_whichever_of_several) {
    add({On::rule, "Office closed"});
    EXPECT_EQ(in_the_way(), 0U);
    const auto id = add({On::rule, "office closed"});
    EXPECT_EQ(in_the_way(), id);
    EXPECT_EQ(book.in_the_way(finance, {&idle}, start.steady), nullptr);
    EXPECT_EQ(book.in_the_way(finance, {nullptr}, start.steady), nullptr);
}

TEST_F(HoldBookTest, the_longest_is_named) {
    add({On::everything, ""}, 1h);
    const auto longest = add({On::tag, "finance"}, 3h);
    add({On::server, "fs1.corp.example"}, 2h);
    EXPECT_EQ(in_the_way(), longest);
}

TEST_F(HoldBookTest, it_is_over_at_its_end_and_not_before) {
    const auto id = add({On::everything, ""}, 2h);
    EXPECT_EQ(in_the_way(start.steady + 2h - 1ns), id);
    EXPECT_EQ(in_the_way(start.steady + 2h), 0U);
    EXPECT_TRUE(book.expire(start.steady + 2h - 1ns).empty());
    const auto over = book.expire(start.steady + 2h);
    ASSERT_EQ(over.size(), 1U);
    EXPECT_EQ(over[0].id, id);
    EXPECT_TRUE(book.all().empty());
}

TEST_F(HoldBookTest, a_length_beyond_all_times_is_very_long_and_one_below_zero_none) {
    const auto id = add({On::everything, ""}, core::Seconds::max());
    EXPECT_EQ(in_the_way(start.steady + 24h * 3'650), id);
    EXPECT_GT(book.all()[0].until.wall, start.wall);
    book.remove(id);
    add({On::everything, ""}, core::Seconds::min());
    EXPECT_EQ(in_the_way(start.steady), 0U);
}

TEST_F(HoldBookTest, taken_away_by_exactly_that_scope_or_by_number) {
    add({On::server, "fs1"});
    add({On::server, "FS1"});
    add({On::tag, "fs1"});
    const auto rule = add({On::rule, "fs1"});
    EXPECT_TRUE(book.remove({On::everything, ""}).empty());
    EXPECT_EQ(book.remove({On::server, "Fs1"}).size(), 2U);
    EXPECT_TRUE(book.remove({On::rule, "FS1"}).empty());
    EXPECT_EQ(book.remove(rule)->scope.name, "fs1");
    EXPECT_FALSE(book.remove(rule));
    ASSERT_EQ(book.all().size(), 1U);
    EXPECT_EQ(book.all()[0].scope.on, On::tag);
    EXPECT_NE(add({On::everything, ""}), rule) << "a number is used once";
}

TEST_F(HoldBookTest, durable_when_somebody_says_so) {
    const auto one = add({On::everything, ""});
    add({On::everything, ""});
    book.written(one);
    EXPECT_TRUE(book.all()[0].durable);
    EXPECT_FALSE(book.all()[1].durable);
}

TEST_F(HoldBookTest, scopes_in_words) {
    EXPECT_EQ(to_string(HoldScope{}), "everything");
    EXPECT_EQ(to_string(HoldScope{On::server, "fs1"}), "server fs1");
    EXPECT_EQ(to_string(HoldScope{On::tag, "finance"}), "tag finance");
    EXPECT_EQ(to_string(HoldScope{On::rule, "office closed"}), "rule office closed");
}

// --- Over a restart -------------------------------------------------------------------------------------

class RestartTest : public HoldBookTest {
  protected:
    std::string written(core::Seconds length = 2h) {
        add({On::rule, "office \"closed\"\n\\ \x1b[31m"}, length);
        return HoldBook::write(book.all().back(), "boot-1");
    }
};

TEST_F(RestartTest, in_the_same_boot_it_ends_by_the_steady_clock_whatever_the_wall_does) {
    const std::string text = written();
    for (const auto jump : {-24h, 0h, 24h, 24h * 365}) {
        const core::Now now{start.steady + 1h, start.wall + 1h + jump};
        const auto hold = HoldBook::read(text, "boot-1", now);
        ASSERT_TRUE(hold);
        EXPECT_EQ(hold->until.steady, start.steady + 2h);
        EXPECT_EQ(hold->until.wall, start.wall + 2h);
        EXPECT_EQ(hold->scope, (HoldScope{On::rule, "office \"closed\"\n\\ \x1b[31m"}));
        EXPECT_EQ(hold->reason, "a move");
        EXPECT_EQ(hold->who, "uid 0");
        EXPECT_EQ(hold->id, 1U);
        EXPECT_TRUE(hold->durable);
    }
}

TEST_F(RestartTest, over_a_reboot_it_ends_by_the_wall) {
    const std::string text = written();
    // The steady clock begins anew, an hour and a half later on the wall.
    const core::Now now{core::SteadyTime{} + 10s, start.wall + 90min};
    const auto hold = HoldBook::read(text, "boot-2", now);
    ASSERT_TRUE(hold);
    EXPECT_EQ(hold->until.steady, now.steady + 30min);
    // And what is written of it then is read as well.
    const auto again = HoldBook::read(HoldBook::write(*hold, "boot-2"), "boot-2", now);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->until.steady, hold->until.steady);
    EXPECT_EQ(again->until.wall, hold->until.wall);
}

TEST_F(RestartTest, what_is_over_is_over) {
    const auto hold = HoldBook::read(written(), "boot-2", {core::SteadyTime{} + 10s, start.wall + 3h});
    ASSERT_TRUE(hold);
    book = {};
    book.restore(*hold);
    EXPECT_EQ(in_the_way(core::SteadyTime{} + 10s), 0U);
    EXPECT_EQ(book.expire(core::SteadyTime{} + 10s).size(), 1U);
}

TEST_F(RestartTest, a_boot_that_nobody_knows_and_a_clock_of_another_go_by_the_wall) {
    add({On::everything, ""}, 2h);
    const core::Now now{core::SteadyTime{} + 10s, start.wall + 90min};
    EXPECT_EQ(HoldBook::read(HoldBook::write(book.all()[0], ""), "", now)->until.steady, now.steady + 30min);
    EXPECT_EQ(HoldBook::read(HoldBook::write(book.all()[0], "b"), "b", now)->until.steady,
              now.steady + 30min);
}

TEST_F(RestartTest, numbers_go_on_behind_those_that_were_restored) {
    add({On::everything, ""});
    Hold hold = book.all()[0];
    hold.id = 41;
    HoldBook next;
    next.restore(hold);
    next.restore(hold);
    EXPECT_EQ(next.all()[1].id, 42U) << "two of one number are both kept";
    EXPECT_EQ(next.add({}, 1h, "", "", start).id, 43U);
}

TEST_F(RestartTest, text_that_is_none_of_ours_is_no_hold) {
    const std::string good = written();
    ASSERT_TRUE(HoldBook::read(good, "boot-1", start));
    for (std::size_t length = 0; length < good.size(); ++length)
        EXPECT_FALSE(HoldBook::read(good.substr(0, length), "boot-1", start)) << length;
    const auto altered = [&](const std::string& from, const std::string& to) {
        std::string text = good;
        text.replace(text.find(from), from.size(), to);
        return HoldBook::read(text, "boot-1", start).has_value();
    };
    EXPECT_FALSE(altered("\"version\": 1", "\"version\": 2"));
    EXPECT_FALSE(altered("\"id\": 1", "\"id\": 0"));
    EXPECT_FALSE(altered("\"id\": 1", "\"id\": -1"));
    EXPECT_FALSE(altered("\"id\": 1", "\"id\": 18446744073709551615"));
    EXPECT_FALSE(altered("\"id\": 1", "\"id\": 1.0"));
    EXPECT_FALSE(altered("\"id\": 1", "\"id\": \"1\""));
    EXPECT_FALSE(altered("\"on\": \"rule\"", "\"on\": \"world\""));
    EXPECT_FALSE(altered("\"on\": \"rule\"", "\"on\": \"everything\"")) << "everything has no name";
    EXPECT_FALSE(altered("\"until_steady\": ", "\"until_steady\": -"));
    EXPECT_FALSE(altered("\"until_wall\": ", "\"until_wall\": 9"));
    EXPECT_FALSE(altered("\"until_steady\": 107200", "\"until_steady\": 1"));
    EXPECT_FALSE(altered("\"who\": \"uid 0\"", "\"who\": [[[[]]]]"));
    EXPECT_FALSE(HoldBook::read("null", "boot-1", start));
    EXPECT_FALSE(HoldBook::read("[]", "boot-1", start));
    EXPECT_FALSE(HoldBook::read(std::string(100'000, '['), "boot-1", start));
    EXPECT_FALSE(HoldBook::read(good + good, "boot-1", start));
}

TEST_F(RestartTest, a_reason_of_any_bytes_does_not_cost_the_hold) {
    book.add({}, 1h, std::string("\xff\xfe\0\x80", 4), "\xc3", start);
    EXPECT_TRUE(HoldBook::read(HoldBook::write(book.all()[0], "b"), "b", start));
}

}  // namespace
}  // namespace curfew::daemon
