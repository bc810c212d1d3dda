#pragma once
// The daemon on lab time: its clock, and servers whose deadlines are told in it. Everything above believes in
// lab time; sockets and timers below go by the real one.

#include "core/lab/lab_clock.hpp"
#include "core/session_api.hpp"
#include "daemon/clock.hpp"

namespace curfew::daemon {

class LabTime final : public Clock {
  public:
    // `begin`: what the lab's wall clocks show when it begins.
    LabTime(const core::lab::LabClock& lab, core::WallTime begin) : lab_(lab), begin_(begin) {}

    core::Now now() const override;
    boost::asio::awaitable<void> wait_until(core::SteadyTime time) override;
    core::SteadyTime timer_at(core::SteadyTime time) const override { return lab_.real_time(time); }

  private:
    const core::lab::LabClock& lab_;
    core::WallTime begin_;
};

class LabTimeApi final : public core::SessionApi {
  public:
    LabTimeApi(std::shared_ptr<core::SessionApi> server, const core::lab::LabClock& lab)
        : server_(std::move(server)), lab_(lab) {}

    boost::asio::awaitable<core::Result<core::Enumeration>> enumerate(core::SessionFilter filter,
                                                                      core::SteadyTime deadline) override;
    boost::asio::awaitable<Outcome> disconnect(core::ClientName client, core::UserName user,
                                               core::SteadyTime deadline) override;
    bool lost_an_answer() const override { return server_->lost_an_answer(); }
    void cancel() override { server_->cancel(); }
    boost::asio::awaitable<void> close(core::SteadyTime deadline) override;
    boost::asio::awaitable<bool> let_go(core::SteadyTime deadline) override;

  private:
    std::shared_ptr<core::SessionApi> server_;
    const core::lab::LabClock& lab_;
};

}  // namespace curfew::daemon
