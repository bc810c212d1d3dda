#include "daemon/control/connection.hpp"

#include <cerrno>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include <pwd.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/control/request.hpp"
#include "daemon/control/server.hpp"

namespace curfew::daemon {
namespace {

namespace asio = boost::asio;
namespace errc = boost::system::errc;
constexpr core::Seconds patience_for_names{2};
constexpr auto awaited = asio::as_tuple(asio::use_awaitable);

core::Error failed(errc::errc_t code, std::string context) {
    return {errc::make_error_code(code), std::move(context)};
}

// May ask a directory service, and hang.
core::Result<std::string> name_of_user(std::uint32_t uid) {
    std::vector<char> room(16 * 1024);
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(uid, &entry, room.data(), room.size(), &found) != 0 || found == nullptr)
        return std::string{};
    return std::string{found->pw_name};
}

}  // namespace

ControlConnection::ControlConnection(Socket socket, Clock& clock, Log& log, core::BlockingPool& names)
    : socket_(std::move(socket)),
      patience_(socket_.get_executor()),
      clock_(clock),
      log_(log),
      names_(names),
      waiting_(std::make_shared<core::Waiting>(socket_.get_executor())) {}

void ControlConnection::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    patience_.cancel();
    waiting_->wake();
}

void ControlConnection::close_if_idle() {
    if (!at_work_) close();
}

void ControlConnection::be_patient(core::Seconds length, void (ControlConnection::*then)()) {
    patience_.expires_at(clock_.timer_at(clock_.now().steady + length));
    patience_.async_wait([weak = weak_from_this(), then](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (!error && self) ((*self).*then)();
    });
}

void ControlConnection::drop() {
    out_of_patience_ = true;
    close();
}

void ControlConnection::go_without_name() {
    waiting_->wake();
}

asio::awaitable<core::Result<std::string>> ControlConnection::read_line() {
    std::string received;
    auto buffer = asio::dynamic_buffer(received, longest_control_request + 1);
    const auto [error, length] = co_await asio::async_read_until(socket_, buffer, '\n', awaited);
    if (!error) {
        received.resize(length - 1);  // whatever comes behind the line is nobody's
        co_return received;
    }
    if (error == asio::error::not_found)
        co_return failed(errc::message_size,
                         "a request has at most " + std::to_string(longest_control_request) + " bytes");
    if (error == asio::error::eof && !received.empty())
        co_return failed(errc::invalid_argument, "a request ends with the end of its line");
    co_return core::Error{error, {}};
}

asio::awaitable<bool> ControlConnection::write(std::string text) {
    std::size_t written = 0;
    while (written < text.size()) {
        be_patient(control_patience, &ControlConnection::drop);  // for each piece: who reads on is waited for
        const auto [error, length] = co_await socket_.async_write_some(asio::buffer(text) + written, awaited);
        patience_.cancel();
        if (error) co_return false;
        written += length;
    }
    co_return true;
}

asio::awaitable<bool> ControlConnection::line(std::string object) {
    if (object.size() > longest_control_reply || object.find('\n') != std::string::npos) co_return false;
    co_return co_await write(std::move(object) + "\n");
}

asio::awaitable<core::Result<Peer>> ControlConnection::whose() {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        co_return core::Error{{errno, boost::system::generic_category()}, "SO_PEERCRED"};
    Peer peer{credentials.uid, credentials.gid, credentials.pid, {}};
    std::function<core::Result<std::string>()> ask = [uid = peer.uid] { return name_of_user(uid); };
    be_patient(patience_for_names, &ControlConnection::go_without_name);
    const auto name = co_await names_.run<std::string>(waiting_, socket_.get_executor(), std::move(ask));
    patience_.cancel();
    if (name) peer.name = *name;
    co_return peer;
}

asio::awaitable<void> ControlConnection::answer(const ControlHandler& handler, ControlRequest request) {
    const auto who = to_string(request.from);
    const auto command = request.command;
    const auto level = command == "status" ? config::LogLevel::debug : config::LogLevel::info;
    core::Result<ControlReply> reply = failed(errc::io_error, {});
    std::string mishap;
    at_work_ = true;
    try {
        reply = co_await handler(std::move(request), *this);
    } catch (const std::exception& error) {
        reply = failed(errc::io_error, error.what());
    }
    at_work_ = false;
    if (reply && reply->result.size() > longest_control_reply)
        reply = failed(errc::message_size, "the answer is longer than a reply may be");
    if (!reply) {
        log_.event(level, "control_request",
                   {{"command", command},
                    {"who", who},
                    {"error", core::name_of(reply.error().code)},
                    {"message", core::describe(reply.error())}});
        co_await write(error_line(reply.error()));
        co_return;
    }
    log_.event(level, "control_request", {{"command", command}, {"who", who}, {"exit", reply->exit}});
    if (!reply->result.empty() && !co_await line(std::move(reply->result))) co_return;
    co_await write(done_line(reply->exit));
}

asio::awaitable<void> ControlConnection::serve(const ControlHandler& handler) {
    be_patient(control_patience, &ControlConnection::drop);
    const auto text = co_await read_line();
    patience_.cancel();
    if (out_of_patience_) {
        log_.debug("control_dropped", {{"message", "no request came in time"}});
    } else if (!text) {
        if (!text.error().context.empty()) co_await write(error_line(text.error()));
    } else if (auto request = read_control_request(*text); !request) {
        co_await write(error_line(request.error()));
    } else if (auto peer = co_await whose(); !peer) {
        co_await write(error_line(peer.error()));
    } else if (socket_.is_open()) {
        request->from = std::move(*peer);
        co_await answer(handler, std::move(*request));
    }
    close();
}

}  // namespace curfew::daemon
