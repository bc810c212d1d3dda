// Over real sockets on loopback: what it says, and what it does not put up with.
#include "daemon/http/server.hpp"

#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>

#include "tests/daemon/log_lines.hpp"

namespace curfew::daemon {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

class HttpServerTest : public ::testing::Test {
  protected:
    void start(HttpBounds bounds = {}, std::string address = "127.0.0.1") {
        const HttpSources sources{[] { return std::string(100'000, '#') + "\n"; },
                                  [] { return std::string{"{}"}; }, [] { return std::string{"[]"}; },
                                  [] { return std::string{}; }};
        server_ = std::make_unique<HttpServer>(threads_.get_executor(), config::Http{address, 0}, sources,
                                               log_, bounds);
        const auto started = server_->start();
        ASSERT_TRUE(started) << core::describe(started.error());
        address_ = address;
    }
    ~HttpServerTest() override {
        if (server_) server_->stop();
        threads_.join();
    }
    tcp::socket connect() {
        tcp::socket socket{io_};
        socket.connect({asio::ip::make_address(address_), server_->port()});
        return socket;
    }
    // Everything until the other end closes.
    std::string rest(tcp::socket& socket) {
        std::string text;
        boost::system::error_code error;
        asio::read(socket, asio::dynamic_buffer(text), error);
        return text;
    }
    std::string ask(const std::string& request) {
        auto socket = connect();
        asio::write(socket, asio::buffer(request));
        return rest(socket);
    }

    asio::io_context io_;
    asio::thread_pool threads_{2};
    std::shared_ptr<fake::LogLines> lines_ = std::make_shared<fake::LogLines>();
    Log log_{{}, lines_};
    std::unique_ptr<HttpServer> server_;
    std::string address_;
};

TEST_F(HttpServerTest, answers_and_keeps_the_connection_for_as_long_as_it_is_wanted) {
    start();
    const auto text =
        ask("GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n"
            "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(text.find("HTTP/1.1 200"), 0u) << text;
    EXPECT_NE(text.rfind("HTTP/1.1 200"), 0u) << "two of them, one after the other";
    EXPECT_NE(text.find("Cache-Control: no-store"), std::string::npos);
    EXPECT_EQ(text.find("Server:"), std::string::npos);
    EXPECT_EQ(ask("GET /-/healthy HTTP/1.0\r\n\r\n").find("HTTP/1.0 200"), 0u);
}

TEST_F(HttpServerTest, head_has_the_length_and_no_body) {
    start();
    const auto text = ask("HEAD /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    EXPECT_NE(text.find("Content-Length: 100001"), std::string::npos) << text;
    EXPECT_EQ(text.find('#'), std::string::npos);
}

TEST_F(HttpServerTest, nonsense_is_refused_and_harms_nobody) {
    start();
    using namespace std::string_view_literals;
    constexpr auto nonsense = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n"sv;
    EXPECT_EQ(ask(std::string{nonsense}).find("HTTP/1.1 400"), 0u);
    EXPECT_EQ(ask("GET\r\n\r\n").find("HTTP/1.1 400"), 0u);
    EXPECT_EQ(ask("GET /metrics HTTP/9.9\r\n\r\n").find("HTTP/1.1 400"), 0u);
    EXPECT_EQ(ask("POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello")
                  .find("HTTP/1.1 405"),
              0u);
    EXPECT_EQ(ask("GET /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n")
                  .find("HTTP/1.1 400"),
              0u);
    EXPECT_EQ(ask("GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\n\r\n").find("HTTP/1.1 4"), 0u);
    EXPECT_EQ(
        ask("GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").find("HTTP/1.1 421"),
        0u);
    EXPECT_EQ(ask("GET /-/healthy HTTP/1.0\r\n\r\n").find("HTTP/1.0 200"), 0u);
}

// A page whose name leads here may send what it likes as a body. That is never a request of its own.
TEST_F(HttpServerTest, a_body_is_not_taken_for_the_next_request) {
    start();
    const std::string inner = "GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    const auto length = "Content-Length: " + std::to_string(inner.size()) + "\r\n\r\n";
    for (const char* head :
         {"POST / HTTP/1.1\r\nHost: evil.example\r\n", "GET /metrics HTTP/1.1\r\nHost: evil.example\r\n",
          "POST /metrics HTTP/1.1\r\nHost: localhost\r\n", "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n"}) {
        const auto text = ask(head + length + inner);
        EXPECT_EQ(text.find("HTTP/1.1 4"), 0u) << head << text;
        EXPECT_EQ(text.find("HTTP/1.1 200"), std::string::npos) << head << text;
    }
}

TEST_F(HttpServerTest, who_sends_too_much_is_told_so) {
    start();
    const std::string much(500'000, 'x');
    const auto text = ask("GET /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n");
    EXPECT_EQ(text.find("HTTP/1.1 413"), 0u) << text;
    // All of it is sent before anything is read, as many a client does.
    EXPECT_EQ(ask("GET /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\n" + much)
                  .find("HTTP/1.1 413"),
              0u);
    EXPECT_EQ(
        ask("GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n").find("HTTP/1.1 431"),
        0u);
    EXPECT_EQ(ask("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n")
                  .find("HTTP/1.1 431"),
              0u);
}

TEST_F(HttpServerTest, one_host_and_no_other) {
    start();
    EXPECT_EQ(ask("GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n").find("HTTP/1.1 400"), 0u);
    EXPECT_EQ(
        ask("GET /metrics HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
            .find("HTTP/1.1 400"),
        0u);
}

TEST_F(HttpServerTest, who_has_nothing_more_to_say_is_answered) {
    start();
    auto socket = connect();
    asio::write(socket, asio::buffer(std::string{"GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n"}));
    socket.shutdown(tcp::socket::shutdown_send);
    EXPECT_EQ(rest(socket).find("HTTP/1.1 200"), 0u);
}

TEST_F(HttpServerTest, whoever_is_too_slow_is_dropped) {
    start({.patience = core::Milliseconds{50}});
    auto silent = connect();
    EXPECT_EQ(rest(silent), "");
    auto half = connect();
    asio::write(half, asio::buffer(std::string{"GET /metrics HTT"}));
    EXPECT_EQ(rest(half), "");
    // Asks for a lot and reads nothing of it until it is too late.
    auto reader = connect();
    reader.set_option(asio::socket_base::receive_buffer_size{4096});
    std::string many;
    for (int i = 0; i < 400; ++i) many += "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
    boost::system::error_code error;
    asio::write(reader, asio::buffer(many), error);
    auto other = connect();
    EXPECT_EQ(rest(other), "") << "by now it is dropped";
    EXPECT_LT(rest(reader).size(), 400u * 100'000u);
}

TEST_F(HttpServerTest, so_many_at_once_and_no_more) {
    start({.connections = 4});
    std::vector<tcp::socket> held;
    for (int i = 0; i < 4; ++i) {
        held.push_back(connect());
        // It is there when it is answered.
        asio::write(held.back(),
                    asio::buffer(std::string{"HEAD /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n"}));
        char first = 0;
        asio::read(held.back(), asio::buffer(&first, 1));
    }
    EXPECT_EQ(ask("").find("HTTP/1.1 503"), 0u);
}

TEST_F(HttpServerTest, listens_on_ipv6_too_and_says_where_it_cannot) {
    start({}, "::1");
    EXPECT_EQ(ask("GET /-/healthy HTTP/1.0\r\n\r\n").find("HTTP/1.0 200"), 0u);
    HttpServer second{threads_.get_executor(), config::Http{"::1", server_->port()}, {}, log_};
    const auto started = second.start();
    ASSERT_FALSE(started);
    EXPECT_NE(core::describe(started.error()).find("already in use"), std::string::npos)
        << core::describe(started.error());
}

}  // namespace
}  // namespace curfew::daemon
