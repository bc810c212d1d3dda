#include "daemon/http/server.hpp"

#include <array>
#include <set>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace curfew::daemon {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr auto told = asio::as_tuple(asio::use_awaitable);

http::response<http::string_body> response_of(HttpAnswer answer, unsigned version, bool keep_alive,
                                              bool head) {
    http::response<http::string_body> response{static_cast<http::status>(answer.status), version};
    response.set(http::field::content_type, answer.type);
    response.set(http::field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    if (!answer.allow.empty()) response.set(http::field::allow, answer.allow);
    response.keep_alive(keep_alive);
    const auto length = answer.body.size();
    if (!head) response.body() = std::move(answer.body);
    response.content_length(length);
    return response;
}

// To what Beast would not take.
HttpAnswer refusal(const boost::system::error_code& error) {
    HttpAnswer reply{400, "text/plain; charset=utf-8", "that is no HTTP\n", {}, true};
    if (error == http::error::body_limit) {
        reply.status = 413;
        reply.body = "no body is wanted\n";
    } else if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        reply.status = 431;
        reply.body = "the request line or the headers are too long\n";
    }
    return reply;
}

}  // namespace

// Everything of it runs on one strand.
class HttpServer::Shell : public std::enable_shared_from_this<Shell> {
  public:
    Shell(asio::any_io_executor executor, config::Http http, HttpSources sources, Log& log, HttpBounds bounds)
        : strand_(asio::make_strand(std::move(executor))),
          http_(std::move(http)),
          sources_(std::move(sources)),
          log_(log),
          bounds_(bounds),
          acceptor_(strand_),
          pause_(strand_) {}

    core::Result<void> listen() {
        boost::system::error_code error;
        const tcp::endpoint endpoint{asio::ip::make_address(http_.address, error), http_.port};
        loopback_ = endpoint.address().is_loopback();
        if (!error) acceptor_.open(endpoint.protocol(), error);
        if (!error) acceptor_.set_option(asio::socket_base::reuse_address{true}, error);
        if (!error && endpoint.address().is_v6()) acceptor_.set_option(asio::ip::v6_only{true}, error);
        if (!error) acceptor_.bind(endpoint, error);
        if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
        if (error) {
            boost::system::error_code ignored;
            acceptor_.close(ignored);
            return core::Error{error, "listening on " + http_.address + ":" + std::to_string(http_.port)};
        }
        port_ = acceptor_.local_endpoint(error).port();
        asio::co_spawn(strand_, accept(shared_from_this()), asio::detached);
        return {};
    }

    void stop() {
        asio::post(strand_, [self = shared_from_this()] {
            self->stopping_ = true;
            boost::system::error_code ignored;
            self->acceptor_.close(ignored);
            self->pause_.cancel();
            for (auto* stream : self->open_) stream->close();
        });
    }

    std::uint16_t port() const { return port_; }

  private:
    static asio::awaitable<void> accept(std::shared_ptr<Shell> self) {
        constexpr core::Milliseconds breath{200};
        while (!self->stopping_) {
            auto [error, socket] = co_await self->acceptor_.async_accept(self->strand_, told);
            if (self->stopping_) co_return;
            if (error) {
                // Descriptors are exhausted, or somebody was gone at once: it goes on when there is air
                // again.
                self->say_once(error);
                self->pause_.expires_after(breath);
                co_await self->pause_.async_wait(told);
                continue;
            }
            self->said_ = false;
            asio::co_spawn(self->strand_, serve(self, beast::tcp_stream{std::move(socket)}), asio::detached);
        }
    }

    void say_once(const boost::system::error_code& error) {
        if (std::exchange(said_, true)) return;
        log_.warning("http_accept_failed", {{"message", core::describe({error, ""})}});
    }

