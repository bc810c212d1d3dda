#pragma once
// The memory behind `for`: since when which rule has been the one deciding for which session, one server at a
// time.
//
// A clock begins with the look at which its rule decides for a session. It runs for as long as every further
// look is good, comes in time and finds the same session decided by the same rule; anything else begins it
// anew. Only what is proven counts:
//
// - A session is the same one when client, user and start agree, the start within two seconds. Sessions that
//   agree in all three are counted, not told apart. So a clock goes on only where whichever of them a session
//   may have been was decided by that rule before, and with the youngest of their clocks; and one more of
//   them than before could be any of them.
// - A session whose start is unknown may be any of its client and user, and begins them all anew.
// - No clock is older than its session.
// - While a session is protected no rule decides.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "policy/decide.hpp"

namespace curfew::policy {

struct RunningFor {
    std::size_t rule = 0;  // index into ServerMemory::rules
    core::SteadyTime since{};
    bool operator==(const RunningFor&) const = default;
};

struct RememberedSession {
    std::string client_key;
    std::string user_key;
    std::optional<core::SteadyTime> started;
    std::vector<RunningFor> running;
    bool operator==(const RememberedSession&) const = default;
};

// Plain values, so that it can be written down. Never more than the sessions of one look.
struct ServerMemory {
    std::optional<core::SteadyTime> at;       // the last good look; empty: there is no past
    std::vector<RuleKey> rules;               // those of the clocks
    std::vector<RememberedSession> sessions;  // of every client and user for whom a clock runs

    void forget() { *this = {}; }  // a look failed
    bool operator==(const ServerMemory&) const = default;
};

// Takes a good look into the memory, and tells its decisions what the memory knows: a rule that has held is
// not pending any more, an observing rule that has not held would have ended nobody yet. `decisions` are
// those of decide(), one per session of the look.
void remember(ServerMemory& memory, const Policy& policy, const ServerLook& look,
              std::vector<Decision>& decisions);

}  // namespace curfew::policy
