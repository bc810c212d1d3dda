#pragma once
// decide() for all sessions of one look, quickly, where the policy was compiled; and by decide() itself where
// it was not. Both say the same, always: decide() and evaluate() are what a policy means, and the tests hold
// this against them. Nobody else is in the crowd: of a policy that asks for one decide_all() asks rule by
// rule.

#include <vector>

#include "policy/decide.hpp"
#include "policy/rule_index.hpp"

namespace curfew::policy {

// After this, changing the policy leaves it compiled as it was. A copy is not compiled.
void compile(Policy& policy);

// For one look, and one thread at a time. Policy and server have to outlive it.
class Decider {
  public:
    Decider(const Policy& policy, const ServerFacts& server, core::WallTime at);

    Decision operator()(const SessionFacts& session);

  private:
    bool answers_hold(const RuleIndex::Entry& clause, const SessionFacts& session) const;
    // Enters what the clause's protection or rule says; true: it was the rule that decides.
    bool enter(const RuleIndex::Entry& clause, Decision& decision);
    bool observes(std::size_t rule);

    const Policy& policy_;
    const ServerFacts& server_;
    core::WallTime at_;
    const RuleIndex* index_;  // null: not compiled
    Bits at_look_;
    Bits users_;
    Bits clients_;
    std::vector<std::optional<bool>> observes_;  // by rule; of rollouts, for that is a question of names
};

}  // namespace curfew::policy
