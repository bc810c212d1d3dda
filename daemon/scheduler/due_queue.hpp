#pragma once
// Which server is to be looked at next: one queue of due times for the whole fleet. Knows no clock.

#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "core/time.hpp"

namespace curfew::daemon {

using ServerId = std::uint32_t;

class DueQueue {
  public:
    // Adds the server, or moves it.
    void schedule(ServerId server, core::SteadyTime due);
    void remove(ServerId server);

    std::optional<core::SteadyTime> next_due() const;
    // The server that has been due the longest, taken out; empty when none is due at `now`.
    std::optional<ServerId> take_due(core::SteadyTime now);

    std::size_t size() const { return queue_.size(); }

  private:
    std::set<std::pair<core::SteadyTime, ServerId>> queue_;
    std::unordered_map<ServerId, core::SteadyTime> due_;
};

}  // namespace curfew::daemon
