#include "daemon/control/handler.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include "core/text/utf.hpp"
#include "daemon/status/status_json.hpp"
#include "daemon/status/status_text.hpp"

namespace curfew::daemon {
namespace {

namespace asio = boost::asio;
namespace errc = boost::system::errc;
using Answer = core::Result<ControlReply>;

asio::awaitable<Answer> answer_status(ControlCommands& commands, ControlRequest request) {
    const auto wanted = read_status_request(request.arguments);
    if (!wanted) co_return wanted.error();
    auto status = co_await commands.status();
    if (!status) co_return status.error();
    if (wanted->server) {
        const auto name = core::fold_case(*wanted->server);
        std::erase_if(status->servers,
                      [&](const auto& server) { return core::fold_case(server.server) != name; });
        if (status->servers.empty())
            co_return core::Error{
                errc::make_error_code(errc::invalid_argument),
                "no server of this name is in the configuration in force: " + *wanted->server};
    }
    co_return ControlReply{needs_a_person(*status) ? 1 : 0, status_json(*status)};
}

asio::awaitable<Answer> answer_hold(ControlCommands& commands, ControlRequest request) {
    auto wanted = read_hold_request(request.arguments);
    if (!wanted) co_return wanted.error();
    const auto reply = co_await commands.hold(std::move(*wanted), std::move(request.from));
    if (!reply) co_return reply.error();
    co_return ControlReply{0, reply_json(*reply)};
}

asio::awaitable<Answer> answer_resume(ControlCommands& commands, ControlRequest request) {
    auto wanted = read_resume_request(request.arguments);
    if (!wanted) co_return wanted.error();
    const auto reply = co_await commands.resume(std::move(*wanted), std::move(request.from));
    if (!reply) co_return reply.error();
    co_return ControlReply{exit_status(*reply), reply_json(*reply)};
}

asio::awaitable<Answer> answer_reload(ControlCommands& commands, ControlRequest request) {
    const auto wanted = read_reload_request(request.arguments);
    if (!wanted) co_return wanted.error();
    const auto reply = co_await commands.reload(*wanted, std::move(request.from));
    if (!reply) co_return reply.error();
    co_return ControlReply{exit_status(*reply), reply_json(*reply)};
}

}  // namespace

std::string to_string(const Peer& peer) {
    return "uid " + std::to_string(peer.uid) + (peer.name.empty() ? "" : " (" + peer.name + ")");
}

asio::awaitable<Answer> ControlCommands::other(ControlRequest request, Progress&) {
    co_return core::Error{errc::make_error_code(errc::invalid_argument),
                          "this daemon knows no command " + request.command};
}

ControlHandler handler_of(ControlCommands& commands) {
    return [&commands](ControlRequest request, Progress& progress) -> asio::awaitable<Answer> {
        if (request.command == "status") return answer_status(commands, std::move(request));
        if (request.command == "hold") return answer_hold(commands, std::move(request));
        if (request.command == "resume") return answer_resume(commands, std::move(request));
        if (request.command == "reload") return answer_reload(commands, std::move(request));
        return commands.other(std::move(request), progress);
    };
}

}  // namespace curfew::daemon
