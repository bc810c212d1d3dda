#pragma once
// What the policy says of one session: the first rule that matches decides; protection comes before all
// rules.

#include <cstddef>
#include <optional>
#include <vector>

#include "policy/policy.hpp"

namespace curfew::policy {

struct Decision {
    Action action = Action::keep;           // what the rules say; keep when none matches
    std::optional<std::size_t> rule;        // the index of the rule that decided
    std::optional<std::size_t> protection;  // the first `protect` entry that is true or unknown
    std::vector<std::size_t> observed;      // observing rules that would have ended it, in order

    // The session may be ended: a rule decided so on a certain `true`, and nothing protects it.
    bool ends() const { return action == Action::disconnect && !protection; }
};

// `at` is the time of the look that the session is from.
Decision decide(const Policy& policy, const ServerFacts& server, const SessionFacts& session,
                core::WallTime at);

}  // namespace curfew::policy
