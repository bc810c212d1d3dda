#pragma once
// Whether a policy can end a session at all of which only some things are said.
//
// A rule ends a session only where its condition is true, and every protection and every earlier rule that
// keeps is false. So it is asked, rule by rule, whether such an assignment of truths to the single questions
// exists. Questions about what is said are answered; every other is free, and whether it is known does not
// matter, for not knowing never ends a session. Bounds on one number know of each other (who is idle for an
// hour is idle for 30 minutes), equal questions are one, and for the rest each question stands for itself,
// also where no session could answer two of them like that (`anna` and `bob`). Hence `proven` is proven, and
// `possible` may be possible only on paper.

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "policy/anatomy.hpp"
#include "policy/policy.hpp"
#include "policy/supposed.hpp"

namespace curfew::policy {

struct Premises {
    SupposedSession session;  // what is said of it is so, the rest is free
    ServerTraits server;
    std::set<Fact> fixed;         // of server, tags, timezone and time: which of these are said
    std::set<Fact> unknown = {};  // of which it is said that nobody knows them
    core::WallTime at{};
    ClientNames client_names = ClientNames::as_reported;  // by DNS: of a client more may come to be known
};

struct Proof {
    enum class Outcome {
        proven,    // nothing ends it
        possible,  // `rule` may end it
        gave_up,   // the search came to its end at `rule`: not proven
    };
    Outcome outcome = Outcome::proven;
    std::optional<std::size_t> rule;
    std::vector<std::string> when;  // the assignment, a question each: "idle at least 30m: true"
};

// Clauses looked at before it gives up: seconds.
inline constexpr std::size_t proof_budget = 200'000'000;

// Rules with a `for` are taken to have held; rules that only observe end nothing.
Proof never_ends(const Policy& policy, const Premises& premises, std::size_t budget = proof_budget);

}  // namespace curfew::policy
