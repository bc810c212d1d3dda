#pragma once
// What waits for one webhook, and when it is to be sent: no I/O, fed news, times and what became of
// deliveries.
//
// News are gathered for `batch` from the first one on, or until there are enough for a delivery. One delivery
// is under way at a time. One that fails for now is tried again with the same news under the same id, ever
// more seldom; one that is refused is dropped with its news. Not for several threads at once.

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "daemon/notify/news_item.hpp"

namespace curfew::daemon {

enum class Lost {
    full,      // the queue had no room
    too_old,   // nobody took it for a day
    refused,   // the receiver said no, and would say so again
    stopping,  // curfew ended first
    removed,   // a reload took the webhook away
};
inline constexpr std::size_t lost_reasons = 5;
std::string_view to_string(Lost reason);  // "too_old"

struct OutboxCounters {
    std::uint64_t sent = 0;  // news, not deliveries; those below too
    std::array<std::uint64_t, lost_reasons> lost{};
    std::uint64_t queued = 0;  // now, what is under way included
    std::uint64_t lost_for(Lost reason) const { return lost[static_cast<std::size_t>(reason)]; }
};

struct OutboxBounds {
    std::size_t queued = 10'000;
    std::size_t queued_bytes = 8 * 1024 * 1024;
    std::size_t delivered = 500;
    std::size_t delivered_bytes = 1024 * 1024;  // a single one may be larger
    core::Seconds oldest{86'400};
    core::Seconds first_pause{2};   // a pause is between half of it and all of it, and doubles
    core::Seconds last_pause{300};  // up to this
    core::Seconds longest_wished{3'600};
};

class Outbox {
  public:
    using Item = std::shared_ptr<const NewsItem>;

    // Deliveries are called `name`-1, `name`-2, ...
    Outbox(std::string name, core::Seconds batch, std::uint64_t seed, OutboxBounds bounds = {});

    // True where due() is an earlier one now.
    bool add(Item item, core::SteadyTime now);

    void gather_for(core::Seconds batch) { batch_ = batch; }

    // From when on take() has something; empty while a delivery is under way, and where nothing waits.
    std::optional<core::SteadyTime> due() const;

    struct Delivery {
        std::string id;
        std::vector<Item> news;
    };
    // Until answered() is told what became of it, nothing else is given out.
    std::optional<Delivery> take(core::SteadyTime now);

    enum class Answer {
        taken,
        later,    // nobody took it this time
        refused,  // nobody ever will
    };
    // `wished`: how long the receiver asked for patience.
    void answered(Answer answer, core::SteadyTime now, std::optional<core::Seconds> wished = std::nullopt);

    // No more is gathered and no pause kept: what waits is due at once, and lost with the first failure.
    void last_call(Lost reason);

    // All but what is under way, when nobody is going to take it. How many they were.
    std::uint64_t give_up(Lost reason);

    std::uint32_t failures() const { return failures_; }  // in a row
    const OutboxCounters& counters() const { return counters_; }

  private:
    struct Waiting {
        Item item;
        core::SteadyTime since;
    };
    void remove(std::size_t index);
    void lose(std::size_t index, Lost reason);
    void lose_too_old(core::SteadyTime now);
    core::Milliseconds pause();

    const std::string name_;
    core::Seconds batch_;
    const OutboxBounds bounds_;
    std::minstd_rand dice_;
    std::deque<Waiting> queue_;  // the first `bundled_` are the delivery that is under way or tried again
    std::size_t bytes_ = 0;
    std::size_t bundled_ = 0;
    std::string bundle_id_;
    std::uint64_t bundles_ = 0;
    bool under_way_ = false;
    std::optional<Lost> last_call_;
    std::uint32_t failures_ = 0;
    core::SteadyTime not_before_ = core::SteadyTime::min();  // while it pauses
    OutboxCounters counters_;
};

}  // namespace curfew::daemon
