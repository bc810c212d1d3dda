// A plan as text: what may be done to it between plan and apply, and what may not.
#include "daemon/plan_file/plan_text.hpp"

#include <sstream>

#include <gtest/gtest.h>

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

const core::WallTime noon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + 12h;

PlanFile::Entry entry(const std::string& user) {
    return {"fs1",
            "10.20.1.7",
            "CORP\\" + user,
            {"idle \"workstations\"", "d1g357"},
            "10.20.1.7",
            user,
            {{"10.20.1.7", user, noon - 3h - 125ms}, {"10.20.1.7", "b\x1b[31m\n", std::nullopt}}};
}
PlanFile plan() {
    return {noon + 250ms, "ops1", "0.1.0", "/etc/curfew/curfew.yaml", "c0ff", {entry("anna"), entry("bob")}};
}

Lines lines_of(const std::string& text) {
    Lines lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}
std::string joined(const Lines& lines) {
    std::string text;
    for (const auto& line : lines) text += line + "\n";
    return text;
}

std::string problem(const std::string& text) {
    const auto read = read_plan_text(text);
    if (read) return "";
    EXPECT_EQ(core::name_of(read.error().code), "EBADMSG");
    return read.error().context;
}
std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(PlanText, reads_what_it_wrote) {
    const auto read = read_plan_text(plan_text(plan()));
    ASSERT_TRUE(read) << read.error().context;
    EXPECT_EQ(*read, plan());
}

TEST(PlanText, a_line_for_each_disconnect_that_people_can_read) {
    const auto lines = lines_of(plan_text(plan()));
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_TRUE(
        lines[0].starts_with(R"({"curfew_plan": 1, "made": "2026-11-22T12:00:00.250Z", "host": "ops1",)"));
    EXPECT_TRUE(lines[1].starts_with(R"({"server": "fs1", "client": "10.20.1.7", "user": "CORP\\anna",)"));
    EXPECT_NE(lines[1].find(R"("start": "2026-11-22T08:59:59.875Z")"), std::string::npos);
    EXPECT_EQ(lines[1].find('\x1b'), std::string::npos);
}

TEST(PlanText, lines_may_be_removed) {
    auto lines = lines_of(plan_text(plan()));
    lines.erase(lines.begin() + 1);
    const auto read = read_plan_text(joined(lines));
    ASSERT_TRUE(read);
    ASSERT_EQ(read->entries.size(), 1U);
    EXPECT_EQ(read->entries[0], entry("bob"));
    lines.pop_back();
    ASSERT_TRUE(read_plan_text(joined(lines)));
    EXPECT_TRUE(read_plan_text(joined(lines))->entries.empty());
}

TEST(PlanText, spaces_blank_lines_and_the_ends_of_lines_do_not_count) {
    auto lines = lines_of(plan_text(plan()));
    for (auto& line : lines) line = "  " + replaced(line, ": ", " :  ") + "\r\n";
    EXPECT_EQ(problem(joined(lines)), "");
    auto text = plan_text(plan());
    text.pop_back();
    EXPECT_EQ(problem(text), "") << "the last line without its end";
}

TEST(PlanText, altered_lines_are_refused_with_their_number) {
    const auto text = plan_text(plan());
    const std::string altered = "was altered";
    EXPECT_NE(problem(replaced(text, "CORP\\\\bob", "CORP\\\\boss")).find("line 3"), std::string::npos);
    EXPECT_NE(problem(replaced(text, "CORP\\\\anna", "CORP\\\\boss")).find(altered), std::string::npos);
    EXPECT_NE(problem(replaced(text, "08:59:59.875", "09:59:59.875")).find(altered), std::string::npos);
    EXPECT_NE(problem(replaced(text, "\"server\": \"fs1\"", "\"server\": \"fs2\"")).find(altered),
              std::string::npos);
    EXPECT_NE(problem(replaced(text, "\"digest\": \"c0ff", "\"digest\": \"c0fe")).find("line 1"),
              std::string::npos);
    EXPECT_NE(problem(replaced(text, "12:00:00.250", "12:10:00.250")).find(altered), std::string::npos);
    EXPECT_NE(problem(replaced(text, ", \"start\": \"2026-11-22T08:59:59.875Z\"", "")).find(altered),
              std::string::npos);
}

TEST(PlanText, any_letter_counts) {
    const auto text = plan_text(plan());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') continue;
        auto other = text;
        other[i] = static_cast<char>(text[i] ^ 1);
        EXPECT_FALSE(read_plan_text(other) && *read_plan_text(other) != plan()) << i;
    }
}

TEST(PlanText, lines_of_another_plan_and_lines_that_are_there_twice_are_refused) {
    auto other = plan();
    other.made += 1ms;
    other.entries = {entry("carl")};
    auto lines = lines_of(plan_text(plan()));
    lines.push_back(lines_of(plan_text(other))[1]);
    EXPECT_NE(problem(joined(lines)).find("of another plan"), std::string::npos);
    lines.back() = lines[1];
    EXPECT_NE(problem(joined(lines)).find("twice"), std::string::npos);
    lines.back() = lines[0];
    EXPECT_NE(problem(joined(lines)).find("line 4"), std::string::npos);
}

TEST(PlanText, fields_too_many_or_too_few_are_refused) {
    const auto text = plan_text(plan());
    EXPECT_NE(problem(replaced(text, "{\"server\"", "{\"all\": \"yes\",\"server\"")).find("more in it"),
              std::string::npos);
    EXPECT_NE(problem(replaced(text, "\"host\": \"ops1\", ", "")).find("`host`"), std::string::npos);
    EXPECT_NE(problem(replaced(text, "\"curfew_plan\": 1", "\"curfew_plan\": 2")).find("not the first line"),
              std::string::npos);
    EXPECT_NE(problem(replaced(text, "\"user_key\": \"anna\",", "\"user_key\": 1,")).find("`user_key`"),
              std::string::npos);
    EXPECT_NE(problem(replaced(text, "2026-11-22T12", "2026-13-22T12")).find("`made`"), std::string::npos);
}

TEST(PlanText, nonsense_is_refused) {
    for (const std::string text : {"", "\n\n", "null", "[]", "{}", "{", "\xff\xfe", "1e999"})
        EXPECT_NE(problem(text), "") << text;
    EXPECT_NE(problem(std::string(1 << 20, '[')), "");
    EXPECT_NE(problem(std::string(plan_max_line + 1, ' ') + "{}"), "");
    const auto text = plan_text(plan());
    for (std::size_t length = 1; length + 1 < text.size(); ++length) {
        const auto read = read_plan_text(text.substr(0, length));
        EXPECT_TRUE(!read || read->entries.size() < 2) << length;
    }
}

TEST(PlanText, a_name_that_is_not_utf8_does_not_cost_the_plan) {
    auto odd = plan();
    odd.entries[0].user = odd.entries[0].targets[0].user_key = "b\xed\xa0\x80\xff\xc3";
    const auto read = read_plan_text(plan_text(odd));
    ASSERT_TRUE(read) << read.error().context;
    EXPECT_NE(read->entries[0].user, odd.entries[0].user);
    EXPECT_EQ(read->entries[1], odd.entries[1]);
}

TEST(PlanText, times_of_sessions_older_than_computers_time) {
    auto old = plan();
    old.entries[0].targets[0].start = core::WallTime{} - 24h * 365 * 10 - 1ms;
    const auto read = read_plan_text(plan_text(old));
    ASSERT_TRUE(read) << read.error().context;
    EXPECT_EQ(*read, old);
}

}  // namespace
}  // namespace curfew::daemon
