#pragma once
// SessionApi over SMB: one server, one kept connection. After the first look a look is one round trip.
//
// What is tried again, and how often: a pipe that died is reopened once on its session; a kept connection
// that turns out dead is rebuilt once; what fails on a fresh connection is reported. NetSessionDel is sent
// once, whatever happens.

#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/level_ladder.hpp"
#include "core/net/pipe_client.hpp"
#include "core/rpc/srvsvc.hpp"
#include "core/session_api.hpp"

namespace curfew::core {

class SmbSessionApi final : public SessionApi, public std::enable_shared_from_this<SmbSessionApi> {
  public:
    // Operations must be awaited on `strand` (an executor that runs one thing at a time); cancel() may be
    // called from anywhere.
    static std::shared_ptr<SmbSessionApi> make(boost::asio::any_io_executor strand, ServerSpec spec,
                                               std::shared_ptr<GssCredential> credential,
                                               std::shared_ptr<ServerAddresses> addresses);

    boost::asio::awaitable<Result<Enumeration>> enumerate(SessionFilter filter, SteadyTime deadline) override;
    bool lost_an_answer() const override { return lost_an_answer_; }
    boost::asio::awaitable<Outcome> disconnect(ClientName client, UserName user,
                                               SteadyTime deadline) override;
    void cancel() override;
    boost::asio::awaitable<void> close(SteadyTime deadline) override;
    boost::asio::awaitable<bool> let_go(SteadyTime deadline) override;

    // For logs and tests: what the connection is, while there is one.
    const PipeClient* connection() const { return client_.get(); }

  private:
    SmbSessionApi(boost::asio::any_io_executor strand, ServerSpec spec,
                  std::shared_ptr<GssCredential> credential, std::shared_ptr<ServerAddresses> addresses);

    class Operation;  // from its begin to its end the deadline is watched
    void watch(SteadyTime deadline);
    void arm();
    void give_up(SmbError reason);

    boost::asio::awaitable<bool> my_turn(SteadyTime deadline);
    boost::asio::awaitable<Result<void>> connected(SteadyTime deadline);
    boost::asio::awaitable<Result<Enumeration>> enumerate_on_this_connection(const SessionFilter& filter);
    boost::asio::awaitable<Result<rpc::SessionEnumReply>> enumerate_level(const SessionFilter& filter);
    boost::asio::awaitable<Result<Bytes>> call(std::uint16_t opnum, const Bytes& stub);
    Error reported(Error error) const;
    Error refusal(std::uint32_t status) const;
    Enumeration answer(std::vector<Session> sessions) const;

    boost::asio::any_io_executor strand_;
    ServerSpec spec_;
    std::shared_ptr<GssCredential> credential_;
    std::shared_ptr<ServerAddresses> addresses_;
    std::unique_ptr<PipeClient> client_;
    LevelLadder ladder_;
    boost::asio::steady_timer timer_;
    bool timer_armed_ = false;
    bool busy_ = false;
    bool lost_an_answer_ = false;
    std::vector<boost::asio::steady_timer*> waiting_;  // until an operation is over
    SteadyTime deadline_{};
    std::optional<SmbError> given_up_;
};

}  // namespace curfew::core
