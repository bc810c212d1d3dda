// There and back again, and what does not fit is refused by name.
#include "daemon/by_hand/everywhere_messages.hpp"

#include <gtest/gtest.h>

namespace curfew::daemon {
namespace {

TEST(EverywhereMessages, ARequestKeepsItsNames) {
    const auto read = read_everywhere_look(
        everywhere_look_json({{"anna", "CORP\\bob"}, {"10.0.0.1"}, "stolen \"laptop\""}));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->users, (std::vector<std::string>{"anna", "CORP\\bob"}));
    EXPECT_EQ(read->clients, std::vector<std::string>{"10.0.0.1"});
    EXPECT_EQ(read->override_protect, "stolen \"laptop\"");
}

std::string refused(std::string_view text) {
    const auto read = read_everywhere_look(text);
    return read ? "" : read.error().context;
}

TEST(EverywhereMessages, NobodyNamedIsRefused) {
    EXPECT_NE(refused(everywhere_look_json({})), "");
    EXPECT_NE(refused(everywhere_look_json({{""}, {}, {}})), "");
    EXPECT_NE(refused(everywhere_look_json({{"anna"}, {}, " "})), "") << "no reason";
    EXPECT_NE(refused(everywhere_look_json({std::vector<std::string>(most_selectors + 1, "anna"), {}, {}})),
              "");
    EXPECT_NE(refused(R"({"version":1,"command":"everywhere-look","users":["a"],"hosts":["b"]})"), "");
}

TEST(EverywhereMessages, AnAgreementHasItsNumber) {
    const auto read = read_everywhere_end(everywhere_end_json({77, 20'000}));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->token, 77u);
    EXPECT_EQ(read->disconnects, 20'000u);
    EXPECT_FALSE(read_everywhere_end(R"({"version":1,"command":"everywhere-end","token":77})"));
}

TEST(EverywhereMessages, EveryKindOfNewsComesThrough) {
    const std::vector<EverywhereNews> all{
        ShownThere{"fs1", {{{"10.0.0.1", "an\x1bna\n", 2, "45m", "bob"}}, {{"protected", "c", "u", "boss"}}}},
        Unasked{"fs2", "refused"},
        AskedAtLast{"fs2"},
        DoneThere{"fs1", {"10.0.0.1", "anna", "ended", "why", true}},
        CameSince{"fs1", "10.0.0.1", "anna", 3},
        EverywhereCounts{9, 8, 7, 6, 5, 4, 3}};
    for (const auto& news : all) {
        const auto text = news_json(news);
        EXPECT_EQ(text.find('\n'), std::string::npos);
        const auto read = read_news(text);
        ASSERT_TRUE(read) << text;
        EXPECT_EQ(read->index(), news.index());
        EXPECT_EQ(news_json(*read), text);
    }
    const auto read = read_news(news_json(all[0]));
    EXPECT_EQ(std::get<ShownThere>(*read).list.pairs[0].user, "an\x1bna\n");
    EXPECT_FALSE(read_news("{\"weather\":{}}"));
}

TEST(EverywhereMessages, ASummaryIsTold) {
    const auto text = summary_json({5, 10, 4, 6, 1});
    ASSERT_TRUE(is_summary(text));
    EXPECT_FALSE(is_summary(news_json(AskedAtLast{"shown"})));
    const auto read = read_summary(text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->token, 5u);
    EXPECT_EQ(read->servers, 10u);
    EXPECT_EQ(read->disconnects, 4u);
    EXPECT_EQ(read->sessions, 6u);
    EXPECT_EQ(read->unasked, 1u);
}

}  // namespace
}  // namespace curfew::daemon
