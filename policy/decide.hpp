#pragma once
// What the policy says of one session: the first rule that matches decides; protection comes before all
// rules.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "policy/crowd.hpp"
#include "policy/policy.hpp"

namespace curfew::policy {

// A rule decided, and its `for` is not over yet.
struct Pending {
    core::Seconds hold{0};
    core::Seconds held{0};
    bool same_session =
        true;  // false: nothing proves that it is the one seen before, for its start is unknown
    bool operator==(const Pending&) const = default;
};

struct Decision {
    Action action = Action::keep;           // what the rules say; keep when none matches
    std::optional<std::size_t> rule;        // the index of the rule that decided
    std::optional<std::size_t> protection;  // the first `protect` entry that is true or unknown
    std::vector<std::size_t> observed;      // observing rules that would have ended it, in order
    std::optional<Pending> pending;         // `rule` has a `for` that is not over
    // The first enforcing rule that only lacks the proof that no file was seen open for long enough: whoever
    // has none open now has to wait for it.
    std::optional<std::size_t> waits_for_quiet;

    // The session may be ended: a rule decided so on a certain `true`, its `for` is over, and nothing
    // protects it.
    bool ends() const { return action == Action::disconnect && !protection && !pending; }
};

// `at` is the time of the look that the session is from. Without a past: whatever has a `for` is pending, and
// an observing rule is taken for one that has held. What is known of the past is put in by remember()
// (memory.hpp).
// Without a crowd nobody knows who else is there, and `concurrent` is unknown. decide_all() below makes one.
Decision decide(const Policy& policy, const ServerFacts& server, const SessionFacts& session,
                core::WallTime at, const Crowd* crowd = nullptr);

// Asks the one rule that the circumstances name, and puts down what it says. True where it decides.
bool ask(const Policy& policy, const ServerFacts& server, const SessionFacts& session,
         Circumstances circumstances, Decision& decision);

// All sessions of several looks, as they stand together: by look, in its order. `crowd` has the sessions of
// other servers, and has those of the looks too when it is done; they have to outlive it.
std::vector<std::vector<Decision>> decide_all(const Policy& policy, std::span<const ServerLook* const> looks,
                                              Crowd& crowd);

// Whether decisions need to know who else is there.
bool asks_for_a_crowd(const Policy& policy);
// What those rules count by that count on the fleet.
SharedBy shared_on_the_fleet(const Policy& policy);

}  // namespace curfew::policy
