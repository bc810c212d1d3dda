#include "tests/daemon/control/running_control.hpp"

#include <stdexcept>

#include <poll.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/control/unix_address.hpp"
#include "tests/daemon/control/samples.hpp"

namespace curfew::daemon::fake {
namespace asio = boost::asio;
namespace {

std::string words(const HoldScope& scope) {
    switch (scope.on) {
        case HoldScope::On::server: return "server " + scope.name;
        case HoldScope::On::tag: return "tag " + scope.name;
        case HoldScope::On::rule: return "rule " + scope.name;
        case HoldScope::On::everything: break;
    }
    return "everything";
}

}  // namespace

asio::awaitable<core::Result<Status>> ScriptedCommands::status() {
    co_return status_reply;
}

asio::awaitable<core::Result<HoldReply>> ScriptedCommands::hold(HoldRequest request, Peer from) {
    say("hold " + words(request.scope) + " " + std::to_string(request.length.count()) + " " + request.reason +
        " by " + to_string(from));
    if (hold_error) co_return *hold_error;
    co_return HoldReply{
        {3, words(request.scope), at(0), at(0) + request.length, request.reason, to_string(from), durable}};
}

asio::awaitable<core::Result<ResumeReply>> ScriptedCommands::resume(ResumeRequest request, Peer) {
    say("resume " + (request.id ? "id " + std::to_string(*request.id) : words(*request.scope)) +
        (request.server ? " on " + *request.server : ""));
    co_return resume_reply;
}

asio::awaitable<core::Result<ReloadReply>> ScriptedCommands::reload(ReloadRequest request, Peer) {
    say((request.confirm ? "reload confirmed" : "reload") + (request.digest ? " " + *request.digest : ""));
    co_return reload_reply;
}

asio::awaitable<core::Result<ControlReply>> ScriptedCommands::other(ControlRequest request,
                                                                    Progress& progress) {
    if (const auto told = other_replies.find(request.command); told != other_replies.end()) {
        say(request.arguments);
        co_return told->second;
    }
    say(request.command);
    if (request.command == "echo") co_return ControlReply{0, request.arguments};
    if (request.command == "throw") throw std::runtime_error("a mishap");
    if (request.command == "much")
        co_return ControlReply{0, R"({"x": ")" + std::string(32u << 20, 'x') + "\"}"};
    if (request.command == "count") {
        for (int i = 1; i <= 3; ++i) {
            const std::string line = R"({"n": )" + std::to_string(i) + "}";
            co_await progress.line(line);
        }
        co_return ControlReply{7, {}};
    }
    if (request.command == "wait") {
        const std::string line = R"({"waiting": true})";
        co_await progress.line(line);
        co_await gate_.async_wait(asio::as_tuple(asio::use_awaitable));
        say("waited");
        co_return ControlReply{0, {}};
    }
    co_return co_await ControlCommands::other(std::move(request), progress);
}

RunningControl::RunningControl(int times) : clock(times) {
    commands.status_reply = calm_status();
    server =
        std::make_unique<ControlServer>(context.get_executor(), control, handler_of(commands), clock, log);
    if (const auto started = server->start(); !started)
        throw std::runtime_error(core::describe(started.error()));
    thread_ = std::thread{[this] { context.run(); }};
}

RunningControl::~RunningControl() {
    finish();
}

void RunningControl::finish() {
    if (!thread_.joinable()) return;
    server->stop();
    asio::post(context, [this] { commands.open(); });
    busy_.reset();
    thread_.join();
}

RawClient::RawClient(const std::string& path)
    : descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const auto address = UnixAddress::of(path);
    if (!address || ::connect(descriptor_, address->get(), address->size()) != 0)
        throw std::runtime_error("connect " + path);
}

RawClient::~RawClient() {
    ::close(descriptor_);
}

void RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void RawClient::no_more() {
    ::shutdown(descriptor_, SHUT_WR);
}

std::string RawClient::rest() {
    std::string all;
    char piece[4096];
    for (;;) {
        const auto length = ::recv(descriptor_, piece, sizeof piece, 0);
        if (length <= 0) return all;
        all.append(piece, static_cast<std::size_t>(length));
    }
}

std::string RawClient::line() {
    std::string text;
    char c = 0;
    while (::recv(descriptor_, &c, 1, 0) == 1) {
        text += c;
        if (c == '\n') break;
    }
    return text;
}

void RawClient::wait_for_the_end() {
    pollfd one{descriptor_, 0, 0};
    while (::poll(&one, 1, -1) >= 0 && (one.revents & (POLLHUP | POLLERR)) == 0) {
    }
}

std::string answer(const std::string& path, std::string_view bytes) {
    RawClient client{path};
    client.send(bytes);
    client.no_more();
    return client.rest();
}

}  // namespace curfew::daemon::fake
