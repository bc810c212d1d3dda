#include "daemon/scheduler/lanes.hpp"

#include <algorithm>

namespace curfew::daemon {

Lanes::Lane Lanes::lane_of(ServerId server) const {
    const auto known = lane_.find(server);
    return known == lane_.end() ? Lane::untried : known->second;
}

void Lanes::schedule(ServerId server, core::SteadyTime due) {
    const auto lane = static_cast<std::size_t>(lane_of(server));
    for (std::size_t other = 0; other < lanes; ++other)
        if (other != lane) queues_[other].remove(server);
    queues_[lane].schedule(server, due);
}

void Lanes::remove(ServerId server) {
    for (auto& queue : queues_) queue.remove(server);
    lane_.erase(server);
}

std::uint32_t Lanes::under_way() const {
    return held_[0] + held_[1] + held_[2];
}

bool Lanes::may_begin(std::size_t lane) const {
    if (under_way() >= slots_) return false;
    const auto failed = held_by(Lane::failed);
    const auto unproven = failed + held_by(Lane::untried);
    const auto most_unproven = slots_ - slots_ / 4;
    switch (static_cast<Lane>(lane)) {
        case Lane::answered: return true;
        case Lane::untried: return unproven < most_unproven;
        case Lane::failed: return unproven < most_unproven && failed < std::max(slots_ / 2, 1u);
    }
    return false;
}

std::optional<std::size_t> Lanes::first_lane() const {
    std::optional<std::size_t> first;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        const auto due = queues_[lane].next_due();
        if (!due || !may_begin(lane)) continue;
        if (!first || *due < *queues_[*first].next_due()) first = lane;
    }
    return first;
}

std::optional<core::SteadyTime> Lanes::next_due() const {
    const auto lane = first_lane();
    return lane ? queues_[*lane].next_due() : std::nullopt;
}

std::optional<core::SteadyTime> Lanes::longest_due() const {
    std::optional<core::SteadyTime> longest;
    for (const auto& queue : queues_) {
        const auto due = queue.next_due();
        if (due && (!longest || *due < *longest)) longest = due;
    }
    return longest;
}

std::optional<ServerId> Lanes::take_due(core::SteadyTime now) {
    const auto lane = first_lane();
    if (!lane) return std::nullopt;
    const auto server = queues_[*lane].take_due(now);
    if (!server) return std::nullopt;
    ++held_[*lane];
    began_from_[*server] = static_cast<Lane>(*lane);
    return server;
}

void Lanes::finished(ServerId server, bool answered) {
    const auto began = began_from_.find(server);
    if (began == began_from_.end()) return;
    --held_by(began->second);
    began_from_.erase(began);
    lane_[server] = answered ? Lane::answered : Lane::failed;
}

}  // namespace curfew::daemon
