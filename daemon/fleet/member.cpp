#include "daemon/fleet/member.hpp"

namespace curfew::daemon {

bool jumped(const std::optional<core::Now>& before, const core::Now& at) {
    constexpr core::Seconds jump{5};
    if (!before) return false;
    const auto by = (at.wall - before->wall) -
                    std::chrono::duration_cast<core::WallTime::duration>(at.steady - before->steady);
    return by >= jump || -by >= jump;
}

boost::asio::awaitable<void> turn_at(Member& member, Clock& clock) {
    constexpr core::Milliseconds pause{20};
    while (member.visited) co_await clock.wait_until(clock.now().steady + pause);
}

void Members::add(Shared member) {
    const std::lock_guard lock{mutex_};
    by_name_.insert_or_assign(member->name, member);
    in_order_.push_back(std::move(member));
}

Members::Shared Members::remove(const std::string& name) {
    const std::lock_guard lock{mutex_};
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return nullptr;
    auto member = std::move(found->second);
    by_name_.erase(found);
    std::erase(in_order_, member);
    return member;
}

Members::Shared Members::find(const std::string& name) const {
    const std::lock_guard lock{mutex_};
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
}

std::vector<Members::Shared> Members::all() const {
    const std::lock_guard lock{mutex_};
    return in_order_;
}

std::size_t Members::size() const {
    const std::lock_guard lock{mutex_};
    return in_order_.size();
}

}  // namespace curfew::daemon
