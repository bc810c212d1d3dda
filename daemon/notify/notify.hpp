#pragma once
// `notify:` at work: what happens becomes news, news wait in one queue a webhook, and are delivered from
// there, one delivery at a time. Whoever reports what happens never waits for any of it.
//
// All of it is memory: what waits is lost when the process dies. The audit is the record.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "config/service.hpp"
#include "daemon/clock.hpp"
#include "daemon/fleet/watcher.hpp"
#include "daemon/log/log.hpp"
#include "daemon/notify/outbox.hpp"

namespace curfew::daemon {

struct NotifyCounters {
    std::vector<OutboxCounters> webhooks;  // in the order of the configuration in force
    // News that waited for webhooks that a reload took away: those do not count in the list any more.
    std::uint64_t removed = 0;
};

class Notify {
  public:
    // News are gathered from here on, and delivered from start() on. `clock`, `log` and whatever runs
    // `executor` have to be there until stop() is over, or, without stop(), until the executor has run for
    // the last time.
    Notify(const boost::asio::any_io_executor& executor, std::vector<config::Webhook> webhooks, Clock& clock,
           Log& log);
    ~Notify();
    Notify(const Notify&) = delete;
    Notify& operator=(const Notify&) = delete;

    // For Watchers::add().
    Watcher& watcher();

    void start();  // once

    // Delivers what waits, each webhook as far as it takes it at the first try, until `deadline` and for 5
    // seconds at most; the rest is counted as lost. Nothing runs afterwards, and what happens then is no
    // news. On any executor, once.
    boost::asio::awaitable<void> stop(core::SteadyTime deadline);

    // On any thread. A webhook with the same address keeps its queue, its counters and what is under way;
    // what waits for one that is gone is lost, but for what is under way.
    void reconfigure(std::vector<config::Webhook> webhooks);

    NotifyCounters counters() const;  // on any thread

  private:
    class Office;
    std::shared_ptr<Office> office_;  // the deliveries under way have it too
};

}  // namespace curfew::daemon
