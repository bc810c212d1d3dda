// The client end, and where it looks for the socket.

#include "daemon/control/client.hpp"

#include <filesystem>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "daemon/control/find_control.hpp"
#include "daemon/control/socket_file.hpp"
#include "tests/daemon/control/running_control.hpp"

namespace curfew::daemon {
namespace {

using namespace fake;

// Somebody who listens and, to the first who comes, says `text` and leaves.
class Impostor {
  public:
    explicit Impostor(std::string text) {
        auto made = SocketFile::make(control);
        if (!made) throw std::runtime_error(core::describe(made.error()));
        const int listening = made->release();
        thread_ = std::thread{[listening, text = std::move(text)] {
            pollfd_wait(listening);
            const int one = ::accept(listening, nullptr, nullptr);
            char request[256];
            static_cast<void>(::recv(one, request, sizeof request, 0));
            static_cast<void>(::send(one, text.data(), text.size(), MSG_NOSIGNAL));
            ::close(one);
            ::close(listening);
        }};
    }
    ~Impostor() { thread_.join(); }
    core::Result<ControlAnswer> asked() {
        auto client = ControlClient::connect(control, {});
        if (!client) return client.error();
        return client->ask("{}", [](const std::string&) {});
    }

    testing::TempDir dir;
    config::Control control{(dir / "c.sock").string(), {}, {}, 0600};

  private:
    static void pollfd_wait(int descriptor);
    std::thread thread_;
};

void Impostor::pollfd_wait(int descriptor) {
    fd_set set;
    FD_ZERO(&set);
    FD_SET(descriptor, &set);
    static_cast<void>(::select(descriptor + 1, &set, nullptr, nullptr, nullptr));
}

TEST(ControlClient, hears_every_line_and_the_end) {
    RunningControl running;
    auto client = ControlClient::connect(running.control, {});
    ASSERT_TRUE(client);
    std::vector<std::string> lines;
    const auto answer = client->ask(R"({"version": 1, "command": "count"})",
                                    [&](const std::string& line) { lines.push_back(line); });
    ASSERT_TRUE(answer) << core::describe(answer.error());
    EXPECT_EQ(lines, (std::vector<std::string>{R"({"n": 1})", R"({"n": 2})", R"({"n": 3})"}));
    EXPECT_EQ(answer->exit, 7);
    EXPECT_EQ(answer->error, "");
}

TEST(ControlClient, hears_an_error) {
    RunningControl running;
    auto client = ControlClient::connect(running.control, {});
    const auto answer = client->ask(R"({"version": 1, "command": "nothing"})", [](const std::string&) {});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->exit, 2);
    EXPECT_EQ(answer->error_name, "EINVAL");
    EXPECT_EQ(answer->error, "this daemon knows no command nothing");
}

TEST(ControlClient, hears_why_it_is_refused_before_everything_is_sent) {
    RunningControl running;
    auto client = ControlClient::connect(running.control, {});
    const auto answer = client->ask(std::string(8u << 20, 'x'), [](const std::string&) {});
    ASSERT_TRUE(answer) << core::describe(answer.error());
    EXPECT_EQ(answer->error_name, "EMSGSIZE");
}

TEST(ControlClient, an_answer_without_an_end_is_an_error) {
    for (const auto* text : {"", "{\"x\": 1}\n", "{\"done\": {\"exit\": 0}}"}) {
        const auto answer = Impostor{text}.asked();
        ASSERT_FALSE(answer) << text;
        EXPECT_NE(answer.error().context.find("before its answer was complete"), std::string::npos);
    }
    for (const auto* text : {"hello\n", "{\"done\": 1}\n", "{\"done\": {}}\n",
                             "{\"done\": {\"exit\": 256}}\n", "{\"error\": {\"exit\": 1}}\n"}) {
        const auto answer = Impostor{text}.asked();
        ASSERT_FALSE(answer) << text;
        EXPECT_EQ(core::name_of(answer.error().code), "EPROTO") << text;
    }
}

TEST(ControlClient, nobody_there) {
    const testing::TempDir dir;
    const config::Control control{(dir / "c.sock").string(), {}, {}, 0600};
    const auto never = ControlClient::connect(control, {});
    ASSERT_FALSE(never);
    EXPECT_NE(never.error().context.find("the daemon does not run"), std::string::npos);
    { ASSERT_TRUE(SocketFile::make(control)); }
    const auto gone = ControlClient::connect(control, {});
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().context, "nobody listens on " + control.socket + ": the daemon does not run");
}

TEST(ControlClient, does_not_wait_for_ever) {
    RunningControl running;
    auto client = ControlClient::connect(running.control, {core::Seconds{5}, core::Seconds{1}});
    const auto answer = client->ask(R"({"version": 1, "command": "wait"})", [](const std::string&) {});
    ASSERT_FALSE(answer);
    EXPECT_EQ(core::name_of(answer.error().code), "ETIMEDOUT");
}

TEST(ControlClient, without_rights_it_says_whose_the_socket_is) {
    const testing::TempDir dir;
    const config::Control control{(dir / "c.sock").string(), {}, {}, ::getuid() == 0 ? 0600u : 0u};
    const auto made = SocketFile::make(control);
    ASSERT_TRUE(made);
    std::filesystem::permissions(dir.path(), std::filesystem::perms{0755});
    const bool root = ::getuid() == 0;
    constexpr uid_t nobody = 65'534;
    if (root) {
        ASSERT_EQ(::seteuid(nobody), 0);
    }
    const auto client = ControlClient::connect(control, {});
    if (root) {
        ASSERT_EQ(::seteuid(0), 0);
    }
    ASSERT_FALSE(client);
    EXPECT_NE(client.error().context.find(root ? "belongs to root:" : "has the mode 0000"), std::string::npos)
        << client.error().context;
}

class FindControl : public ::testing::Test {
  protected:
    std::string found(const std::string& text) {
        const auto file = dir_.write("curfew.yaml", text).string();
        const auto control = find_control(file, {});
        if (!control) return control.error().context.substr(file.size());
        return control->control.socket + (control->remark.empty() ? "" : " with a remark");
    }
    testing::TempDir dir_;
};

TEST_F(FindControl, by_the_configuration_even_by_one_that_is_refused) {
    EXPECT_EQ(found("version: 1\ncontrol: {socket: /run/x.sock, mode: '0660'}\n"), "/run/x.sock");
    EXPECT_EQ(found("versoin: 7\nservers: []\ncontrol: {socket: run/../x.sock}\n"),
              (dir_ / "x.sock").string());
    EXPECT_EQ(found("version: [\n"), "/run/curfew/control.sock with a remark");
    EXPECT_TRUE(found("version: 1\n").starts_with(" has no `control:`"));
    EXPECT_TRUE(found("control: 3\n").starts_with(": `control` names no `socket`"));
    EXPECT_TRUE(found("control: {socket: ''}\n").starts_with(": `control` names no `socket`"));
}

TEST_F(FindControl, by_the_command_line) {
    EXPECT_EQ(find_control("/nonexistent", "/run/y.sock")->control.socket, "/run/y.sock");
    EXPECT_FALSE(find_control("/nonexistent", {}));
}

}  // namespace
}  // namespace curfew::daemon
