#include "daemon/bans/ban_pace.hpp"

#include <algorithm>

namespace curfew::daemon {

core::SteadyTime::duration ban_pace(std::size_t servers, core::SteadyTime::duration answered_in,
                                    core::SteadyTime::duration interval) {
    using Duration = core::SteadyTime::duration;
    constexpr Duration shortest = core::Seconds{1};
    constexpr core::Milliseconds for_a_server{1};
    constexpr int share_of_its_time = 20;
    // What is longer than the interval is as long as it; so nothing overflows.
    const Duration for_the_fleet =
        for_a_server * static_cast<core::Milliseconds::rep>(std::min<std::size_t>(servers, 1'000'000'000));
    const Duration for_its_sake = std::min(answered_in, interval) * share_of_its_time;
    return std::max(shortest, std::min(interval, std::max(for_the_fleet, for_its_sake)));
}

}  // namespace curfew::daemon
