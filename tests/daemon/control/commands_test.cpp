// The commands as a whole, against a daemon that says what it is told to.

#include "daemon/control/commands.hpp"

#include <gtest/gtest.h>

#include "daemon/status/status_json.hpp"
#include "tests/daemon/control/running_control.hpp"
#include "tests/daemon/control/samples.hpp"

namespace curfew::daemon {
namespace {

using namespace fake;
using On = HoldScope::On;

struct Said {
    int exit = 0;
    std::string out;
    std::string err;
};

template <class Command> Said said_by(const Command& command) {
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    Said said;
    said.exit = command();
    said.out = ::testing::internal::GetCapturedStdout();
    said.err = ::testing::internal::GetCapturedStderr();
    return said;
}

class ControlCommand : public ::testing::Test {
  protected:
    RunningControl running_;
    DaemonAt at_{running_.dir.write("curfew.yaml", "version: 1\ncontrol: {socket: control.sock}\n").string(),
                 {}};
    ScriptedCommands& daemon_ = running_.commands;
};

TEST_F(ControlCommand, status_as_a_table_and_as_it_came) {
    auto said = said_by([&] { return status({at_}); });
    EXPECT_EQ(said.exit, 0);
    EXPECT_EQ(said.err, "");
    EXPECT_NE(said.out.find("fs1.corp.example  ok"), std::string::npos) << said.out;
    daemon_.status_reply = troubled_status();
    said = said_by([&] { return status({at_, Format::json}); });
    EXPECT_EQ(said.exit, 1);
    EXPECT_EQ(said.out, status_json(troubled_status()) + "\n");
}

TEST_F(ControlCommand, status_of_one_server) {
    daemon_.status_reply = troubled_status();
    auto said = said_by([&] { return status({at_, Format::table, "FS3"}); });
    EXPECT_NE(said.out.find("\nfs3 "), std::string::npos) << said.out;
    EXPECT_EQ(said.out.find("\nfs4 "), std::string::npos);
    said = said_by([&] { return status({at_, Format::table, "fs\n9"}); });
    EXPECT_EQ(said.exit, 2);
    EXPECT_EQ(said.err, "curfew: no server of this name is in the configuration in force: fs\\x0a9\n");
}

TEST_F(ControlCommand, without_a_daemon) {
    running_.finish();
    const auto said = said_by([&] { return status({at_}); });
    EXPECT_EQ(said.exit, 1);
    EXPECT_EQ(said.out, "");
    EXPECT_NE(said.err.find("the daemon does not run"), std::string::npos);
    EXPECT_EQ(said_by([&] { return hold({at_, {{}, core::Seconds{60}, "r"}}); }).exit, 1);
}

TEST_F(ControlCommand, without_control_in_the_configuration) {
    at_.config = running_.dir.write("other.yaml", "version: 1\n").string();
    const auto said = said_by([&] { return status({at_}); });
    EXPECT_EQ(said.exit, 2);
    EXPECT_NE(said.err.find("has no `control:`"), std::string::npos);
    at_.socket = running_.path;
    EXPECT_EQ(said_by([&] { return status({at_}); }).exit, 0);
}

TEST_F(ControlCommand, hold_says_until_when) {
    const HoldOptions options{at_, {{On::rule, "office closed"}, core::Seconds{7200}, "late \x1b[2J"}};
    auto said = said_by([&] { return hold(options); });
    EXPECT_EQ(said.exit, 0);
    EXPECT_EQ(said.out, "hold 3 on rule office closed until 2027-01-15T10:00:00Z (2h): late \\x1b[2J\n");
    EXPECT_EQ(said.err, "");
    ASSERT_EQ(daemon_.said().size(), 1u);
    EXPECT_TRUE(daemon_.said()[0].starts_with("hold rule office closed 7200 late \x1b[2J by uid "));
    daemon_.durable = false;
    said = said_by([&] { return hold(options); });
    EXPECT_EQ(said.exit, 0);
    EXPECT_NE(said.err.find("could not be written down"), std::string::npos);
    daemon_.hold_error = core::Error{
        boost::system::errc::make_error_code(boost::system::errc::invalid_argument), "no rule of this name"};
    said = said_by([&] { return hold(options); });
    EXPECT_EQ(said.exit, 2);
    EXPECT_EQ(said.err, "curfew: no rule of this name\n");
}

TEST_F(ControlCommand, resume_says_what) {
    auto said = said_by([&] { return resume({at_, {{}, HoldScope{}, {}}}); });
    EXPECT_EQ(said.exit, 1);
    EXPECT_EQ(said.err, "curfew: nothing to resume\n");
    daemon_.resume_reply.holds = {sample_hold()};
    daemon_.resume_reply.trips = troubled_status().trips;
    daemon_.resume_reply.remaining = {sample_hold()};
    said = said_by([&] { return resume({at_, {{}, HoldScope{On::rule, "r"}, "fs1"}}); });
    EXPECT_EQ(said.exit, 0);
    EXPECT_EQ(
        said.out,
        "ended: hold 3 on server fs1, by uid 1000 (anna): backup \\x1b[2Jstuck\\x0afs2 ok\n"
        "resumed: rule idle \\x1b[31mworkstations on fs1.corp.example, which would have ended 40 of 50\n"
        "resumed: rule office closed on the whole fleet, which would have ended 300 of 400\n"
        "still there: hold 3 on server fs1 until 2027-01-15T09:59:00Z: backup \\x1b[2Jstuck\\x0afs2 ok\n");
    EXPECT_EQ(daemon_.said(), (std::vector<std::string>{"resume everything", "resume rule r on fs1"}));
}

TEST_F(ControlCommand, reload_says_what_became_of_it) {
    using Is = ReloadReply::Is;
    const auto reloaded = [&](ReloadReply reply, bool confirm = false) {
        daemon_.reload_reply = std::move(reply);
        return said_by([&] { return reload({at_, {confirm, {}}}); });
    };
    auto said = reloaded({Is::in_force, "0123456789abcdef", {}, {"server fs9 is new"}, {}}, true);
    EXPECT_EQ(said.exit, 0);
    EXPECT_EQ(said.out, "in force (0123456789ab)\n  server fs9 is new\n");
    said = reloaded({Is::unchanged, "0123456789abcdef", {}, {}, {}});
    EXPECT_EQ(said.exit, 0);
    EXPECT_EQ(said.out, "unchanged (0123456789ab)\n");
    said = reloaded({Is::refused, {}, {"curfew.yaml:3:4: no \x1b"}, {}, {}});
    EXPECT_EQ(said.exit, 2);
    EXPECT_EQ(said.out, "");
    EXPECT_EQ(said.err, "curfew: refused; what was in force stays in force\n  curfew.yaml:3:4: no \\x1b\n");
    said = reloaded({Is::waits, "0123456789abcdef", {"6 of 100 servers would go"}, {}, {}});
    EXPECT_EQ(said.exit, 1);
    EXPECT_EQ(said.err,
              "curfew: waits for `curfew reload --confirm` (0123456789ab)\n  6 of 100 servers would go\n");
    EXPECT_EQ(daemon_.said(), (std::vector<std::string>{"reload confirmed", "reload", "reload", "reload"}));
}

}  // namespace
}  // namespace curfew::daemon
