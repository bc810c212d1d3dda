#pragma once
// What the running daemon does for whoever talks to it over its control socket.

#include <map>
#include <mutex>
#include <string>

#include "daemon/by_hand/everywhere.hpp"
#include "daemon/control/handler.hpp"
#include "daemon/running/daemon.hpp"

namespace curfew::daemon {

class Control final : public ControlCommands {
  public:
    explicit Control(Daemon& daemon) : daemon_(daemon) {}

    boost::asio::awaitable<core::Result<Status>> status() override;
    boost::asio::awaitable<core::Result<HoldReply>> hold(HoldRequest request, Peer from) override;
    boost::asio::awaitable<core::Result<ResumeReply>> resume(ResumeRequest request, Peer from) override;
    boost::asio::awaitable<core::Result<ReloadReply>> reload(ReloadRequest request, Peer from) override;
    boost::asio::awaitable<core::Result<ControlReply>> other(ControlRequest request,
                                                             Progress& progress) override;

  private:
    using Answer = boost::asio::awaitable<core::Result<ControlReply>>;
    boost::asio::awaitable<core::Result<void>> write_hold(const Hold& hold);
    boost::asio::awaitable<core::Result<void>> release(std::vector<Hold> holds, std::string who);
    Answer lend();
    Answer diff(ControlRequest request);
    Answer apply(ControlRequest request, Progress& progress);
    Answer ban_look(ControlRequest request);
    Answer ban(ControlRequest request);
    Answer unban(ControlRequest request);
    Answer hand_look(ControlRequest request);
    Answer hand_end(ControlRequest request, Progress& progress);
    Answer everywhere_look(ControlRequest request, Progress& progress);
    Answer everywhere_end(ControlRequest request, Progress& progress);

    Daemon& daemon_;
    // What was shown to somebody who has not answered yet; on the server's strand.
    struct Waiting {
        HandLook shown;
        std::string reason;
        core::SteadyTime until{};
        std::uint32_t uid = 0;  // who was shown it, and nobody else may agree
    };
    std::map<std::uint64_t, Waiting> waiting_;
    struct WaitingEverywhere {
        EverywhereShown shown;
        core::SteadyTime until{};
        std::uint32_t uid = 0;
    };
    std::map<std::uint64_t, WaitingEverywhere> waiting_everywhere_;
};

}  // namespace curfew::daemon
