#include "policy/zone.hpp"

#include <algorithm>
#include <utility>

namespace curfew::policy {
namespace {

using std::chrono::local_seconds;
using std::chrono::seconds;
using std::chrono::sys_seconds;

// No clock on earth was ever further from UTC, so this far from it is far enough to look.
constexpr std::chrono::days furthest{2};

auto first_after(const std::vector<Zone::Period>& periods, sys_seconds at) {
    return std::upper_bound(periods.begin(), periods.end(), at,
                            [](sys_seconds time, const Zone::Period& period) { return time < period.begin; });
}

}  // namespace

Zone::Zone(std::string name, std::vector<Period> periods, sys_seconds end)
    : table_(std::make_shared<const Table>(Table{std::move(name), std::move(periods), end})) {}

Zone::Iterator Zone::period_at(sys_seconds at) const {
    const auto& periods = table_->periods;
    const auto after = first_after(periods, at);
    return after == periods.begin() || at >= table_->end ? periods.end() : after - 1;
}

sys_seconds Zone::end_of(Iterator period) const {
    const auto next = period + 1;
    return next == table_->periods.end() ? table_->end : next->begin;
}

std::optional<seconds> Zone::offset_at(sys_seconds at) const {
    const auto period = period_at(at);
    if (period == table_->periods.end()) return std::nullopt;
    return period->offset;
}

std::optional<local_seconds> Zone::local(sys_seconds at) const {
    const auto offset = offset_at(at);
    if (!offset) return std::nullopt;
    return local_seconds{at.time_since_epoch() + *offset};
}

std::vector<sys_seconds> Zone::instants(local_seconds local) const {
    const auto& periods = table_->periods;
    const sys_seconds as_if_utc{local.time_since_epoch()};
    auto period = first_after(periods, as_if_utc - furthest);
    if (period != periods.begin()) --period;
    std::vector<sys_seconds> out;
    for (; period != periods.end() && period->begin <= as_if_utc + furthest; ++period) {
        const sys_seconds at = as_if_utc - period->offset;
        if (at >= period->begin && at < end_of(period)) out.push_back(at);
    }
    return out;
}

std::vector<sys_seconds> Zone::changes(sys_seconds from, sys_seconds to) const {
    std::vector<sys_seconds> out;
    for (const Period& period : table_->periods)
        if (period.begin >= from && period.begin < to) out.push_back(period.begin);
    return out;
}

}  // namespace curfew::policy
