#include "daemon/control/ban_messages.hpp"

#include <gtest/gtest.h>

#include "daemon/control/messages.hpp"
#include "tests/daemon/control/samples.hpp"

namespace curfew::daemon {
namespace {

using namespace fake;
using policy::Banned;

template <class T> std::string wrong(const core::Result<T>& read) {
    return read ? "fine" : read.error().context;
}
std::string ban_with(const std::string& fields) {
    return wrong(read_ban_request(R"({"version": 1, "command": "ban", )" + fields + "}"));
}
std::string unban_with(const std::string& fields) {
    return wrong(read_unban_request(R"({"version": 1, "command": "unban")" + fields + "}"));
}

TEST(BanMessages, a_ban_there_and_back) {
    const BanRequest request{Banned::user("CORP\\anna").value(), core::Seconds{28'800}, "why \x1b not",
                             "the auditor's order"};
    EXPECT_EQ(request_json({Banned::client("\\\\10.20.1.7").value(), core::Seconds{60}, "r", {}}),
              R"({"version": 1, "command": "ban", "client": "10.20.1.7", "for": 60, "reason": "r"})");
    const auto read = read_ban_request(request_json(request));
    ASSERT_TRUE(read) << read.error().context;
    EXPECT_EQ(read->whom.text(), "CORP\\anna");
    EXPECT_TRUE(read->whom.is_user());
    EXPECT_EQ(read->length, request.length);
    EXPECT_EQ(read->reason, request.reason);
    EXPECT_EQ(read->override_protect, request.override_protect);
}

TEST(BanMessages, a_ban_means_one_for_a_time_and_a_reason) {
    EXPECT_EQ(ban_with(R"("user": "anna", "for": 7776000, "reason": "r")"), "fine");
    EXPECT_EQ(ban_with(R"("for": 60, "reason": "r")"), "`user` is missing, or `client`");
    EXPECT_EQ(ban_with(R"("user": "anna", "client": "pc", "for": 60, "reason": "r")"),
              "`client` is one too many: a `user` or a `client`");
    EXPECT_EQ(ban_with(R"("user": "ann*", "for": 60, "reason": "r")"),
              "`user` has a `*`, `?` or `[` in it; a ban takes one literal name");
    EXPECT_EQ(ban_with(R"("client": "10.0.0.0/8", "for": 60, "reason": "r")"),
              "`client` is a block of addresses; a ban takes one address or one name");
    EXPECT_EQ(ban_with(R"("user": "", "for": 60, "reason": "r")"), "`user` is empty");
    EXPECT_EQ(ban_with(R"("user": 7, "for": 60, "reason": "r")"), "`user` is to be text");
    const std::string range = "`for` is from 1m to 90d, in seconds";
    EXPECT_EQ(ban_with(R"("user": "anna", "for": 59, "reason": "r")"), range);
    EXPECT_EQ(ban_with(R"("user": "anna", "for": 18446744073709551615, "reason": "r")"), range);
    EXPECT_EQ(ban_with(R"("user": "anna", "for": 60, "reason": " \n")"), "`reason` is empty");
    EXPECT_EQ(ban_with(R"("user": "anna", "for": 60, "reason": "r", "override_protect": "")"),
              "`override_protect` is empty");
    EXPECT_EQ(ban_with(R"("user": "anna", "for": 60, "reason": ")" + std::string(1001, 'x') + "\""),
              "`reason` is longer than 1000 bytes");
    EXPECT_EQ(ban_with(R"("user": "anna", "for": 60, "reason": "r", "yes": true)"), "`yes` is not known");
}

TEST(BanMessages, other_requests_there_and_back) {
    const auto look = read_ban_look_request(request_json(BanLookRequest{Banned::user("anna").value(), true}));
    ASSERT_TRUE(look) << look.error().context;
    EXPECT_TRUE(look->whom.same_as(Banned::user("ANNA").value()));
    EXPECT_TRUE(look->overrides_protect);
    const auto by_id = read_unban_request(request_json(UnbanRequest{7, std::nullopt}));
    EXPECT_EQ(by_id.value().id, 7u);
    const auto by_name =
        read_unban_request(request_json(UnbanRequest{std::nullopt, Banned::client("pc-7").value()}));
    ASSERT_TRUE(by_name.value().whom);
    EXPECT_EQ(by_name.value().whom->text(), "pc-7");
}

TEST(BanMessages, unban_means_one_of_three) {
    EXPECT_EQ(unban_with(""), "`id` is missing, or `user` or `client`");
    EXPECT_EQ(unban_with(R"(, "id": 3, "user": "anna")"),
              "`id` says all; it takes no `user` and no `client`");
    EXPECT_EQ(unban_with(R"(, "user": "anna", "client": "pc")"),
              "`client` is one too many: a `user` or a `client`");
    EXPECT_EQ(unban_with(R"(, "user": "list:x")"), "`user` is a list; a ban takes one literal name");
}

TEST(BanMessages, replies_there_and_back) {
    const BanReach reach{"user anna", 3, 2, 1, 4, 5, 6, "hold 3 on everything"};
    EXPECT_EQ(read_ban_reach(reply_json(reach)).value(), reach);
    const auto banned = read_ban_reply(reply_json(BanReply{sample_ban()}));
    ASSERT_TRUE(banned) << banned.error().context;
    EXPECT_EQ(banned->ban.whom, sample_ban().whom);
    EXPECT_EQ(banned->ban.until, sample_ban().until);
    EXPECT_EQ(banned->ban.override_protect, sample_ban().override_protect);
    const auto unbanned =
        read_unban_reply(reply_json(UnbanReply{{sample_ban()}, {sample_ban(), sample_ban()}}));
    ASSERT_TRUE(unbanned) << unbanned.error().context;
    EXPECT_EQ(unbanned->bans.size(), 1u);
    EXPECT_EQ(unbanned->remaining.size(), 2u);
    EXPECT_EQ(exit_status(*unbanned), 0);
    EXPECT_EQ(exit_status(UnbanReply{{}, {sample_ban()}}), 1);
}

}  // namespace
}  // namespace curfew::daemon
