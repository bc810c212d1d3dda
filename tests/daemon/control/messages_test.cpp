#include "daemon/control/messages.hpp"

#include <gtest/gtest.h>

#include "tests/daemon/control/samples.hpp"

namespace curfew::daemon {
namespace {

using On = HoldScope::On;

std::string hold_with(const std::string& fields) {
    const auto read = read_hold_request(R"({"version": 1, "command": "hold", )" + fields + "}");
    return read ? "fine" : read.error().context;
}

std::string resume_with(const std::string& fields) {
    const auto read = read_resume_request(R"({"version": 1, "command": "resume")" + fields + "}");
    return read ? "fine" : read.error().context;
}

TEST(ControlMessages, a_hold_there_and_back) {
    for (const auto& scope : {HoldScope{}, HoldScope{On::server, "fs1"}, HoldScope{On::tag, "finance"},
                              HoldScope{On::rule, "office \"closed\"\n\xc3\xa9"}}) {
        const HoldRequest request{scope, core::Seconds{7200}, "why \x1b not"};
        const auto read = read_hold_request(request_json(request));
        ASSERT_TRUE(read) << read.error().context;
        EXPECT_EQ(*read, request);
    }
    EXPECT_EQ(request_json(HoldRequest{{On::server, "fs1"}, core::Seconds{7200}, "r"}),
              R"({"version": 1, "command": "hold", "server": "fs1", "for": 7200, "reason": "r"})");
}

TEST(ControlMessages, a_hold_has_one_scope_a_length_and_a_reason) {
    EXPECT_EQ(hold_with(R"("all": true, "for": 60, "reason": "r")"), "fine");
    EXPECT_EQ(hold_with(R"("all": true, "for": 7776000, "reason": "r")"), "fine");
    EXPECT_EQ(hold_with(R"("for": 60, "reason": "r")"), "`all` is missing, or `server`, `tag` or `rule`");
    EXPECT_EQ(hold_with(R"("all": false, "for": 60, "reason": "r")"), "`all` is true or not there");
    EXPECT_EQ(hold_with(R"("all": true, "tag": "t", "for": 60, "reason": "r")"),
              "`tag` is one scope too many: `all`, `server`, `tag` or `rule`");
    EXPECT_EQ(hold_with(R"("server": "", "for": 60, "reason": "r")"), "`server` is empty");
    EXPECT_EQ(hold_with(R"("server": 3, "for": 60, "reason": "r")"), "`server` is to be text");
    const std::string range = "`for` is from 1m to 90d, in seconds";
    EXPECT_EQ(hold_with(R"("all": true, "for": 59, "reason": "r")"), range);
    EXPECT_EQ(hold_with(R"("all": true, "for": 7776001, "reason": "r")"), range);
    EXPECT_EQ(hold_with(R"("all": true, "for": 18446744073709551615, "reason": "r")"), range);
    EXPECT_EQ(hold_with(R"("all": true, "for": -60, "reason": "r")"),
              "`for` is to be a whole number, 0 or above");
    EXPECT_EQ(hold_with(R"("all": true, "for": 60.5, "reason": "r")"),
              "`for` is to be a whole number, 0 or above");
    EXPECT_EQ(hold_with(R"("all": true, "reason": "r")"), "`for` is missing");
    EXPECT_EQ(hold_with(R"("all": true, "for": 60)"), "`reason` is missing");
    EXPECT_EQ(hold_with(R"("all": true, "for": 60, "reason": " \n")"), "`reason` is empty");
    EXPECT_EQ(hold_with(R"("all": true, "for": 60, "reason": ")" + std::string(1001, 'x') + "\""),
              "`reason` is longer than 1000 bytes");
    EXPECT_EQ(hold_with(R"("all": true, "for": 60, "reason": "r", "servr": "fs1")"), "`servr` is not known");
}

TEST(ControlMessages, a_resume_there_and_back) {
    const ResumeRequest by_id{3, {}, {}};
    const ResumeRequest everything{{}, HoldScope{}, {}};
    const ResumeRequest rule{{}, HoldScope{On::rule, "r"}, {}};
    const ResumeRequest there{{}, HoldScope{On::rule, "r"}, "fs1"};
    const ResumeRequest server{{}, HoldScope{On::server, "fs1"}, {}};
    for (const auto& request : {by_id, everything, rule, there, server}) {
        const auto read = read_resume_request(request_json(request));
        ASSERT_TRUE(read) << read.error().context;
        EXPECT_EQ(*read, request);
    }
    EXPECT_EQ(resume_with(""), "`all` is missing, or `server`, `tag`, `rule` or `id`");
    EXPECT_EQ(resume_with(R"(, "id": 3, "all": true)"), "`id` says all; it takes no scope");
    EXPECT_EQ(resume_with(R"(, "rule": "r", "server": "s", "tag": "t")"),
              "`tag` is one scope too many: a `rule` on a `server`");
    EXPECT_EQ(resume_with(R"(, "tag": "t", "server": "s")"),
              "`tag` is one scope too many: `all`, `server`, `tag` or `rule`");
    EXPECT_EQ(resume_with(R"(, "rule": "", "server": "s")"), "`rule` is empty");
}

TEST(ControlMessages, other_requests_there_and_back) {
    EXPECT_EQ(read_status_request(request_json(StatusRequest{})).value(), StatusRequest{});
    EXPECT_EQ(read_status_request(request_json(StatusRequest{"fs1"})).value(), StatusRequest{"fs1"});
    EXPECT_EQ(read_reload_request(request_json(ReloadRequest{true, {}})).value(), (ReloadRequest{true, {}}));
    const ReloadRequest named{true, "0123456789abcdef"};
    EXPECT_EQ(read_reload_request(request_json(named)).value(), named);
    const auto refused = [](const std::string& digest, bool confirm = true) {
        return read_reload_request(request_json(ReloadRequest{confirm, digest})).error().context;
    };
    EXPECT_EQ(refused("0123456789ab", false), "`digest` goes with `confirm` only");
    for (const auto& wrong :
         {std::string{}, std::string{"0123456789a"}, std::string{"0123456789aB"}, std::string(65, 'a')})
        EXPECT_EQ(refused(wrong), "`digest` is not 12 to 64 digits, 0 to 9 and a to f");
    EXPECT_FALSE(read_reload_request(R"({"version": 1, "command": "reload"})").value().confirm);
    EXPECT_FALSE(read_reload_request(R"({"version": 1, "command": "reload", "confirm": "yes"})"));
}

TEST(ControlMessages, replies_there_and_back) {
    const auto hold = read_hold_reply(reply_json(HoldReply{fake::sample_hold()}));
    ASSERT_TRUE(hold) << hold.error().context;
    EXPECT_EQ(hold->hold.reason, fake::sample_hold().reason);
    EXPECT_EQ(hold->hold.until, fake::sample_hold().until);
    EXPECT_FALSE(hold->hold.durable);

    ResumeReply resumed;
    resumed.holds = {fake::sample_hold()};
    resumed.trips = fake::troubled_status().trips;
    resumed.remaining = {fake::sample_hold(), fake::sample_hold()};
    const auto resume = read_resume_reply(reply_json(resumed));
    ASSERT_TRUE(resume) << resume.error().context;
    EXPECT_EQ(resume->trips, resumed.trips);
    EXPECT_EQ(resume->holds.size(), 1u);
    EXPECT_EQ(resume->remaining.size(), 2u);

    for (const auto is : {ReloadReply::Is::in_force, ReloadReply::Is::unchanged, ReloadReply::Is::refused,
                          ReloadReply::Is::waits}) {
        const auto reload = read_reload_reply(reply_json(ReloadReply{is, "d", {"a"}, {"b", "c"}, {"w"}}));
        ASSERT_TRUE(reload) << reload.error().context;
        EXPECT_EQ(reload->is, is);
        EXPECT_EQ(reload->changes, (std::vector<std::string>{"b", "c"}));
    }
    EXPECT_FALSE(read_reload_reply(R"({"reload": "perhaps"})"));
    EXPECT_EQ(read_hold_reply("{}").error().context, "`hold` is missing");
    EXPECT_EQ(read_hold_reply(R"({"hold": {"id": 1}})").error().context, "`hold.scope` is missing");
}

TEST(ControlMessages, exit_statuses) {
    EXPECT_EQ(exit_status(ResumeReply{}), 1);
    EXPECT_EQ(exit_status(ResumeReply{{}, {}, {fake::sample_hold()}}), 1);
    EXPECT_EQ(exit_status(ResumeReply{{fake::sample_hold()}, {}, {}}), 0);
    EXPECT_EQ(exit_status(ResumeReply{{}, fake::troubled_status().trips, {}}), 0);
    EXPECT_EQ(exit_status(ReloadReply{ReloadReply::Is::in_force}), 0);
    EXPECT_EQ(exit_status(ReloadReply{ReloadReply::Is::unchanged}), 0);
    EXPECT_EQ(exit_status(ReloadReply{ReloadReply::Is::refused}), 2);
    EXPECT_EQ(exit_status(ReloadReply{ReloadReply::Is::waits}), 1);
}

}  // namespace
}  // namespace curfew::daemon