    static asio::awaitable<void> serve(std::shared_ptr<Shell> self, beast::tcp_stream stream) {
        const bool full = self->open_.size() >= self->bounds_.connections;
        struct Entry {
            std::set<beast::tcp_stream*>& all;
            beast::tcp_stream* stream;
            ~Entry() { all.erase(stream); }
        };
        self->open_.insert(&stream);
        const Entry entry{self->open_, &stream};
        if (full) {
            // At once: whoever has to be turned away is not waited for.
            HttpAnswer reply{503, "text/plain; charset=utf-8", "too many connections\n", {}, true};
            const auto response = response_of(std::move(reply), 11, false, false);
            stream.expires_after(self->bounds_.patience);
            co_await http::async_write(stream, response, told);
            co_return;
        }
        beast::flat_buffer buffer{self->bounds_.header_bytes + 1024};
        bool go_on = true;
        bool unread = false;  // there may be more of what was refused
        while (go_on && !self->stopping_) {
            http::request_parser<http::empty_body> parser;
            parser.header_limit(self->bounds_.header_bytes);
            stream.expires_after(self->bounds_.patience);
            const auto [error, size] = co_await http::async_read_header(stream, buffer, parser, told);
            static_cast<void>(size);
            if (error == http::error::end_of_stream || error == beast::error::timeout) break;
            const bool nonsense =
                error && error.category() == http::make_error_code(http::error::bad_method).category();
            if (error && !nonsense) break;
            const auto& request = parser.get();
            auto reply = nonsense ? refusal(error) : self->answer_to(parser);
            const bool head = !nonsense && request.method() == http::verb::head;
            unread = reply.close;
            go_on = !reply.close && request.keep_alive();
            auto response = response_of(std::move(reply), nonsense ? 11U : request.version(), go_on, head);
            http::response_serializer<http::string_body> serializer{response};
            // To HEAD the body of a response is said by its length alone.
            serializer.split(head);
            stream.expires_after(self->bounds_.patience);
            boost::system::error_code failed;
            if (head) {
                const auto [wrong, sent] = co_await http::async_write_header(stream, serializer, told);
                static_cast<void>(sent);
                failed = wrong;
            } else {
                const auto [wrong, sent] = co_await http::async_write(stream, serializer, told);
                static_cast<void>(sent);
                failed = wrong;
            }
            if (failed) co_return;
        }
        boost::system::error_code ignored;
        stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
        if (unread) co_await hear_out(stream, self->bounds_);
    }

    // Closing on what was not read resets the connection, and the answer may be lost with it.
    static asio::awaitable<void> hear_out(beast::tcp_stream& stream, const HttpBounds& bounds) {
        std::array<char, 4096> dropped;
        stream.expires_after(bounds.farewell);
        for (std::size_t heard = 0; heard < bounds.farewell_bytes;) {
            const auto [error, size] = co_await stream.async_read_some(asio::buffer(dropped), told);
            if (error) co_return;
            heard += size;
        }
    }

    HttpAnswer answer_to(const http::request_parser<http::empty_body>& parser) const {
        const auto& request = parser.get();
        const auto method = request.method_string();
        const auto target = request.target();
        const auto host = request[http::field::host];
        const auto length = parser.content_length();
        HttpRequest asked;
        asked.method = {method.data(), method.size()};
        asked.target = {target.data(), target.size()};
        asked.host = {host.data(), host.size()};
        asked.with_body = parser.chunked() || (length && *length > 0);
        const auto hosts = request.count(http::field::host);
        asked.host_in_doubt = hosts > 1 || (hosts == 0 && request.version() >= 11);
        return answer(asked, sources_, loopback_);
    }

    asio::strand<asio::any_io_executor> strand_;
    config::Http http_;
    HttpSources sources_;
    Log& log_;
    HttpBounds bounds_;
    tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    std::set<beast::tcp_stream*> open_;
    std::uint16_t port_ = 0;
    bool loopback_ = true;
    bool stopping_ = false;
    bool said_ = false;
};

HttpServer::HttpServer(asio::any_io_executor executor, config::Http http, HttpSources sources, Log& log,
                       HttpBounds bounds)
    : shell_(std::make_shared<Shell>(std::move(executor), std::move(http), std::move(sources), log, bounds)) {
}

HttpServer::~HttpServer() {
    stop();
}

core::Result<void> HttpServer::start() {
    return shell_->listen();
}

void HttpServer::stop() {
    shell_->stop();
}

std::uint16_t HttpServer::port() const {
    return shell_->port();
}

}  // namespace curfew::daemon
