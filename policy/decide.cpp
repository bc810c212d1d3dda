#include "policy/decide.hpp"

namespace curfew::policy {

Decision decide(const Policy& policy, const ServerFacts& server, const SessionFacts& session,
                core::WallTime at) {
    Decision decision;
    for (std::size_t i = 0; i < policy.protect.size() && !decision.protection; ++i) {
        if (evaluate(policy.protect[i].when, server, session, at) != Truth::no) decision.protection = i;
    }
    // The rules are asked for a protected session too: that one was only saved by its protection is worth a
    // line in the plan.
    for (std::size_t i = 0; i < policy.rules.size(); ++i) {
        const Rule& rule = policy.rules[i];
        if (!rule.is_on(at)) continue;
        const Truth holds = evaluate(rule.when, server, session, at);
        const bool matches = rule.then == Action::keep ? holds != Truth::no : holds == Truth::yes;
        if (!matches) continue;
        if (rule.observes_on(server.traits)) {
            decision.observed.push_back(i);
            continue;
        }
        decision.action = rule.then;
        decision.rule = i;
        if (rule.then == Action::disconnect && rule.hold) decision.pending = Pending{.hold = *rule.hold};
        break;
    }
    return decision;
}

}  // namespace curfew::policy
