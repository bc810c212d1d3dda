#include "policy/proof.hpp"

#include <algorithm>
#include <cstdlib>

#include "policy/propositions.hpp"

namespace curfew::policy {
namespace {

class Prover {
  public:
    Prover(const Policy& policy, const Premises& premises, std::size_t budget)
        : policy_(policy), propositions_(premises), budget_(budget) {}

    Proof run() {
        for (const Protection& protection : policy_.protect) propositions_.demand(protection.when, false);
        for (std::size_t i = 0; i < policy_.rules.size(); ++i) {
            const Rule& rule = policy_.rules[i];
            if (rule.then == Action::keep) {
                propositions_.demand_unless_off(rule);
            } else if (rule.mode == Mode::enforce) {
                // Earlier rules that end sessions need not be false: then those would end it.
                const Propositions::Mark mark = propositions_.mark();
                propositions_.demand_on(rule);
                propositions_.demand(rule, true);
                const Solution solution = propositions_.solve(budget_);
                if (solution.satisfiable == Satisfiable::yes)
                    return {Proof::Outcome::possible, i, propositions_.in_words(solution.values, mark)};
                if (solution.satisfiable == Satisfiable::undecided) return {Proof::Outcome::gave_up, i, {}};
                propositions_.back_to(mark);
            }
        }
        return {};
    }

  private:
    const Policy& policy_;
    Propositions propositions_;
    std::size_t budget_;
};

}  // namespace

Proof never_ends(const Policy& policy, const Premises& premises, std::size_t budget) {
    return Prover{policy, premises, budget}.run();
}

}  // namespace curfew::policy
