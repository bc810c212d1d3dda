// What is written on the command line is what the daemon is asked.

#include "daemon/cli/cli.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "tests/daemon/control/running_control.hpp"

namespace curfew::daemon {
namespace {

using namespace fake;

class ControlLine : public ::testing::Test {
  protected:
    // The daemon's last word of it, or "usage".
    std::string asked(std::vector<std::string> words) {
        words.push_back("--socket");
        words.push_back(running_.path);
        CLI::App app;
        app.require_subcommand(1);
        int status = 0;
        add_control(app, status);
        std::reverse(words.begin(), words.end());
        ::testing::internal::CaptureStdout();
        ::testing::internal::CaptureStderr();
        std::string result;
        try {
            app.parse(words);
            const auto said = running_.commands.said();
            result = said.empty() ? "" : said.back().substr(0, said.back().find(" by uid"));
        } catch (const CLI::ParseError&) {
            result = "usage";
        }
        ::testing::internal::GetCapturedStdout();
        ::testing::internal::GetCapturedStderr();
        return result;
    }
    RunningControl running_;
};

TEST_F(ControlLine, hold) {
    EXPECT_EQ(asked({"hold", "--server", "fs1", "--for", "2h", "--reason", "r x"}),
              "hold server fs1 7200 r x");
    EXPECT_EQ(asked({"hold", "--tag", "t", "--for", "1m", "--reason", "r"}), "hold tag t 60 r");
    EXPECT_EQ(asked({"hold", "--rule", "a b", "--for", "90d", "--reason", "r"}), "hold rule a b 7776000 r");
    EXPECT_EQ(asked({"hold", "--all", "--for", "2h", "--reason", "r"}), "hold everything 7200 r");
}

TEST_F(ControlLine, hold_wants_one_scope_a_length_and_a_reason) {
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"hold", "--for", "2h", "--reason", "r"},
             {"hold", "--all", "--server", "fs1", "--for", "2h", "--reason", "r"},
             {"hold", "--rule", "x", "--server", "fs1", "--for", "2h", "--reason", "r"},
             {"hold", "--server", "", "--for", "2h", "--reason", "r"},
             {"hold", "--all", "--reason", "r"},
             {"hold", "--all", "--for", "2h"},
             {"hold", "--all", "--for", "2h", "--reason", ""},
             {"hold", "--all", "--for", "2h", "--reason", std::string(1001, 'x')},
             {"hold", "--all", "--for", "59s", "--reason", "r"},
             {"hold", "--all", "--for", "91d", "--reason", "r"},
             {"hold", "--all", "--for", "2", "--reason", "r"}}) {
        EXPECT_EQ(asked(words), "usage");
    }
    EXPECT_TRUE(running_.commands.said().empty());
}

TEST_F(ControlLine, resume) {
    EXPECT_EQ(asked({"resume", "--id", "7"}), "resume id 7");
    EXPECT_EQ(asked({"resume", "--all"}), "resume everything");
    EXPECT_EQ(asked({"resume", "--server", "fs1"}), "resume server fs1");
    EXPECT_EQ(asked({"resume", "--rule", "r"}), "resume rule r");
    EXPECT_EQ(asked({"resume", "--rule", "r", "--server", "fs1"}), "resume rule r on fs1");
    EXPECT_EQ(asked({"resume"}), "usage");
    EXPECT_EQ(asked({"resume", "--id", "7", "--all"}), "usage");
    EXPECT_EQ(asked({"resume", "--rule", "r", "--tag", "t"}), "usage");
    EXPECT_EQ(asked({"resume", "--rule", "r", "--server", "s", "--all"}), "usage");
    EXPECT_EQ(asked({"resume", "--id", "-1"}), "usage");
}

TEST_F(ControlLine, reload_and_status) {
    EXPECT_EQ(asked({"reload"}), "reload");
    EXPECT_EQ(asked({"reload", "--confirm", "0123456789ab"}), "reload confirmed 0123456789ab");
    EXPECT_EQ(asked({"reload", "--confirm", "0123456789a"}), "usage");
    EXPECT_EQ(asked({"reload", "--confirm", "0123456789aB"}), "usage");
    EXPECT_EQ(asked({"reload", "--confirm", ""}), "usage") << "a script's empty variable agrees to nothing";
    EXPECT_EQ(asked({"reload", "--confirm"}), "reload confirmed");
    EXPECT_EQ(asked({"status", "--output", "csv"}), "usage");
    EXPECT_EQ(asked({"status", "--output", "json"}), "reload confirmed") << "status leaves nothing behind";
}

}  // namespace
}  // namespace curfew::daemon
