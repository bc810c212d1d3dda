#pragma once
// Who may take a slot of `polling.concurrency`, so that a dead server delays nobody. A look at a server that
// does not answer holds its slot until the timeout; so servers that failed have half of the slots at most,
// and together with those that were never asked three quarters: whoever answered the last time always finds
// the last quarter. Within that the longest due comes first. Knows no clock.

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "core/time.hpp"
#include "daemon/scheduler/due_queue.hpp"

namespace curfew::daemon {

class Lanes {
  public:
    enum class Lane { answered, untried, failed };

    explicit Lanes(std::uint32_t slots) : slots_(slots) {}
    void slots(std::uint32_t slots) { slots_ = slots; }

    // A server that is new here is untried.
    void schedule(ServerId server, core::SteadyTime due);
    void remove(ServerId server);  // a slot that it holds it keeps until finished()

    // Of those that may begin.
    std::optional<core::SteadyTime> next_due() const;
    // Takes the server that has been due the longest, and a slot for it.
    std::optional<ServerId> take_due(core::SteadyTime now);
    // Gives the slot back.
    void finished(ServerId server, bool answered);

    // Whether or not it may begin.
    std::optional<core::SteadyTime> longest_due() const;
    std::uint32_t under_way() const;

  private:
    static constexpr std::size_t lanes = 3;
    bool may_begin(std::size_t lane) const;
    std::optional<std::size_t> first_lane() const;
    std::uint32_t& held_by(Lane lane) { return held_[static_cast<std::size_t>(lane)]; }
    std::uint32_t held_by(Lane lane) const { return held_[static_cast<std::size_t>(lane)]; }
    Lane lane_of(ServerId server) const;

    std::uint32_t slots_;
    std::array<DueQueue, lanes> queues_;
    std::array<std::uint32_t, lanes> held_{};
    std::unordered_map<ServerId, Lane> lane_;        // of everybody but the untried
    std::unordered_map<ServerId, Lane> began_from_;  // of those under way
};

}  // namespace curfew::daemon
