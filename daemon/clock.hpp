#pragma once
// The only place that reads the time, and the only way to wait for it. A test turns one by hand.

#include <boost/asio/awaitable.hpp>

#include "core/time.hpp"

namespace curfew::daemon {

class Clock {
  public:
    virtual ~Clock() = default;
    virtual core::Now now() const = 0;
    // On the awaiting coroutine's executor.
    virtual boost::asio::awaitable<void> wait_until(core::SteadyTime time) = 0;
    // When the system's steady clock will show what this one calls `time`: for timers.
    virtual core::SteadyTime timer_at(core::SteadyTime time) const { return time; }
};

class SystemClock final : public Clock {
  public:
    core::Now now() const override;
    boost::asio::awaitable<void> wait_until(core::SteadyTime time) override;
};

std::string utc_text(core::WallTime time);  // 2026-11-22T19:05:00Z

}  // namespace curfew::daemon
