#include "daemon/books/period.hpp"

#include <cstdio>

#include "daemon/clock.hpp"

namespace curfew::daemon {

std::optional<ReadPeriod> period_or_complain(const TimeRange& range) {
    const auto now = SystemClock{}.now().wall;
    ReadPeriod period;
    if (range.since) period.since = time_of(*range.since, now);
    if (range.until) period.until = time_of(*range.until, now);
    if (!period.since || !period.until || *period.since < *period.until) return period;
    std::fprintf(stderr, "--since is not before --until: %s and %s\n", utc_text(*period.since).c_str(),
                 utc_text(*period.until).c_str());
    return std::nullopt;
}

}  // namespace curfew::daemon
