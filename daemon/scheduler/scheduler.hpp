#pragma once
// Carries out the queue of due times: so many visits at once and no more, each on its server's strand, and so
// many connections kept between them as there are descriptors for.

#include <atomic>
#include <functional>
#include <random>
#include <unordered_map>
#include <unordered_set>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/clock.hpp"
#include "daemon/descriptors.hpp"
#include "daemon/fleet/enforcer.hpp"
#include "daemon/scheduler/kept_connections.hpp"
#include "daemon/scheduler/lanes.hpp"
#include "daemon/scheduler/next_look.hpp"

namespace curfew::daemon {

class Scheduler {
  public:
    Scheduler(boost::asio::any_io_executor strand, const std::vector<Members::Shared>& members,
              Enforcer& enforcer, Clock& clock, Log& log, config::Polling polling,
              std::size_t most_connections = daemon::most_connections());

    // Told whenever the queue has been worked off, at least that often while servers that are due can be
    // looked at; not when they cannot because visits hang. Before run().
    void on_progress(std::function<void()> told, core::Milliseconds at_least_every);

    // Returns when stop() was called and every visit is over.
    boost::asio::awaitable<void> run();
    void stop();  // from any thread

    // Another configuration, from any thread. Whoever is not named keeps the place in the queue; who comes is
    // looked at at once, spread like at the start; who goes is not looked at again, and a visit that is under
    // way there ends as it can.
    struct Change {
        config::Polling polling;
        std::vector<Members::Shared> come;
        std::vector<Members::Shared> gone;
    };
    void change(Change change);

    // Whoever waits longer is looked at within that time, spread as at the start; so is, again, whoever is
    // being looked at. Once, and from any thread.
    void look_within(core::Seconds time);

    // Somebody else asked that server; its connection counts. From any thread.
    void worked_with(const Members::Shared& member);

    std::uint32_t under_way() const { return under_way_; }

  private:
    boost::asio::awaitable<void> work_off();
    void add(const Members::Shared& member, core::SteadyTime due);
    void start_due();
    void finished(ServerId server, bool answered, std::uint64_t generation);
    void schedule(ServerId server, core::SteadyTime due);
    void close_excess(core::SteadyTime now);
    void let_go(ServerId server, bool closed);
    void starved(core::SteadyTime now);
    void notice_jumps();
    void wake_up(core::SteadyTime now);
    void cancel_looks();
    void take(Change change);
    void say_progress(core::SteadyTime now);

    boost::asio::any_io_executor strand_;
    Enforcer& enforcer_;
    Clock& clock_;
    Log& log_;
    config::Polling polling_;
    LookGrid grid_;
    KeptConnections kept_;
    Lanes queue_;
    std::unordered_map<ServerId, Members::Shared> members_;
    std::unordered_map<const Member*, ServerId> ids_;
    ServerId next_id_ = 0;
    // Servers that need no look once an interval, by the policy and the time on the wall as they were then:
    // another of either is another generation.
    std::unordered_set<ServerId> asleep_;
    std::unordered_map<ServerId, core::SteadyTime> again_by_;  // of those that are being looked at
    std::uint64_t generation_ = 0;
    std::optional<core::Now> last_seen_;
    boost::asio::steady_timer wake_;
    std::atomic<std::uint32_t> under_way_ = 0;
    std::uint32_t closing_ = 0;  // connections that are given up
    bool stopping_ = false;
    std::minstd_rand random_;
    std::function<void()> progress_;
    core::Milliseconds progress_every_{0};
    core::SteadyTime last_motion_{};  // a visit began or ended
};

}  // namespace curfew::daemon
