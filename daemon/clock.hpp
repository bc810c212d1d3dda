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

// Another one, but for what is on the wall: for `plan --at`. How long something has lasted stays as it is.
class WallClockAt final : public Clock {
  public:
    WallClockAt(Clock& real, core::WallTime shown) : real_(real), shown_(shown) {}
    core::Now now() const override { return {real_.now().steady, shown_}; }
    boost::asio::awaitable<void> wait_until(core::SteadyTime time) override { return real_.wait_until(time); }
    core::SteadyTime timer_at(core::SteadyTime time) const override { return real_.timer_at(time); }

  private:
    Clock& real_;
    core::WallTime shown_;
};

std::string utc_text(core::WallTime time);  // 2026-11-22T19:05:00Z

}  // namespace curfew::daemon
