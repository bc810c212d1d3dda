#include "daemon/store/would_end.hpp"

#include <algorithm>

namespace curfew::daemon {
namespace {

std::string key_of(const Row& row) {
    std::string key;
    for (const auto* part : {&row.server, &row.rule, &row.rule_digest, &row.client_key, &row.user_key})
        key += std::to_string(part->size()) + ":" + *part;
    return key;
}

}  // namespace

bool same_start(const std::optional<core::WallTime>& a, const std::optional<core::WallTime>& b) {
    if (!a || !b) return !a && !b;
    const auto apart = *a - *b;
    return apart <= core::Seconds{2} && -apart <= core::Seconds{2};
}

bool WouldEndSeen::add(const Row& row) {
    if (size_ >= most) {  // the disk knows
        starts_.clear();
        size_ = 0;
    }
    auto& starts = starts_[key_of(row)];
    const bool known = std::any_of(starts.begin(), starts.end(),
                                   [&](const Start& start) { return same_start(start, row.started); });
    if (known) return false;
    starts.push_back(row.started);
    ++size_;
    return true;
}

void WouldEndSeen::forget(const Row& row) {
    const auto found = starts_.find(key_of(row));
    if (found == starts_.end()) return;
    const auto before = found->second.size();
    std::erase_if(found->second, [&](const Start& start) { return same_start(start, row.started); });
    size_ -= before - found->second.size();
    if (found->second.empty()) starts_.erase(found);
}

}  // namespace curfew::daemon
