// What receivers get to read.

#include "daemon/notify/news_item.hpp"

#include <gtest/gtest.h>

// This test is the only one here that reads JSON.
#include <boost/json/src.hpp>

#include "daemon/output/escape.hpp"

namespace curfew::daemon {
namespace {

using config::News;
namespace json = boost::json;

const core::WallTime at = core::WallTime{} + std::chrono::seconds{1'795'374'300};
const Sender sender{"1.2.3", "ctl1"};

std::shared_ptr<const NewsItem> disconnect(const std::string& user, const std::string& id = "r-1") {
    return write_down(id, at,
                      {News::disconnect,
                       Severity::info,
                       "Ended 1 session of " + user + ".",
                       {{"user", user}, {"sessions", std::uint64_t{1}}, {"code", -5}}});
}

TEST(NewsItem, the_body_is_what_the_documentation_says) {
    const auto body = body_of(sender, "r-1d-1", {disconnect("LAB\\anna")});
    EXPECT_EQ(
        body,
        R"({"version": 1, "text": "curfew on ctl1: Ended 1 session of LAB\\anna.", )"
        R"("delivery": "r-1d-1", "sender": {"program": "curfew", "version": "1.2.3", "host": "ctl1"}, )"
        R"("news": [{"id": "r-1", "at": "2026-11-22T19:05:00Z", "event": "disconnect", "severity": "info", )"
        R"("text": "Ended 1 session of LAB\\anna.", "user": "LAB\\anna", "sessions": 1, "code": -5}]})");
}

TEST(NewsItem, names_are_kept_in_fields_and_harmless_in_sentences) {
    const std::string name = "<!channel> [x](http://evil) @all &lt; `rm`\n\x1b[2J\u202e\"},{\xff";
    const auto item = disconnect(name);
    const auto body = json::parse(body_of(sender, "d", {item, item}));
    const auto& news = body.at("news").as_array();
    ASSERT_EQ(news.size(), 2u);
    EXPECT_EQ(news[0].at("user").as_string(),
              "<!channel> [x](http://evil) @all &lt; `rm`\n\x1b[2J\u202e\"},{\ufffd");
    for (const auto* text : {&body.at("text"), &news[0].at("text")}) {
        EXPECT_EQ(text->as_string().find_first_of("<>&@[]`\n\x1b"), json::string::npos) << *text;
        EXPECT_EQ(text->as_string().find("://"), json::string::npos) << *text;
    }
}

TEST(NewsItem, no_bytes_make_it_anything_but_json) {
    std::uint32_t state = 1;
    for (int round = 0; round < 500; ++round) {
        std::string name;
        for (int i = 0; i < 40; ++i) {
            state = state * 1664525 + 1013904223;
            name += static_cast<char>(state >> 24);
        }
        boost::system::error_code error;
        json::parse(body_of({name, name}, name, {disconnect(name, name)}), error);
        ASSERT_FALSE(error) << round;
    }
}

TEST(NewsItem, long_names_are_cut_between_characters) {
    std::string name = "x";
    while (name.size() < 5'000) name += "\u6771";
    const auto item = disconnect(name);
    EXPECT_LT(item->bytes(), 4'000u);
    const auto read = json::parse(item->json);
    EXPECT_TRUE(read.at("user").as_string().ends_with("\u6771\u2026")) << read.at("user");
}

TEST(NewsItem, reasons_are_a_list_of_twenty) {
    Story story{News::config_refused, Severity::warning, "It has errors.", {}, {}};
    for (int i = 1; i <= 30; ++i) story.reasons.push_back("error " + std::to_string(i));
    const auto read = json::parse(write_down("i", at, story)->json);
    EXPECT_EQ(read.at("reasons").as_array().size(), 20u);
    EXPECT_EQ(read.at("reasons").as_array()[0].as_string(), "error 1");
    EXPECT_EQ(read.at("more_reasons").as_int64(), 10);
}

TEST(NewsItem, a_summary_counts_and_names_the_gravest) {
    const auto tripped = write_down("i", at, {News::tripped, Severity::critical, "It tripped.", {}});
    EXPECT_EQ(summary_of(sender, {disconnect("anna"), tripped, disconnect("bob")}),
              "curfew on ctl1: 2 disconnects, 1 rule tripped. Among them: It tripped.");
    EXPECT_EQ(summary_of(sender, {tripped}), "curfew on ctl1: It tripped.");
}

TEST(NewsItem, what_a_chat_may_show) {
    EXPECT_EQ(for_chat("LAB\\anna_b from 10.0.0.1: it's fine"), "LAB\\anna_b from 10.0.0.1: it's fine");
    EXPECT_EQ(for_chat("<a>"), "\u2039a\u203a");
    EXPECT_EQ(for_chat("@x ://"), "\uff20x \uff1a//");
    EXPECT_EQ(for_chat("\n"), "\\x0a");
}

}  // namespace
}  // namespace curfew::daemon
