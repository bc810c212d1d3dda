#pragma once
// Why the policy says what it says of one session: every protection, every rule, every condition, with what
// it was held against. The decision in it is decide()'s own.

#include <optional>
#include <string>
#include <vector>

#include "policy/decide.hpp"

namespace curfew::policy {

struct Explained {
    Truth truth = Truth::unknown;
    std::string key;     // as in `when`: "idle", "not"; "any" is both `when: any` and a list with `parts`
    std::string wanted;  // "at least 30m"; of a list that holds, the entry that does. Empty for any, all, not
    std::string found;   // what is known of the session or the server: "31m". Empty: nothing
    std::string reason;  // why it is unknown. Empty where it is not
    std::vector<Explained> parts;  // of any, all, not
};

// "idle 31m, at least 30m: true"; "idle is unknown: the server does not report it".
std::string sentence(const Explained& explained);

enum class Standing {
    off,             // before its `from`, or from its `until` on
    does_not_match,  // the next rule is asked
    observes,        // it matches and is transparent: the next rule is asked
    decides,
    not_asked,  // an earlier rule decided
};
std::string_view to_string(Standing standing);

struct ExplainedRule {
    Standing standing = Standing::not_asked;
    std::optional<Explained> when;  // empty for rules that are off or not asked
};

struct Explanation {
    std::vector<Explained> protect;    // as in the policy
    std::vector<ExplainedRule> rules;  // as in the policy
    Decision decision;
};

// Without a crowd who else is there is unknown.
Explanation explain(const Policy& policy, const ServerFacts& server, const SessionFacts& session,
                    core::WallTime at, const Crowd* crowd = nullptr);

// In words: "disconnect, by the rule 'idle workstations'", "keep: protected (the meeting rooms)".
std::string decision_text(const Policy& policy, const Decision& decision);
// keep, disconnect or pending: what tests expect of a session.
std::string_view outcome_of(const Decision& decision);

}  // namespace curfew::policy
