#include "policy/dates.hpp"

#include <algorithm>

namespace curfew::policy {

DateSet::DateSet(std::vector<DateRange> ranges) {
    std::sort(ranges.begin(), ranges.end());
    for (const DateRange& range : ranges) {
        if (!ranges_.empty() && range.first <= ranges_.back().last + std::chrono::days{1})
            ranges_.back().last = std::max(ranges_.back().last, range.last);
        else
            ranges_.push_back(range);
    }
}

bool DateSet::contains(std::chrono::local_days day) const {
    const auto after = std::upper_bound(
        ranges_.begin(), ranges_.end(), day,
        [](std::chrono::local_days wanted, const DateRange& range) { return wanted < range.first; });
    return after != ranges_.begin() && day <= (after - 1)->last;
}

}  // namespace curfew::policy
