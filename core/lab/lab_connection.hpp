#pragma once
// The shell of one connection to a lab server: bytes between its socket and its machine, and what goes wrong
// on the way.

#include <map>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "core/auth/blocking_pool.hpp"
#include "core/lab/acceptor.hpp"
#include "core/lab/lab_server.hpp"
#include "core/net/frame_stream.hpp"

namespace curfew::core::lab {

class LabConnection : public std::enable_shared_from_this<LabConnection> {
  public:
    LabConnection(boost::asio::ip::tcp::socket socket, RunningServer& server,
                  std::shared_ptr<AcceptorCredentials> credentials, BlockingPool& logons);

    // Until the connection is over. The connection lives at least as long.
    static boost::asio::awaitable<void> serve(std::shared_ptr<LabConnection> connection);
    void close();  // from any thread

  private:
    boost::asio::awaitable<void> serve_all();
    boost::asio::awaitable<bool> welcome();
    // True: read on.
    boost::asio::awaitable<bool> carry_out(Action action);
    boost::asio::awaitable<bool> send(const Action& action, std::optional<Fault> fault);
    boost::asio::awaitable<Action> log_on(const Action& action);
    Action answer(const Action& action, bool& over);
    Action answer_enum(const Action& action, const Caller& caller);
    Action answer_del(const Action& action, const Caller& caller, bool& over);
    boost::asio::awaitable<void> play_dead();
    void forget_ended();

    boost::asio::any_io_executor executor_;
    FrameStream stream_;
    std::string from_;
    RunningServer& server_;
    std::shared_ptr<AcceptorCredentials> credentials_;
    BlockingPool& logons_;
    ServerConnection machine_;
    std::map<std::uint64_t, std::shared_ptr<AcceptorContext>> logging_on_;  // by SMB session
    std::map<std::uint64_t, Caller> logged_on_;
    bool wakes_up_ = false;
};

}  // namespace curfew::core::lab
