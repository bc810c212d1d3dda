#include "daemon/by_hand/everywhere_board.hpp"

#include <gtest/gtest.h>

namespace curfew::daemon {
namespace {

ShownThere there(const std::string& server, const std::string& user) {
    return {server, {{{"10.0.0.1", user, 1, "45m", "-"}}, {}}};
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(EverywhereBoard, ShowsEverybodyWhileTheyAreFew) {
    EverywhereBoard board;
    board.take(there("fs1", "anna"));
    board.take(ShownThere{"fs2", {{}, {{"protected", "10.0.0.2", "anna", "the boss"}}}});
    board.take(Unasked{"fs3", "connection refused"});
    const auto text = board.shown();
    EXPECT_TRUE(has(text, "fs1     10.0.0.1  anna")) << text;
    EXPECT_TRUE(has(text, "protected  fs2     10.0.0.2  anna  the boss")) << text;
    EXPECT_TRUE(has(text, "fs3        connection refused")) << text;
    EXPECT_FALSE(has(text, "more")) << text;
}

TEST(EverywhereBoard, OfManyItShowsTheHeadAndCountsTheRest) {
    EverywhereBoard board;
    for (int i = 0; i < 10'000; ++i) board.take(there("fs" + std::to_string(i), "anna"));
    const auto text = board.shown();
    EXPECT_TRUE(has(text, "... and 9950 more like these")) << text;
    EXPECT_TRUE(has(text, "... and 9950 more servers")) << text;
    EXPECT_LT(text.size(), 20'000u);
    EXPECT_EQ(board.said(DoneThere{"fs1", {"c", "anna", "ended", "", true}}), "");
    EXPECT_EQ(board.said(DoneThere{"fs1", {"c", "anna", "still there", "", false}}),
              "fs1 c anna: still there");
}

TEST(EverywhereBoard, NamesAreStrangers) {
    EverywhereBoard board;
    board.take(there("fs1", "an\x1b[31mna"));
    EXPECT_FALSE(has(board.shown(), "\x1b"));
    EXPECT_FALSE(has(board.said(CameSince{"fs1", "c\x1b", "anna", 1}), "\x1b"));
    board.take(Unasked{"fs1\x1b", "no"});
    EXPECT_FALSE(has(board.over(), "\x1b"));
}

TEST(EverywhereBoard, NamesAtTheEndWhoHasNotBeenAsked) {
    EverywhereBoard board;
    board.take(Unasked{"fs1", "timed out"});
    board.take(Unasked{"fs2", "timed out"});
    board.take(AskedAtLast{"fs2"});
    board.take(EverywhereCounts{5, 4, 3, 0, 0, 1, 2});
    const auto text = board.over();
    EXPECT_TRUE(has(text, "4 of 5 servers asked; ended 3, withheld 0, failed 0, left 1")) << text;
    EXPECT_TRUE(has(text, "2 sessions came since and stayed")) << text;
    EXPECT_TRUE(has(text, "not asked: fs1: timed out")) << text;
    EXPECT_FALSE(has(text, "fs2")) << text;
}

}  // namespace
}  // namespace curfew::daemon
