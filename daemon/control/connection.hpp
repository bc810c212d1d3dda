#pragma once
// One connection of the control socket: a request in, its answer out, all of it on one strand.

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/auth/blocking_pool.hpp"
#include "daemon/clock.hpp"
#include "daemon/control/handler.hpp"
#include "daemon/log/log.hpp"

namespace curfew::daemon {

class ControlConnection final : public Progress, public std::enable_shared_from_this<ControlConnection> {
  public:
    using Socket = boost::asio::local::stream_protocol::socket;

    ControlConnection(Socket socket, Clock& clock, Log& log, core::BlockingPool& names);

    boost::asio::awaitable<void> serve(const ControlHandler& handler);
    boost::asio::awaitable<bool> line(std::string object) override;

    // Nothing more is read, and what is written goes nowhere.
    void close();
    // The same where no handler is at work for it.
    void close_if_idle();

  private:
    boost::asio::awaitable<core::Result<std::string>> read_line();
    boost::asio::awaitable<bool> write(std::string text);
    boost::asio::awaitable<core::Result<Peer>> whose();
    boost::asio::awaitable<void> answer(const ControlHandler& handler, ControlRequest request);
    // Unless somebody is quicker, `then` is done.
    void be_patient(core::Seconds length, void (ControlConnection::*then)());
    void drop();
    void go_without_name();

    Socket socket_;
    boost::asio::steady_timer patience_;
    Clock& clock_;
    Log& log_;
    core::BlockingPool& names_;
    std::shared_ptr<core::Waiting> waiting_;  // for a name
    bool at_work_ = false;
    bool out_of_patience_ = false;
};

}  // namespace curfew::daemon
