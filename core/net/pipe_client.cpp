#include "core/net/pipe_client.hpp"

#include "core/errors/descriptors.hpp"
#include "core/errors/nt_status.hpp"
#include "core/errors/smb_error.hpp"
#include "core/net/resolve.hpp"

namespace curfew::core {
namespace asio = boost::asio;
using smb::Step;

PipeClient::PipeClient(asio::any_io_executor strand, ServerSpec spec,
                       std::shared_ptr<GssCredential> credential, std::shared_ptr<ServerAddresses> addresses)
    : strand_(std::move(strand)),
      spec_(std::move(spec)),
      credential_(std::move(credential)),
      names_(std::move(addresses)),
      stream_(strand_),
      machine_(spec_) {}

asio::awaitable<Result<std::vector<asio::ip::tcp::endpoint>>> PipeClient::addresses() {
    auto endpoints = endpoints_of_address(spec_.host, spec_.port);
    if (!endpoints.empty()) co_return endpoints;
    waiting_ = std::make_shared<Waiting>(strand_);
    co_return co_await names_->find(spec_.host, spec_.port, waiting_, strand_);
}

asio::awaitable<Result<void>> PipeClient::open(SteadyTime deadline) {
    auto endpoints = co_await addresses();
    if (!endpoints) co_return endpoints.error();
    if (given_up_) co_return Error{make_error_code(SmbError::abandoned), {}};
    const auto connected = co_await stream_.connect(std::move(*endpoints), deadline);
    if (!connected) {
        if (!out_of_descriptors(connected.error().code)) names_->doubt(spec_.host);
        co_return connected.error();
    }
    if (given_up_) co_return Error{make_error_code(SmbError::abandoned), {}};
    gss_ = std::make_shared<GssContext>(credential_, spec_.name);
    auto result = co_await drive(machine_.connect());
    gss_.reset();  // 10 KB a server, and of no use once the key is out
    established_ = std::chrono::steady_clock::now();
    // What was refused may have been the password of yesterday: the next logon reads it again.
    const bool refused = !result && (result.error().code == make_error_code(NtStatus::logon_failure) ||
                                     result.error().code == make_error_code(SmbError::authentication));
    if (refused) credential_->refused();
    co_return result;
}

asio::awaitable<Result<smb::TokenStep>> PipeClient::authenticate(std::span<const std::uint8_t> token) {
    waiting_ = std::make_shared<Waiting>(strand_);
    std::function<Result<smb::TokenStep>()> step = [gss = gss_,
                                                    received = Bytes{token.begin(), token.end()}] {
        return gss->step(received, std::chrono::steady_clock::now());
    };
    co_return co_await credential_->pool().run(waiting_, strand_, std::move(step));
}

asio::awaitable<Result<void>> PipeClient::drive(Step step) {
    while (true) {
        switch (step.kind) {
            case Step::Kind::done: co_return Result<void>{};
            case Step::Kind::failed: co_return machine_.error();
            case Step::Kind::authenticate: {
                auto token = co_await authenticate(step.bytes);
                if (!token) co_return token.error();
                step = machine_.on_token(std::move(*token));
                continue;
            }
            case Step::Kind::send: {
                const auto sent = co_await stream_.write(step.bytes);
                if (!sent) {
                    transport_failed_ = true;
                    co_return sent.error();
                }
                break;
            }
            case Step::Kind::receive: break;
        }
        const auto message = co_await stream_.read();
        if (!message) {
            transport_failed_ = true;
            co_return message.error();
        }
        step = machine_.on_message(*message);
    }
}

asio::awaitable<Result<Bytes>> PipeClient::call(std::uint16_t opnum, std::span<const std::uint8_t> stub) {
    const auto result = co_await drive(machine_.call(opnum, stub));
    if (!result) co_return result.error();
    co_return machine_.take_stub();
}

asio::awaitable<Result<void>> PipeClient::reopen_pipe() {
    return drive(machine_.reopen());
}

asio::awaitable<void> PipeClient::logoff() {
    if (ready()) co_await drive(machine_.logoff());
    stream_.close();
}

smb::PipeMachine::Recovery PipeClient::recovery() const {
    return transport_failed_ ? smb::PipeMachine::Recovery::reconnect : machine_.recovery();
}

void PipeClient::give_up() {
    given_up_ = true;
    stream_.give_up();
    if (waiting_) waiting_->wake();
}

void PipeClient::rest() {
    stream_.rest();
    machine_.rest();
    waiting_.reset();
}

}  // namespace curfew::core
