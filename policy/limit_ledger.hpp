#pragma once
// Counts what was ended, when, where, to whom, and by which rule, and says whether some more may be. Time is
// handed in.
//
// Every call is counted against the file's limits, also when a rule brings its own; it is checked against
// those that are in force for its rule, and against the ceiling over it. A reservation is given back only
// when the call turned out to have had nobody to end.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/container/devector.hpp>

#include "policy/limits.hpp"
#include "policy/policy.hpp"
#include "policy/server_plan.hpp"

namespace curfew::policy {

struct LimitRequest {
    std::string server;
    std::string client_key;
    std::string user_key;
    const Rule* rule = nullptr;  // null: by hand
    std::uint32_t sessions = 0;  // the number of targets
};

class LimitLedger {
  public:
    struct Ticket {
        std::uint64_t id = 0;
    };

    // Which limit stands in the way, in the order per_target, per_server, fleet; empty: none.
    std::optional<Why> obstacle(const Limits& file, const LimitRequest& request, core::SteadyTime now) const;

    // Counts it without asking: obstacle() has been asked, or a person decides (by hand limits count but do
    // not bind).
    Ticket reserve(const LimitRequest& request, core::SteadyTime now);

    void give_back(Ticket ticket);

    // Forgets what no window can reach any more.
    void expire(core::SteadyTime now, core::Seconds longest_window);

    // Forgets the oldest of more than `most` calls, as far as no window of `in_reach` reaches them. A longer
    // window that comes later and reaches back to what is forgotten lets nothing through until it does not.
    void crowd_out(core::SteadyTime now, core::Seconds in_reach, std::size_t most);

  private:
    struct Spent {
        std::uint64_t id = 0;
        core::SteadyTime at{};
        std::uint32_t sessions = 0;
    };
    // Ordered by ticket, and so by time. There is one for everybody who was ended, so it has to be small.
    using Meter = boost::container::devector<Spent>;
    using Meters = std::map<std::string, Meter>;
    bool fits(const Meter* meter, const std::vector<RateLimit>& limits, std::uint32_t sessions,
              core::SteadyTime now) const;
    const Meter* find(const std::string& key) const;
    void take_out(Ticket ticket, const std::vector<Meters::iterator>& meters);

    Meters meters_;
    struct Taken {
        core::SteadyTime at{};
        std::vector<Meters::iterator> meters;
    };
    std::map<std::uint64_t, Taken> taken_;  // tickets, and so by time, and which meters they are in
    std::uint64_t next_ = 1;
    std::optional<core::SteadyTime> forgotten_;  // of what was crowded out, the latest
};

}  // namespace curfew::policy
