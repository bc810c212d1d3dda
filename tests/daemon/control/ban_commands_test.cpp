// `ban` and `unban` as they are written on the command line, against a daemon that says what it is told to.

#include <algorithm>

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "daemon/cli/cli.hpp"
#include "daemon/control/ban_messages.hpp"
#include "tests/daemon/control/running_control.hpp"
#include "tests/daemon/control/samples.hpp"

namespace curfew::daemon {
namespace {

using namespace fake;
using Words = std::vector<std::string>;

class BanLine : public ::testing::Test {
  protected:
    BanLine() {
        daemon_.other_replies["ban-look"] = {0, reply_json(BanReach{"user anna", 3, 2, 1, 4, 0, 6, {}})};
        daemon_.other_replies["ban"] = {0, reply_json(BanReply{sample_ban()})};
        daemon_.other_replies["unban"] = {0, reply_json(UnbanReply{{sample_ban()}, {sample_ban()}})};
    }
    // The exit status; 2, too, where CLI11 refuses it.
    int asked(Words words) {
        words.push_back("--socket");
        words.push_back(running_.path);
        CLI::App app;
        app.require_subcommand(1);
        int status = 0;
        add_bans(app, status);
        std::reverse(words.begin(), words.end());
        ::testing::internal::CaptureStdout();
        ::testing::internal::CaptureStderr();
        try {
            app.parse(words);
        } catch (const CLI::ParseError&) {
            status = 2;
        }
        out_ = ::testing::internal::GetCapturedStdout();
        err_ = ::testing::internal::GetCapturedStderr();
        return status;
    }
    static Words with(Words words, const Words& more) {
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }

    RunningControl running_;
    ScriptedCommands& daemon_ = running_.commands;
    std::string out_;
    std::string err_;
    const Words anna_{"ban", "--user", "anna", "--for", "8h", "--reason", "stolen laptop"};
};

TEST_F(BanLine, whom_it_means_is_shown_and_then_until_when) {
    EXPECT_EQ(asked(with(anna_, {"--yes", "--override-protect", "by phone"})), 0);
    EXPECT_EQ(out_,
              "user anna: 3 sessions on 2 servers, by their last looks\n"
              "  1 of these: protected, and to be ended only with --override-protect\n"
              "  4 sessions more may or may not be meant: not ended\n"
              "  6 servers where nobody is ended, in mode observe\n"
              "ban 7 of user anna until 2027-01-15T15:59:00Z (8h): stolen laptop \\x1b[2J\n");
    EXPECT_EQ(daemon_.said(),
              (Words{R"({"version": 1, "command": "ban-look", "user": "anna", "overrides_protect": true})",
                     R"({"version": 1, "command": "ban", "user": "anna", "for": 28800, )"
                     R"("reason": "stolen laptop", "override_protect": "by phone"})"}));
}

// Standard input is no terminal of somebody's here, or nobody answers.
TEST_F(BanLine, without_agreement_nobody_is_banned) {
    ASSERT_TRUE(std::freopen("/dev/null", "r", stdin));
    EXPECT_EQ(asked(anna_), 2);
    EXPECT_NE(err_.find("say --yes. Nobody was banned"), std::string::npos) << err_;
    EXPECT_EQ(daemon_.said().size(), 1u) << "it was only asked whom it would mean";
}

TEST_F(BanLine, one_that_cannot_be_counted_is_not_asked_for) {
    daemon_.other_replies["ban-look"] = {1, {}};
    EXPECT_EQ(asked(with(anna_, {"--yes"})), 1);
    EXPECT_EQ(daemon_.said().size(), 1u);
}

TEST_F(BanLine, it_wants_one_literal_somebody_a_length_and_a_reason) {
    for (const auto& words : std::vector<Words>{
             {"ban", "--for", "8h", "--reason", "r", "--yes"},
             {"ban", "--user", "anna", "--client", "pc", "--for", "8h", "--reason", "r", "--yes"},
             {"ban", "--user", "a*", "--for", "8h", "--reason", "r", "--yes"},
             {"ban", "--user", "", "--for", "8h", "--reason", "r", "--yes"},
             {"ban", "--client", "10.0.0.0/8", "--for", "8h", "--reason", "r", "--yes"},
             {"ban", "--user", "anna", "--reason", "r", "--yes"},
             {"ban", "--user", "anna", "--for", "8h", "--yes"},
             {"ban", "--user", "anna", "--for", "8h", "--reason", " ", "--yes"},
             {"ban", "--user", "anna", "--for", "59s", "--reason", "r", "--yes"},
             {"ban", "--user", "anna", "--for", "91d", "--reason", "r", "--yes"},
             {"ban", "--user", "anna", "--for", "8h", "--reason", "r", "--override-protect", "", "--yes"},
             {"unban"},
             {"unban", "--id", "0"},
             {"unban", "--id", "3", "--user", "anna"}})
        EXPECT_EQ(asked(words), 2) << ::testing::PrintToString(words);
    EXPECT_EQ(daemon_.said(), Words{});
}

TEST_F(BanLine, unban_says_what_ended_and_what_did_not) {
    EXPECT_EQ(asked({"unban", "--client", "\\\\pc-7"}), 0);
    EXPECT_EQ(out_,
              "ended: ban 7 of user anna, by uid 0 (root): stolen laptop \\x1b[2J\n"
              "still there: ban 7 of user anna until 2027-01-15T15:59:00Z: stolen laptop \\x1b[2J\n");
    EXPECT_EQ(daemon_.said(), Words{R"({"version": 1, "command": "unban", "client": "pc-7"})"});
    daemon_.other_replies["unban"] = {1, reply_json(UnbanReply{})};
    EXPECT_EQ(asked({"unban", "--id", "3"}), 1);
    EXPECT_EQ(err_, "curfew: there is no such ban\n");
}

}  // namespace
}  // namespace curfew::daemon
