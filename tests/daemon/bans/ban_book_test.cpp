// Bans: when they are in force, when they end, and what is left of them after a restart.
#include "daemon/bans/ban_book.hpp"

#include <gtest/gtest.h>

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using policy::Banned;

const core::Now start{core::SteadyTime{} + 100'000s, core::WallTime{} + 1'800'000'000s};

core::Now after(core::Seconds time) {
    return {start.steady + time, start.wall + time};
}

class BanBookTest : public testing::Test {
  protected:
    std::uint64_t add(const char* user = "anna", core::Seconds length = 8h) {
        return book.add(Banned::user(user).value(), length, "stolen", std::nullopt, "uid 0", start).ban.id;
    }
    std::uint64_t add_written(const char* user = "anna", core::Seconds length = 8h) {
        const auto id = add(user, length);
        book.written(id);
        return id;
    }
    BanBook book;
};

TEST_F(BanBookTest, ends_nobody_before_it_is_durable) {
    const auto id = add();
    EXPECT_TRUE(book.in_force(after(1s)).empty());
    book.written(id);
    ASSERT_EQ(book.in_force(after(1s)).size(), 1U);
    EXPECT_EQ(book.in_force(after(1s))[0].ban.id, id);
}

TEST_F(BanBookTest, is_over_when_either_clock_says_so) {
    add_written();
    EXPECT_EQ(book.in_force(after(8h - 1s)).size(), 1U);
    EXPECT_TRUE(book.in_force(after(8h)).empty());
    EXPECT_TRUE(book.in_force({start.steady + 1s, start.wall + 9h}).empty());
    EXPECT_TRUE(book.in_force({start.steady + 9h, start.wall - 24h}).empty());
    EXPECT_TRUE(book.expire(after(8h - 1s)).empty());
    EXPECT_EQ(book.expire(after(8h)).size(), 1U);
    EXPECT_TRUE(book.all().empty());
}

TEST_F(BanBookTest, is_found_in_every_spelling_and_taken_away_by_number) {
    const auto id = add("Anna");
    EXPECT_EQ(book.of(Banned::user("ANNA").value()).size(), 1U);
    EXPECT_TRUE(book.of(Banned::user("CORP\\anna").value()).empty());
    EXPECT_TRUE(book.of(Banned::client("anna").value()).empty());
    EXPECT_TRUE(book.remove(id));
    EXPECT_FALSE(book.remove(id));
    EXPECT_NE(add(), id) << "a number is used once";
}

TEST_F(BanBookTest, no_longer_than_ninety_days_and_not_below_zero) {
    add_written("anna", core::Seconds::max());
    EXPECT_TRUE(book.in_force(after(24h * 90)).empty());
    add_written("bob", core::Seconds::min());
    EXPECT_EQ(book.in_force(start).size(), 1U);
}

// --- Over a restart -------------------------------------------------------------------------------------

TEST_F(BanBookTest, comes_back_as_it_was) {
    book.add(Banned::client("\\\\WKS-17").value(), 8h, "\x1b[31m\"x\"\n", "the director agrees", "uid 7",
             start);
    const auto kept = BanBook::read(BanBook::write(book.all()[0], "b"), "b", after(1h));
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->ban.id, 1U);
    EXPECT_FALSE(kept->ban.whom.is_user());
    EXPECT_EQ(kept->ban.whom.text(), "WKS-17");
    EXPECT_EQ(kept->ban.reason, "\x1b[31m\"x\"\n");
    EXPECT_EQ(kept->ban.override_protect, "the director agrees");
    EXPECT_EQ(kept->who, "uid 7");
    EXPECT_EQ(kept->until.steady, start.steady + 8h);
    EXPECT_EQ(kept->until.wall, start.wall + 8h);
    EXPECT_TRUE(kept->durable);
}

TEST_F(BanBookTest, over_a_reboot_it_ends_by_the_wall_and_never_lasts_longer_than_asked_for) {
    add();
    const auto text = BanBook::write(book.all()[0], "boot-1");
    const core::SteadyTime steady = core::SteadyTime{} + 10s;
    EXPECT_EQ(BanBook::read(text, "boot-2", {steady, start.wall + 6h})->until.steady, steady + 2h);
    EXPECT_EQ(BanBook::read(text, "boot-2", {steady, start.wall + 24h})->until.steady, steady);
    EXPECT_EQ(BanBook::read(text, "boot-2", {steady, start.wall - 24h})->until.steady, steady + 8h);
    EXPECT_EQ(BanBook::read(text, "", {steady, start.wall + 6h})->until.steady, steady + 2h);
}

TEST_F(BanBookTest, what_was_restored_keeps_its_number_and_others_go_on_behind_it) {
    add();
    auto kept = book.all()[0];
    kept.ban.id = 41;
    BanBook next;
    next.restore(kept);
    next.restore(kept);
    EXPECT_EQ(next.all()[1].ban.id, 42U);
    EXPECT_EQ(next.add(Banned::user("bob").value(), 1h, "", std::nullopt, "", start).ban.id, 43U);
}

TEST_F(BanBookTest, text_that_is_none_of_ours_is_no_ban) {
    add();
    const auto good = BanBook::write(book.all()[0], "b");
    ASSERT_TRUE(BanBook::read(good, "b", start));
    for (std::size_t length = 0; length < good.size(); ++length)
        EXPECT_FALSE(BanBook::read(good.substr(0, length), "b", start)) << length;
    const auto altered = [&](const std::string& from, const std::string& to) {
        std::string text = good;
        const auto at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        if (at == std::string::npos) return true;
        text.replace(at, from.size(), to);
        return BanBook::read(text, "b", start).has_value();
    };
    EXPECT_FALSE(altered("\"version\": 1", "\"version\": 2"));
    EXPECT_FALSE(altered("\"id\": 1", "\"id\": 0"));
    EXPECT_FALSE(altered("\"id\": 1", "\"id\": 1.5"));
    EXPECT_FALSE(altered("\"on\": \"user\"", "\"on\": \"server\""));
    EXPECT_FALSE(altered("\"name\": \"anna\"", "\"name\": \"*\""));
    EXPECT_FALSE(altered("\"name\": \"anna\"", "\"name\": \"\""));
    EXPECT_FALSE(altered("\"until_wall\": ", "\"until_wall\": 9"));
    EXPECT_FALSE(altered("\"until_steady\": ", "\"until_steady\": -"));
    EXPECT_FALSE(altered("\"who\": \"uid 0\"", "\"override_protect\": 1, \"who\": \"uid 0\""));
    EXPECT_FALSE(BanBook::read("null", "b", start));
    EXPECT_FALSE(BanBook::read(std::string(100'000, '['), "b", start));
    EXPECT_FALSE(BanBook::read(good + good, "b", start));
}

}  // namespace
}  // namespace curfew::daemon
