#pragma once
// Carries out the queue of due times: so many visits at once and no more, each on its server's strand.

#include <atomic>
#include <deque>
#include <functional>
#include <random>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/clock.hpp"
#include "daemon/fleet/enforcer.hpp"
#include "daemon/scheduler/due_queue.hpp"
#include "daemon/scheduler/next_look.hpp"

namespace curfew::daemon {

class Scheduler {
  public:
    // `members` keep their place; the index is the ServerId.
    Scheduler(boost::asio::any_io_executor strand, std::deque<Member>& members, Enforcer& enforcer,
              Clock& clock, Log& log, config::Polling polling);

    // Returns when stop() was called and every visit is over.
    boost::asio::awaitable<void> run();
    void stop();  // from any thread

  private:
    boost::asio::awaitable<void> work_off();
    void start_due();
    void finished(ServerId server, bool answered);
    void cancel_looks();

    boost::asio::any_io_executor strand_;
    std::deque<Member>& members_;
    Enforcer& enforcer_;
    Clock& clock_;
    Log& log_;
    config::Polling polling_;
    LookGrid grid_;
    DueQueue queue_;
    boost::asio::steady_timer wake_;
    std::uint32_t under_way_ = 0;
    bool stopping_ = false;
    std::minstd_rand random_;
};

}  // namespace curfew::daemon
