#pragma once
// smb::PipeMachine and lab::ServerConnection talking in memory. GSSAPI is two fixed tokens and a fixed key,
// and the owner of the server a function from a call to its result.

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/lab/wire/server_connection.hpp"
#include "core/smb/channel.hpp"
#include "core/smb/pipe_machine.hpp"

namespace curfew::testing {

using core::Bytes;
namespace lab = core::lab;

// The connection was closed, or a reply never comes: what the client's socket would have found out.
struct NoReply : std::runtime_error {
    using std::runtime_error::runtime_error;
};

inline constexpr core::smb::Key logon_key{0x27, 0x0E, 0x1B, 0xA8, 0x96, 0x58, 0x5E, 0xEB,
                                          0x7A, 0xF3, 0x47, 0x2D, 0x3B, 0x4C, 0x75, 0xA7};

inline Bytes words(std::string_view text) {
    return {text.begin(), text.end()};
}

// The acceptor's half: "client 1" is answered with "server 1", "client 2" ends it.
inline lab::Accepted accept_token(std::span<const std::uint8_t> token) {
    const std::string text{token.begin(), token.end()};
    lab::Accepted step;
    step.refused = text != "client 1" && text != "client 2";
    step.complete = text == "client 2";
    step.token = words(step.complete ? "server 2" : "server 1");
    if (step.complete) step.session_key = logon_key;
    return step;
}

inline core::smb::TokenStep next_token(std::span<const std::uint8_t> token) {
    const std::string text{token.begin(), token.end()};
    if (text.empty()) return {words("client 1"), false, std::nullopt};
    if (text == "server 1") return {words("client 2"), false, std::nullopt};
    return {{}, true, logon_key};
}

// A server and its owner. Remembers what was done.
class LabEnd {
  public:
    explicit LabEnd(const lab::ServerIdentity& identity) : connection(identity, faults) {}

    // The whole of what happens for one message: the last action, which is never `accept` or `call`.
    lab::Action take(std::span<std::uint8_t> message) {
        auto action = connection.on_message(message);
        while (true) {
            actions.push_back(action.kind);
            if (action.kind == lab::Action::Kind::accept) {
                accepts.push_back(action);
                action = connection.on_accepted(accept(action.bytes));
            } else if (action.kind == lab::Action::Kind::call) {
                calls.push_back(action);
                if (const auto fault = rpc_fault ? rpc_fault(action) : std::nullopt) {
                    action = connection.on_fault(*fault);
                } else {
                    action = connection.on_answered(answer(action));
                }
            } else {
                return action;
            }
        }
    }

    std::function<Bytes(const lab::Action&)> answer = [](const lab::Action&) { return words("result"); };
    std::function<std::optional<std::uint32_t>(const lab::Action&)> rpc_fault;
    std::function<lab::Accepted(std::span<const std::uint8_t>)> accept = accept_token;

    std::vector<lab::Action> accepts;
    std::vector<lab::Action> calls;
    std::vector<lab::Action::Kind> actions;
    lab::Faults faults;
    lab::ServerConnection connection;
};

class Talk {
  public:
    explicit Talk(const lab::ServerIdentity& identity = {}, core::Security security = {})
        : server(identity), machine({"fs1", "fs1.example.com", 445, security}) {}

    bool connect() { return run(machine.connect()); }
    bool call(std::uint16_t opnum, std::span<const std::uint8_t> stub) {
        return run(machine.call(opnum, stub));
    }
    bool reopen() { return run(machine.reopen()); }

    // True: done. False: failed, and machine.error() says why. Throws NoReply.
    bool run(core::smb::Step step) {
        using Kind = core::smb::Step::Kind;
        while (true) {
            switch (step.kind) {
                case Kind::done: return true;
                case Kind::failed: return false;
                case Kind::receive: throw NoReply{"only an interim reply came"};
                case Kind::authenticate: step = machine.on_token(next_token(step.bytes)); break;
                case Kind::send: step = exchange(step.bytes); break;
            }
        }
    }

    // Called with every message as the client sends it, and with every frame as the server does.
    std::function<void(Bytes&)> on_request;
    std::function<void(lab::Action&)> on_reply;

    LabEnd server;
    core::smb::PipeMachine machine;
    lab::Action last;
    std::size_t messages = 0;

  private:
    core::smb::Step exchange(std::span<const std::uint8_t> frame) {
        const auto body = frame.subspan(core::smb::frame_prefix);
        message_.assign(body.begin(), body.end());
        if (on_request) on_request(message_);
        ++messages;
        last = server.take(message_);
        if (on_reply) on_reply(last);
        if (last.kind == lab::Action::Kind::close) throw NoReply{"the server closed the connection"};
        if (last.kind != lab::Action::Kind::send) throw NoReply{"the server does not answer"};
        const auto length = core::smb::message_length(last.bytes);
        if (!length || *length != last.bytes.size() - core::smb::frame_prefix)
            throw std::logic_error{"the server's frame has another length"};
        return machine.on_message(std::span{last.bytes}.subspan(core::smb::frame_prefix));
    }

    Bytes message_;
};

}  // namespace curfew::testing
