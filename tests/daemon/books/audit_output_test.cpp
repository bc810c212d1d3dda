#include "daemon/books/audit_output.hpp"

#include <gtest/gtest.h>

#include "some_rows.hpp"

namespace curfew::daemon {
namespace {

// One of each sort.
std::vector<AuditEntry> entries() {
    auto intent = row_of("intent", 7, "12:00:01");
    intent.rule_digest = "abc";
    intent.reason = "idle for too long";
    intent.owner = "it";
    intent.ticket = "CHG-1";
    intent.config = "c0ffee";
    intent.idle = 1900;
    intent.connected = 7200;
    intent.open_files = 0;
    intent.started = at("10:00:01");
    auto ended = outcome_row(9, 7);
    ended.at = at("12:00:02");
    ended.sessions = 2;
    ended.idle = 1901;
    ended.connected = 7201;
    ended.open_files = 0;
    ended.started = intent.started;

    auto denied = row_of("intent", 8, "12:00:01");
    denied.user = hostile;
    auto error = outcome_row(10, 8, "error");
    error.error = "ERROR_ACCESS_DENIED";
    error.code = 5;
    error.detail = "said fs1";

    auto by_hand = row_of("intent", 11, "12:05:00");
    by_hand.rule.clear();
    by_hand.who = "uid 1000";
    by_hand.reason = "virus";
    auto recovered = outcome_row(13, 11, "unknown");
    recovered.kind = "recovered";

    auto withheld = outcome_row(15, 14, "withheld");
    withheld.sessions.reset();
    withheld.why = "limit fleet";

    return {{intent, ended},
            {denied, error},
            {by_hand, recovered},
            {row_of("intent", 14, "12:06:00"), withheld},
            {row_of("intent", 16, "12:07:00"), std::nullopt}};
}

AuditEntry hold() {
    Row row;
    row.id = 17;
    row.at = at("12:08:00");
    row.kind = "hold";
    row.run = 1;
    row.server = "fs1";
    row.who = "uid 0";
    row.reason = "maintenance";
    row.detail = "until 14:08";
    return {row, std::nullopt};
}

std::string printed_as(Format format, bool kinds, const std::vector<AuditEntry>& entries) {
    std::string out;
    const auto output = audit_output(format, kinds, [&](std::string_view text) { out += text; });
    for (const auto& entry : entries) output->add(entry);
    output->finish();
    return out;
}

TEST(AuditOutput, Table) {
    EXPECT_EQ(
        printed_as(Format::table, false, entries()),
        "AT                    ROW  SERVER  CLIENT     USER                                          "
        "SESSIONS  IDLE     OPENS    RULE                 OUTCOME                               REMARKS\n"
        "2026-11-22T12:00:01Z  7    fs1     10.20.1.7  anna                                          2       "
        "  31m41s   0        idle                 ended                                 idle for too long\n"
        "2026-11-22T12:00:01Z  8    fs1     10.20.1.7  =cmd|'/c calc'!A1,\"x\"\\x0a\\x1b[2J\\u{202e}\\xff  1 "
        "        unknown  unknown  idle                 error ERROR_ACCESS_DENIED             said fs1\n"
        "2026-11-22T12:05:00Z  11   fs1     10.20.1.7  anna                                          1       "
        "  unknown  unknown  (by hand, uid 1000)  unknown (recovered)                   virus\n"
        "2026-11-22T12:06:00Z  14   fs1     10.20.1.7  anna                                          1       "
        "  unknown  unknown  idle                 withheld: limit fleet\n"
        "2026-11-22T12:07:00Z  16   fs1     10.20.1.7  anna                                          1       "
        "  unknown  unknown  idle                 none: under way, or its process died\n");
}

TEST(AuditOutput, TableOfAllKinds) {
    auto would = row_of("would_end", 18, "12:09:00");
    would.idle = 3600;
    EXPECT_EQ(printed_as(Format::table, true, {entries().back(), hold(), {would, std::nullopt}}),
              "AT                    ROW  KIND       SERVER  CLIENT     USER  SESSIONS  IDLE     OPENS    "
              "RULE  OUTCOME                               REMARKS\n"
              "2026-11-22T12:07:00Z  16   call       fs1     10.20.1.7  anna  1         unknown  unknown  "
              "idle  none: under way, or its process died\n"
              "2026-11-22T12:08:00Z  17   hold       fs1                                                     "
              "                                         maintenance; until 14:08\n"
              "2026-11-22T12:09:00Z  18   would_end  fs1     10.20.1.7  anna  1         1h       unknown  "
              "idle  would end\n");
}

TEST(AuditOutput, Json) {
    auto all = entries();
    all.push_back(hold());
    EXPECT_EQ(
        printed_as(Format::json, false, all),
        "{\"version\": 1, \"rows\": [\n"
        "{\"kind\": \"call\", \"id\": 7, \"at\": \"2026-11-22T12:00:01Z\", \"outcome_id\": 9, "
        "\"outcome_at\": \"2026-11-22T12:00:02Z\", \"server\": \"fs1\", \"client\": \"10.20.1.7\", \"user\": "
        "\"anna\", \"client_key\": \"10.20.1.7\", \"user_key\": \"anna\", \"rule\": \"idle\", "
        "\"rule_digest\": \"abc\", \"reason\": \"idle for too long\", \"owner\": \"it\", \"ticket\": "
        "\"CHG-1\", \"config\": \"c0ffee\", \"by_hand\": false, \"sessions\": 2, \"idle\": 1901, "
        "\"connected\": 7201, \"open_files\": 0, \"started\": \"2026-11-22T10:00:01Z\", \"outcome\": "
        "\"ended\", \"recovered\": false, \"run\": 1},\n"
        "{\"kind\": \"call\", \"id\": 8, \"at\": \"2026-11-22T12:00:01Z\", \"outcome_id\": 10, "
        "\"outcome_at\": \"2026-11-22T12:00:00Z\", \"server\": \"fs1\", \"client\": \"10.20.1.7\", \"user\": "
        "\"=cmd|'/c calc'!A1,\\\"x\\\"\\n\\u001b[2J\\u202e\\ufffd\", \"client_key\": \"10.20.1.7\", "
        "\"user_key\": \"anna\", \"rule\": \"idle\", \"by_hand\": false, \"sessions\": 1, \"outcome\": "
        "\"error\", \"recovered\": false, \"error\": \"ERROR_ACCESS_DENIED\", \"code\": 5, \"detail\": "
        "\"said fs1\", \"run\": 1},\n"
        "{\"kind\": \"call\", \"id\": 11, \"at\": \"2026-11-22T12:05:00Z\", \"outcome_id\": 13, "
        "\"outcome_at\": \"2026-11-22T12:00:00Z\", \"server\": \"fs1\", \"client\": \"10.20.1.7\", \"user\": "
        "\"anna\", \"client_key\": \"10.20.1.7\", \"user_key\": \"anna\", \"reason\": \"virus\", "
        "\"by_hand\": true, \"who\": \"uid 1000\", \"sessions\": 1, \"outcome\": \"unknown\", \"recovered\": "
        "true, \"run\": 1},\n"
        "{\"kind\": \"call\", \"id\": 14, \"at\": \"2026-11-22T12:06:00Z\", \"outcome_id\": 15, "
        "\"outcome_at\": \"2026-11-22T12:00:00Z\", \"server\": \"fs1\", \"client\": \"10.20.1.7\", \"user\": "
        "\"anna\", \"client_key\": \"10.20.1.7\", \"user_key\": \"anna\", \"rule\": \"idle\", \"by_hand\": "
        "false, \"sessions\": 1, \"outcome\": \"withheld\", \"recovered\": false, \"why\": \"limit fleet\", "
        "\"run\": 1},\n"
        "{\"kind\": \"call\", \"id\": 16, \"at\": \"2026-11-22T12:07:00Z\", \"server\": \"fs1\", \"client\": "
        "\"10.20.1.7\", \"user\": \"anna\", \"client_key\": \"10.20.1.7\", \"user_key\": \"anna\", \"rule\": "
        "\"idle\", \"by_hand\": false, \"sessions\": 1, \"outcome\": \"none\", \"run\": 1},\n"
        "{\"kind\": \"hold\", \"id\": 17, \"at\": \"2026-11-22T12:08:00Z\", \"server\": \"fs1\", \"reason\": "
        "\"maintenance\", \"who\": \"uid 0\", \"detail\": \"until 14:08\", \"run\": 1}\n"
        "]}\n");
}

TEST(AuditOutput, Csv) {
    auto all = entries();
    all.push_back(hold());
    EXPECT_EQ(printed_as(Format::csv, false, all),
              "kind,id,at,outcome_id,outcome_at,server,client,user,rule,who,sessions,idle,connected,open_"
              "files,started,outcome,recovered,why,error,code,reason,owner,ticket,config,detail,run\r\n"
              "call,7,2026-11-22T12:00:01Z,9,2026-11-22T12:00:02Z,fs1,10.20.1.7,anna,idle,,2,1901,7201,0,"
              "2026-11-22T10:00:01Z,ended,false,,,,idle for too long,it,CHG-1,c0ffee,,1\r\n"
              "call,8,2026-11-22T12:00:01Z,10,2026-11-22T12:00:00Z,fs1,10.20.1.7,\"'=cmd|'/c "
              "calc'!A1,\"\"x\"\"\\x0a\\x1b[2J\\u{202e}\\xff\",idle,,1,,,,,error,false,,ERROR_ACCESS_DENIED,"
              "5,,,,,said fs1,1\r\n"
              "call,11,2026-11-22T12:05:00Z,13,2026-11-22T12:00:00Z,fs1,10.20.1.7,anna,,uid "
              "1000,1,,,,,unknown,true,,,,virus,,,,,1\r\n"
              "call,14,2026-11-22T12:06:00Z,15,2026-11-22T12:00:00Z,fs1,10.20.1.7,anna,idle,,1,,,,,withheld,"
              "false,limit fleet,,,,,,,,1\r\n"
              "call,16,2026-11-22T12:07:00Z,,,fs1,10.20.1.7,anna,idle,,1,,,,,none,,,,,,,,,,1\r\n"
              "hold,17,2026-11-22T12:08:00Z,,,fs1,,,,uid 0,,,,,,,,,,,maintenance,,,,until 14:08,1\r\n");
}

TEST(AuditOutput, OfNothing) {
    EXPECT_EQ(printed_as(Format::json, false, {}), "{\"version\": 1, \"rows\": []}\n");
    EXPECT_EQ(printed_as(Format::table, false, {}),
              "AT  ROW  SERVER  CLIENT  USER  SESSIONS  IDLE  OPENS  RULE  OUTCOME  REMARKS\n");
}

}  // namespace
}  // namespace curfew::daemon
