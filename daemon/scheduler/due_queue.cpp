#include "daemon/scheduler/due_queue.hpp"

namespace curfew::daemon {

void DueQueue::schedule(ServerId server, core::SteadyTime due) {
    remove(server);
    queue_.emplace(due, server);
    due_.emplace(server, due);
}

void DueQueue::remove(ServerId server) {
    const auto found = due_.find(server);
    if (found == due_.end()) return;
    queue_.erase({found->second, server});
    due_.erase(found);
}

std::optional<core::SteadyTime> DueQueue::next_due() const {
    if (queue_.empty()) return std::nullopt;
    return queue_.begin()->first;
}

std::optional<ServerId> DueQueue::take_due(core::SteadyTime now) {
    if (queue_.empty() || queue_.begin()->first > now) return std::nullopt;
    const ServerId server = queue_.begin()->second;
    queue_.erase(queue_.begin());
    due_.erase(server);
    return server;
}

}  // namespace curfew::daemon
