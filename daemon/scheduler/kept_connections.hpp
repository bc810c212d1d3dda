#pragma once
// Which connections are kept between looks, where not all of them can be. A kept connection saves the logon
// of the server's next look; so the one that is worth least is the one whose next look lies farthest in the
// future, and of a server that did not answer there is hardly one at all. Of a fleet that is gone through in
// turns this keeps the same servers connected in every turn, where closing the longest unused would close
// each right before it is needed. Connections in use are counted and never closed. Knows no clock, opens and
// closes nothing.

#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "core/time.hpp"
#include "daemon/scheduler/due_queue.hpp"

namespace curfew::daemon {

class KeptConnections {
  public:
    // So many open at once, kept and in use.
    explicit KeptConnections(std::size_t most) : most_(most), limit_(most) {}

    void in_use(ServerId server);  // a visit begins
    void kept(ServerId server, core::SteadyTime next_look);
    // Somebody else worked with it, and may have opened it. What is known of it already is not changed.
    void worked_with(ServerId server, core::SteadyTime next_look);
    void gone(ServerId server);  // it left the fleet

    // The one to close now, which is kept no more; empty when there is room. Ask until it is.
    std::optional<ServerId> close_one();

    // There was no descriptor for another: fewer must do. What is closed for it comes from close_one(). Room
    // is given back bit by bit while none is missing.
    void starved(core::SteadyTime now);
    void recover(core::SteadyTime now);

    std::size_t limit() const { return limit_; }
    std::size_t open() const { return by_value_.size() + used_.size(); }

  private:
    std::size_t most_;
    std::size_t limit_;
    core::SteadyTime lowered_at_{};
    core::SteadyTime limited_at_{};                             // or found to be too high
    std::set<std::pair<core::SteadyTime, ServerId>> by_value_;  // the least valuable last
    std::unordered_map<ServerId, core::SteadyTime> next_look_;
    std::set<ServerId> used_;
};

}  // namespace curfew::daemon
