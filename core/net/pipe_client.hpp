#pragma once
// PipeMachine on a socket: connects, logs on, and carries one RPC call at a time. Lives on one strand.
// Everything that can hang is ended from outside by give_up().

#include <memory>
#include <span>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "core/auth/gss.hpp"
#include "core/net/frame_stream.hpp"
#include "core/net/server_addresses.hpp"
#include "core/smb/pipe_machine.hpp"

namespace curfew::core {

class PipeClient {
  public:
    PipeClient(boost::asio::any_io_executor strand, ServerSpec spec,
               std::shared_ptr<GssCredential> credential, std::shared_ptr<ServerAddresses> addresses);

    boost::asio::awaitable<Result<void>> open(SteadyTime deadline);
    boost::asio::awaitable<Result<Bytes>> call(std::uint16_t opnum, std::span<const std::uint8_t> stub);
    boost::asio::awaitable<Result<void>> reopen_pipe();
    boost::asio::awaitable<void> logoff();

    bool ready() const { return machine_.ready() && stream_.is_open(); }
    smb::PipeMachine::Recovery recovery() const;
    const smb::PipeMachine& machine() const { return machine_; }
    SteadyTime established() const { return established_; }
    std::string local_address() const { return stream_.local_address(); }

    void give_up();  // whatever is awaited returns soon, with an error
    void rest();

  private:
    boost::asio::awaitable<Result<void>> drive(smb::Step step);
    boost::asio::awaitable<Result<smb::TokenStep>> authenticate(std::span<const std::uint8_t> token);
    boost::asio::awaitable<Result<std::vector<boost::asio::ip::tcp::endpoint>>> addresses();

    boost::asio::any_io_executor strand_;
    ServerSpec spec_;
    std::shared_ptr<GssCredential> credential_;
    std::shared_ptr<ServerAddresses> names_;
    FrameStream stream_;
    smb::PipeMachine machine_;
    std::shared_ptr<GssContext> gss_;  // shared with a step that may outlive this
    std::shared_ptr<Waiting> waiting_;
    bool transport_failed_ = false;
    bool given_up_ = false;
    SteadyTime established_{};
};

}  // namespace curfew::core
