// The server end, over real sockets.

#include "daemon/control/server.hpp"

#include <deque>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/post.hpp>

#include "daemon/control/request.hpp"
#include "tests/daemon/control/running_control.hpp"

namespace curfew::daemon {
namespace {

using namespace fake;

constexpr const char* done = "{\"done\": {\"exit\": 0}}\n";
constexpr const char* echo = R"({"version": 1, "command": "echo", "x": "é"})";

TEST(ControlServer, answers_a_request) {
    RunningControl running;
    EXPECT_EQ(answer(running.path, std::string{echo} + "\n"), std::string{echo} + "\n" + done);
    EXPECT_EQ(answer(running.path, "{\"version\":1,\"command\":\"count\"}\n"),
              "{\"n\": 1}\n{\"n\": 2}\n{\"n\": 3}\n{\"done\": {\"exit\": 7}}\n");
}

TEST(ControlServer, takes_a_request_in_pieces) {
    RunningControl running;
    RawClient client{running.path};
    for (const char c : std::string{echo} + "\n") client.send({&c, 1});
    EXPECT_EQ(client.rest(), std::string{echo} + "\n" + done);
}

TEST(ControlServer, knows_who_asks) {
    RunningControl running;
    answer(running.path,
           "{\"version\": 1, \"command\": \"hold\", \"all\": true, \"for\": 60, \"reason\": \"r\"}\n");
    const auto uid = "by uid " + std::to_string(::getuid());
    ASSERT_EQ(running.commands.said().size(), 1u);
    EXPECT_NE(running.commands.said()[0].find(uid), std::string::npos) << running.commands.said()[0];
    running.finish();
    ASSERT_EQ(running.lines->events("control_request").size(), 1u);
    EXPECT_NE(running.lines->events("control_request")[0].find("command=hold"), std::string::npos);
}

TEST(ControlServer, nonsense_is_an_error_and_does_no_harm) {
    RunningControl running;
    const std::vector<std::string> bad{
        "\n",
        "hello\n",
        "{}\n",
        "[]\n",
        "{\"version\": 2, \"command\": \"echo\"}\n",
        "{\"version\": 1}\n",
        "{\"version\": 1, \"command\": \"\"}\n",
        "{\"version\": 1, \"command\": \"Ech o\"}\n",
        "{\"version\": 1, \"command\": 3}\n",
        "{\"version\": 1, \"command\": \"nobody_knows\"}\n",
        "{\"version\": 1, \"command\": \"echo\"",  // no end of the line
        "{\"version\": 1, \"command\": \"echo\", \"x\": \"\xff\xfe\"}\n",
        std::string("{\"version\": 1, \"command\": \"ec\0ho\"}\n", 36),
        std::string("\0\0\0\0\n", 5),
        std::string(100'000, '[') + "\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        std::string(longest_control_request + 1, ' ') + "\n",
        std::string(longest_control_request * 2, 'x'),
    };
    for (const auto& bytes : bad) {
        const auto reply = answer(running.path, bytes);
        EXPECT_TRUE(reply.starts_with("{\"error\": {\"name\": \"E")) << bytes.substr(0, 80) << reply;
        EXPECT_TRUE(reply.ends_with("}}\n")) << reply;
    }
    EXPECT_TRUE(answer(running.path, "").empty());
    EXPECT_EQ(answer(running.path, std::string{echo} + "\nand more"), std::string{echo} + "\n" + done);
}

TEST(ControlServer, the_longest_request_is_taken) {
    RunningControl running;
    std::string request = "{\"version\": 1, \"command\": \"count\", \"x\": \"\"}";
    request.insert(request.size() - 2, longest_control_request - request.size(), 'y');
    ASSERT_EQ(request.size(), longest_control_request);
    EXPECT_TRUE(answer(running.path, request + "\n").ends_with("{\"done\": {\"exit\": 7}}\n"));
}

TEST(ControlServer, a_mishap_is_an_error_for_one_client) {
    RunningControl running;
    EXPECT_EQ(answer(running.path, "{\"version\": 1, \"command\": \"throw\"}\n"),
              "{\"error\": {\"name\": \"EIO\", \"message\": \"a mishap\", \"exit\": 1}}\n");
    EXPECT_TRUE(answer(running.path, std::string{echo} + "\n").ends_with(done));
}

TEST(ControlServer, who_says_nothing_is_dropped) {
    RunningControl running{500};
    RawClient silent{running.path};
    RawClient slow{running.path};
    slow.send("{\"version\"");
    EXPECT_EQ(silent.rest(), "");
    EXPECT_EQ(slow.rest(), "");
    running.finish();
    EXPECT_EQ(running.lines->events("control_dropped").size(), 2u);
}

TEST(ControlServer, who_reads_nothing_is_dropped) {
    RunningControl running{20};
    RawClient client{running.path};
    client.send("{\"version\": 1, \"command\": \"much\"}\n");
    client.wait_for_the_end();
    EXPECT_EQ(running.commands.said(), std::vector<std::string>{"much"});
    const auto got = client.rest();
    EXPECT_LT(got.size(), std::size_t{32} << 20);
    EXPECT_FALSE(got.ends_with(done));
}

TEST(ControlServer, much_is_read_by_who_reads) {
    RunningControl running;
    RawClient client{running.path};
    client.send("{\"version\": 1, \"command\": \"much\"}\n");
    const auto got = client.rest();
    EXPECT_GT(got.size(), std::size_t{32} << 20);
    EXPECT_TRUE(got.ends_with(done));
}

TEST(ControlServer, so_many_and_no_more) {
    RunningControl running;
    std::deque<RawClient> clients;
    for (std::size_t i = 0; i < most_control_connections; ++i) clients.emplace_back(running.path);
    RawClient one_too_many{running.path};
    EXPECT_NE(one_too_many.rest().find("\"EAGAIN\""), std::string::npos);
    clients.front().send(std::string{echo} + "\n");
    EXPECT_TRUE(clients.front().rest().ends_with(done)) << "the others are served";
}

TEST(ControlServer, stopping_lets_what_is_under_way_end) {
    RunningControl running;
    RawClient at_work{running.path};
    at_work.send("{\"version\": 1, \"command\": \"wait\"}\n");
    EXPECT_EQ(at_work.line(), "{\"waiting\": true}\n");
    RawClient idle{running.path};
    running.server->stop();
    EXPECT_EQ(idle.rest(), "");
    EXPECT_FALSE(std::filesystem::exists(running.path));
    boost::asio::post(running.context, [&] { running.commands.open(); });
    EXPECT_EQ(at_work.rest(), done);
}

TEST(ControlServer, a_client_that_goes_does_not_stop_what_it_began) {
    RunningControl running;
    {
        RawClient client{running.path};
        client.send("{\"version\": 1, \"command\": \"wait\"}\n");
        EXPECT_EQ(client.line(), "{\"waiting\": true}\n");
    }
    running.finish();
    EXPECT_EQ(running.commands.said().back(), "waited");
}

TEST(ControlServer, stopping_takes_away_only_its_own_socket) {
    RunningControl running;
    std::filesystem::remove(running.path);
    std::ofstream{running.path} << "mine";
    running.finish();
    EXPECT_EQ(testing::read_file(running.path), "mine");
}

TEST(ControlServer, two_do_not_share_a_path) {
    RunningControl running;
    ControlServer second{running.context.get_executor(), running.control, handler_of(running.commands),
                         running.clock, running.log};
    const auto started = second.start();
    ASSERT_FALSE(started);
    EXPECT_EQ(core::name_of(started.error().code), "EADDRINUSE");
    second.stop();
    EXPECT_TRUE(answer(running.path, std::string{echo} + "\n").ends_with(done)) << "the first one goes on";
}

}  // namespace
}  // namespace curfew::daemon
