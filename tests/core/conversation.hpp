#pragma once
// PipeMachine and FakeServer talking until the machine is done or has failed. GSSAPI is two fixed tokens and
// a fixed key.

#include "core/smb/pipe_machine.hpp"
#include "tests/core/fake_server.hpp"

namespace curfew::testing {

class Conversation {
  public:
    explicit Conversation(ServerSetup setup, core::Security security = {})
        : server(setup), machine({"fs1", "fs1.example.com", 445, security}) {}

    // True: done. False: failed, and machine.error() says why.
    bool connect() { return run(machine.connect()); }
    bool call(std::uint16_t opnum, std::span<const std::uint8_t> stub) {
        return run(machine.call(opnum, stub));
    }
    bool reopen() { return run(machine.reopen()); }

    bool run(core::smb::Step step) {
        using Kind = core::smb::Step::Kind;
        while (true) {
            if (++steps_ > most_steps) throw std::runtime_error{"the machine never ends"};
            switch (step.kind) {
                case Kind::done: return true;
                case Kind::failed: return false;
                case Kind::receive:
                    if (waiting_.empty()) throw ServerGaveUp{"nothing more is coming"};
                    message_ = std::move(waiting_.front());
                    waiting_.erase(waiting_.begin());
                    step = machine.on_message(message_);
                    break;
                case Kind::authenticate: step = machine.on_token(gss_step(step.bytes)); break;
                case Kind::send: {
                    auto reply = server.answer(step.bytes);
                    if (before_reply) waiting_ = before_reply(server.replies() - 1);
                    waiting_.push_back(std::move(reply));
                    message_ = std::move(waiting_.front());
                    waiting_.erase(waiting_.begin());
                    step = machine.on_message(message_);
                    break;
                }
            }
        }
    }

    // Messages that arrive before the reply with this number.
    std::function<std::vector<Bytes>(std::size_t)> before_reply;
    std::function<core::smb::TokenStep(std::span<const std::uint8_t>)> gss;

    FakeServer server;
    core::smb::PipeMachine machine;

  private:
    core::smb::TokenStep gss_step(std::span<const std::uint8_t> token) {
        if (gss) return gss(token);
        const std::string text{token.begin(), token.end()};
        const auto bytes = [](std::string_view words) { return Bytes{words.begin(), words.end()}; };
        if (text.empty()) return {bytes("client 1"), false, std::nullopt};
        if (text == "server 1") return {bytes("client 2"), false, std::nullopt};
        return {{}, true, FakeServer::session_key()};
    }

    static constexpr int most_steps = 200'000;
    int steps_ = 0;
    std::vector<Bytes> waiting_;
    Bytes message_;
};

}  // namespace curfew::testing
