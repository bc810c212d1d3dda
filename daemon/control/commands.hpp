#pragma once
// The commands that talk to the running daemon: options in, exit status out (daemon/commands/commands.hpp).
// Results go to standard output, everything else to standard error.

#include <functional>
#include <optional>
#include <string>

#include "core/errors/error.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/control/ban_messages.hpp"
#include "daemon/control/client.hpp"
#include "daemon/control/messages.hpp"

namespace curfew::daemon {

// Where the daemon is.
struct DaemonAt {
    std::string config;
    std::optional<std::string> socket;  // instead of the one the configuration names
};

// 1 when something needs a person, or nobody answers.
struct StatusOptions {
    DaemonAt at;
    Format output = Format::table;
    std::optional<std::string> server;
};
int status(const StatusOptions& options);

struct HoldOptions {
    DaemonAt at;
    HoldRequest request;
};
int hold(const HoldOptions& options);

// 1 when there is nothing to resume.
struct ResumeOptions {
    DaemonAt at;
    ResumeRequest request;
};
int resume(const ResumeOptions& options);

// 2 when the file is refused, 1 when it waits.
struct ReloadOptions {
    DaemonAt at;
    ReloadRequest request;
};
int reload(const ReloadOptions& options);

// Shows whom it means by the last looks, and asks on the terminal. 1 when declined.
struct BanOptions {
    DaemonAt at;
    BanRequest request;
    bool yes = false;  // agreed beforehand
};
int ban(const BanOptions& options);

// 1 when there is no such ban.
struct UnbanOptions {
    DaemonAt at;
    UnbanRequest request;
};
int unban(const UnbanOptions& options);

// For those and any other command: asks, hands every line but the last to `each`, and returns the exit
// status. What went wrong is on standard error.
int ask_daemon(const DaemonAt& at, const std::string& request,
               const std::function<void(const std::string& line)>& each,
               ControlClient::Patience patience = {});

}  // namespace curfew::daemon
