#pragma once
// What the daemon does for whoever talks to it over its control socket. JSON ends before it gets here: the
// commands are plain values (messages.hpp), and handler_of() makes a handler of them.

#include <cstdint>
#include <functional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "core/errors/error.hpp"
#include "daemon/control/messages.hpp"
#include "daemon/status/status.hpp"

namespace curfew::daemon {

// Who is at the other end, as the kernel knows it.
struct Peer {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::int64_t pid = 0;
    std::string name;  // of the user; empty where the system knows none
};
std::string to_string(const Peer& peer);  // "uid 1000 (anna)": `who` in the audit and in holds

struct ControlRequest {
    std::string command;    // "hold"
    std::string arguments;  // the request as it came: one object of JSON, `version` and `command` included
    Peer from;
};

struct ControlReply {
    int exit = 0;        // the exit status of the command at the other end
    std::string result;  // one object of JSON, a line before the last; empty: none
};

// Lines before the last, for what takes long.
class Progress {
  public:
    virtual ~Progress() = default;
    // One object of JSON on one line, without `done` and `error`. False: nobody reads any more.
    virtual boost::asio::awaitable<bool> line(std::string object) = 0;
};

// An error whose code is EINVAL is one of usage: exit status 2 at the other end. Any other one is 1. Where
// there is a context, that alone is what people read of the system's own errors (errno).
using ControlHandler =
    std::function<boost::asio::awaitable<core::Result<ControlReply>>(ControlRequest request, Progress&)>;

// All of these run on the server's strand, up to 32 at the same time, one after the other between two waits.
class ControlCommands {
  public:
    virtual ~ControlCommands() = default;
    virtual boost::asio::awaitable<core::Result<Status>> status() = 0;
    virtual boost::asio::awaitable<core::Result<HoldReply>> hold(HoldRequest request, Peer from) = 0;
    virtual boost::asio::awaitable<core::Result<ResumeReply>> resume(ResumeRequest request, Peer from) = 0;
    virtual boost::asio::awaitable<core::Result<ReloadReply>> reload(ReloadRequest request, Peer from) = 0;
    // Every other command. Here: an error that says that it is not known.
    virtual boost::asio::awaitable<core::Result<ControlReply>> other(ControlRequest request,
                                                                     Progress& progress);
};

// `commands` has to outlive the handler and everything it is asked.
ControlHandler handler_of(ControlCommands& commands);

}  // namespace curfew::daemon
