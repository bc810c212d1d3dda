#include "daemon/scheduler/kept_connections.hpp"

#include <algorithm>

namespace curfew::daemon {
namespace {

constexpr core::Seconds calm{60};  // before a limit that was lowered is raised a little

}  // namespace

void KeptConnections::gone(ServerId server) {
    used_.erase(server);
    const auto known = next_look_.find(server);
    if (known == next_look_.end()) return;
    by_value_.erase({known->second, server});
    next_look_.erase(known);
}

void KeptConnections::in_use(ServerId server) {
    gone(server);
    used_.insert(server);
}

void KeptConnections::kept(ServerId server, core::SteadyTime next_look) {
    gone(server);
    by_value_.emplace(next_look, server);
    next_look_.emplace(server, next_look);
}

void KeptConnections::worked_with(ServerId server, core::SteadyTime next_look) {
    if (!used_.contains(server) && !next_look_.contains(server)) kept(server, next_look);
}

std::optional<ServerId> KeptConnections::close_one() {
    if (open() <= limit_ || by_value_.empty()) return std::nullopt;
    const auto server = by_value_.rbegin()->second;
    gone(server);
    return server;
}

// What is open now is too much already, whatever the limit says. Of many that find so at once the first
// lowers it; those that follow within a second were under way by then.
void KeptConnections::starved(core::SteadyTime now) {
    const bool lowered_just_now = limit_ < most_ && now - lowered_at_ < core::Seconds{1};
    limited_at_ = now;
    if (lowered_just_now) return;
    lowered_at_ = now;
    const auto had = std::min(limit_, open());
    limit_ = std::max<std::size_t>(had - std::min(had, std::max<std::size_t>(had / 8, 2)), 1);
}

void KeptConnections::recover(core::SteadyTime now) {
    if (limit_ == most_ || now - limited_at_ < calm) return;
    limited_at_ = now;
    limit_ = std::min(most_, limit_ + std::max<std::size_t>(limit_ / 16, 1));
}

}  // namespace curfew::daemon
