#pragma once
// The daemon's end of the control socket: one connection, one request, lines of JSON back (PROTOCOL.md).
//
// Bounds: 32 connections, 1 MiB for a request, 10 s for it to come, 64 MiB for a line of a reply, 10 s
// without anybody reading on. Whoever goes beyond them is dropped, and nobody else notices. What a handler
// does takes the time it takes; it goes on when its client is gone.

#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "config/service.hpp"
#include "core/errors/error.hpp"
#include "core/time.hpp"
#include "daemon/clock.hpp"
#include "daemon/control/handler.hpp"
#include "daemon/log/log.hpp"

namespace curfew::daemon {

inline constexpr std::size_t most_control_connections = 32;
inline constexpr std::size_t longest_control_reply = std::size_t{64} << 20;
inline constexpr core::Seconds control_patience{10};

class ControlServer {
  public:
    // Clock, log and what the handler stands on have to outlive whatever the executor still has to do.
    ControlServer(const boost::asio::any_io_executor& executor, config::Control control,
                  ControlHandler handler, Clock& clock, Log& log);
    ~ControlServer();  // stop()
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

    // Makes the socket, and listens. Blocks (owner and group are looked up). Once.
    core::Result<void> start();

    // Removes the socket if it still is this one's, takes no more connections, and closes those that have
    // nothing under way; a handler goes on to its end. From any thread.
    void stop();

  private:
    class Shell;
    std::shared_ptr<Shell> shell_;
};

}  // namespace curfew::daemon
