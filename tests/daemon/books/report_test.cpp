#include "daemon/books/report.hpp"

#include <gtest/gtest.h>

#include "daemon/books/report_output.hpp"
#include "some_rows.hpp"

namespace curfew::daemon {
namespace {

unsigned utc_hour(core::WallTime time) {
    return static_cast<unsigned>(
        std::chrono::hh_mm_ss{time - std::chrono::floor<std::chrono::days>(time)}.hours().count());
}

AuditEntry call(const std::string& server, const std::string& user, const std::string& outcome,
                std::uint64_t sessions, const std::string& time = "12:00:00",
                const std::string& rule = "idle") {
    auto intent = row_of("intent", 1, time);
    intent.server = server;
    intent.user = user;
    intent.rule = rule;
    intent.sessions = 9;
    auto done = outcome_row(2, 1, outcome);
    done.sessions = sessions;
    if (outcome == no_outcome) return {intent, std::nullopt};
    return {intent, done};
}

AuditEntry would_end(const std::string& server, const std::string& user, const std::string& time) {
    auto row = row_of("would_end", 1, time);
    row.server = server;
    row.user = user;
    row.sessions.reset();
    return {row, std::nullopt};
}

ReportOutput some_report() {
    RuleSums sums{utc_hour};
    for (const auto& entry :
         {call("fs1", "anna", "ended", 2), call("FS1", "Anna", "ended", 1, "23:59:59"),
          call("fs2", "bob", "still there", 1), call("fs2", "bob", "none", 1),
          call("fs2", hostile, "no longer matches", 1), would_end("fs2", "carl", "00:00:00"),
          call("fs1", "anna", "ended", 1, "12:00:00", ""), AuditEntry{row_of("hold", 5), std::nullopt}})
        sums.add(entry);
    return {sums.rules(), at("00:00:00"), std::nullopt, "Europe/Berlin", By::all};
}

TEST(RuleSums, AddUpByServerUserAndHour) {
    const auto rules = some_report().rules;
    ASSERT_EQ(rules.size(), 2U);
    const auto& idle = rules.front();
    EXPECT_EQ(idle.rule, "idle");
    EXPECT_EQ(idle.total.ended, 3U);
    EXPECT_EQ(idle.total.would_end, 1U);
    EXPECT_EQ(idle.total.calls, 5U);
    EXPECT_EQ(idle.total.not_ended.at("still there"), 1U);
    EXPECT_EQ(idle.total.not_ended.at("none"), 1U);
    ASSERT_EQ(idle.servers.size(), 2U);
    EXPECT_EQ(idle.servers[0].name, "fs1");
    EXPECT_EQ(idle.servers[0].tally.ended, 3U);
    EXPECT_EQ(idle.users.front().name, "anna");
    EXPECT_EQ(idle.hours[12].ended, 2U);
    EXPECT_EQ(idle.hours[23].ended, 1U);
    EXPECT_EQ(idle.hours[0].would_end, 1U);
    EXPECT_EQ(rules.back().rule, "");
}

// Every way of adding up comes to the same.
TEST(RuleSums, PartsMakeTheWhole) {
    for (const auto& rule : some_report().rules) {
        const auto check = [&](const auto& parts, auto tally_of) {
            std::uint64_t ended = 0, would_end_too = 0, calls = 0;
            for (const auto& part : parts) {
                ended += tally_of(part).ended;
                would_end_too += tally_of(part).would_end;
                calls += tally_of(part).calls;
            }
            EXPECT_EQ(ended, rule.total.ended);
            EXPECT_EQ(would_end_too, rule.total.would_end);
            EXPECT_EQ(calls, rule.total.calls);
        };
        check(rule.servers, [](const NamedTally& part) { return part.tally; });
        check(rule.users, [](const NamedTally& part) { return part.tally; });
        check(rule.hours, [](const RuleTally& part) { return part; });
    }
}

TEST(ReportOutput, Table) {
    EXPECT_EQ(
        report_table(some_report()),
        "From 2026-11-22T00:00:00Z to the last; WOULD_END and ENDED count sessions, CALLS and NOT_ENDED "
        "calls.\n"
        "Hours are those of Europe/Berlin.\n"
        "\n"
        "RULE  WOULD_END  ENDED  CALLS  NOT_ENDED\n"
        "idle  1          3      5      no longer matches 1, none 1, still there 1\n"
        "\n"
        "SERVER  WOULD_END  ENDED  CALLS  NOT_ENDED\n"
        "fs1     0          3      2      -\n"
        "fs2     1          0      3      no longer matches 1, none 1, still there 1\n"
        "\n"
        "USER                                          WOULD_END  ENDED  CALLS  NOT_ENDED\n"
        "anna                                          0          3      2      -\n"
        "carl                                          1          0      0      -\n"
        "=cmd|'/c calc'!A1,\"x\"\\x0a\\x1b[2J\\u{202e}\\xff  0          0      1      no longer matches 1\n"
        "bob                                           0          0      2      none 1, still there 1\n"
        "\n"
        "HOUR   WOULD_END  ENDED  CALLS  NOT_ENDED\n"
        "00:00  1          0      0      -\n"
        "12:00  0          2      4      no longer matches 1, none 1, still there 1\n"
        "23:00  0          1      1      -\n"
        "\n"
        "RULE       WOULD_END  ENDED  CALLS  NOT_ENDED\n"
        "(by hand)  0          1      1      -\n"
        "\n"
        "SERVER  WOULD_END  ENDED  CALLS  NOT_ENDED\n"
        "fs1     0          1      1      -\n"
        "\n"
        "USER  WOULD_END  ENDED  CALLS  NOT_ENDED\n"
        "anna  0          1      1      -\n"
        "\n"
        "HOUR   WOULD_END  ENDED  CALLS  NOT_ENDED\n"
        "12:00  0          1      1      -\n");
}

TEST(ReportOutput, TableByOneWay) {
    auto report = some_report();
    report.by = By::server;
    EXPECT_EQ(report_table(report),
              "From 2026-11-22T00:00:00Z to the last; WOULD_END and ENDED count sessions, CALLS and "
              "NOT_ENDED calls.\n"
              "\n"
              "RULE  WOULD_END  ENDED  CALLS  NOT_ENDED\n"
              "idle  1          3      5      no longer matches 1, none 1, still there 1\n"
              "\n"
              "SERVER  WOULD_END  ENDED  CALLS  NOT_ENDED\n"
              "fs1     0          3      2      -\n"
              "fs2     1          0      3      no longer matches 1, none 1, still there 1\n"
              "\n"
              "RULE       WOULD_END  ENDED  CALLS  NOT_ENDED\n"
              "(by hand)  0          1      1      -\n"
              "\n"
              "SERVER  WOULD_END  ENDED  CALLS  NOT_ENDED\n"
              "fs1     0          1      1      -\n");
}

TEST(ReportOutput, Json) {
    auto report = some_report();
    report.by = By::user;
    EXPECT_EQ(
        report_json(report),
        "{\"version\": 1, \"since\": \"2026-11-22T00:00:00Z\", \"timezone\": \"Europe/Berlin\", \"rules\": "
        "[{\"rule\": \"idle\", \"by_hand\": false, \"would_end\": 1, \"ended\": 3, \"calls\": 5, "
        "\"not_ended\": {\"no longer matches\": 1, \"none\": 1, \"still there\": 1}, \"users\": [{\"user\": "
        "\"anna\", \"would_end\": 0, \"ended\": 3, \"calls\": 2, \"not_ended\": {}}, {\"user\": \"carl\", "
        "\"would_end\": 1, \"ended\": 0, \"calls\": 0, \"not_ended\": {}}, {\"user\": \"=cmd|'/c "
        "calc'!A1,\\\"x\\\"\\n\\u001b[2J\\u202e\\ufffd\", \"would_end\": 0, \"ended\": 0, \"calls\": 1, "
        "\"not_ended\": {\"no longer matches\": 1}}, {\"user\": \"bob\", \"would_end\": 0, \"ended\": 0, "
        "\"calls\": 2, \"not_ended\": {\"none\": 1, \"still there\": 1}}]}, {\"rule\": \"\", \"by_hand\": "
        "true, \"would_end\": 0, \"ended\": 1, \"calls\": 1, \"not_ended\": {}, \"users\": [{\"user\": "
        "\"anna\", \"would_end\": 0, \"ended\": 1, \"calls\": 1, \"not_ended\": {}}]}]}\n");
}

TEST(ReportOutput, JsonHasEveryHour) {
    auto report = some_report();
    report.by = By::hour;
    const auto json = report_json(report);
    for (int hour = 0; hour < 24; ++hour)
        EXPECT_NE(json.find("\"hour\": " + std::to_string(hour) + ","), std::string::npos);
}

TEST(ReportOutput, Csv) {
    auto report = some_report();
    report.by = By::user;
    EXPECT_EQ(
        report_csv(report),
        "rule,by,name,would_end,ended,calls,already_gone,still_there,unknown,error,no_longer_matches,"
        "withheld,not_asked,none\r\n"
        "idle,total,,1,3,5,0,1,0,0,1,0,0,1\r\n"
        "idle,user,anna,0,3,2,0,0,0,0,0,0,0,0\r\n"
        "idle,user,carl,1,0,0,0,0,0,0,0,0,0,0\r\n"
        "idle,user,\"'=cmd|'/c calc'!A1,\"\"x\"\"\\x0a\\x1b[2J\\u{202e}\\xff\",0,0,1,0,0,0,0,1,0,0,0\r\n"
        "idle,user,bob,0,0,2,0,1,0,0,0,0,0,1\r\n"
        ",total,,0,1,1,0,0,0,0,0,0,0,0\r\n"
        ",user,anna,0,1,1,0,0,0,0,0,0,0,0\r\n");
}

TEST(ReportOutput, OfNothing) {
    const ReportOutput nothing{{}, std::nullopt, at("12:00:00"), "UTC", By::all};
    EXPECT_EQ(report_table(nothing),
              "From the first row to 2026-11-22T12:00:00Z; WOULD_END and ENDED count sessions, CALLS and "
              "NOT_ENDED calls.\n"
              "Hours are those of UTC.\n"
              "\n"
              "Nothing was ended, and nothing would have been.\n");
    EXPECT_EQ(
        report_json(nothing),
        "{\"version\": 1, \"until\": \"2026-11-22T12:00:00Z\", \"timezone\": \"UTC\", \"rules\": []}\n");
}

}  // namespace
}  // namespace curfew::daemon
