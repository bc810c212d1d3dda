#pragma once
// The memory behind `for` and `quiet`: since when which rule has been the one deciding for which session, and
// since when no look saw it with a file open; one server at a time.
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
//
// Quiet times go by the same: they run from look to look, and are as long as the shortest that is proven. How
// long they may be at most is kept too, from the last look that saw a file open.

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
    std::optional<core::SteadyTime> quiet_since =
        std::nullopt;  // the first of all looks since that saw no file open
    std::optional<core::SteadyTime> last_open = std::nullopt;  // it had one open then, or was not there yet
    bool operator==(const RememberedSession&) const = default;
};

// Plain values, so that it can be written down. Never more than the sessions of one look.
struct ServerMemory {
    std::optional<core::SteadyTime> at;  // the last good look; empty: there is no past
    std::vector<RuleKey> rules;          // those of the clocks
    // Of every client and user for whom a clock runs; of all where the policy asks for quiet.
    std::vector<RememberedSession> sessions;

    void forget() { *this = {}; }  // a look failed
    bool operator==(const ServerMemory&) const = default;
};

// Tells a good look how long its sessions have been quiet, before anybody decides about them.
void know_quiet(const ServerMemory& memory, const Policy& policy, ServerLook& look);

// Whether any condition asks for `quiet`.
bool asks_for_quiet(const Policy& policy);

// Takes a good look into the memory, and tells its decisions what the memory knows: a rule that has held is
// not pending any more, an observing rule that has not held would have ended nobody yet. `decisions` are
// those of decide(), one per session of the look.
void remember(ServerMemory& memory, const Policy& policy, const ServerLook& look,
              std::vector<Decision>& decisions);

}  // namespace curfew::policy
