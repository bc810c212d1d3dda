#pragma once
// Whether clauses can all hold at once: propositional logic, by search with unit propagation (DPLL), and with
// an end to the search.

#include <cstddef>
#include <vector>

namespace curfew::policy {

using Literal = int;                  // variable `v`, from 1: `v` where it is true, `-v` where it is false
using Clause = std::vector<Literal>;  // one of them has to hold

enum class Satisfiable { yes, no, undecided };

struct Solution {
    Satisfiable satisfiable = Satisfiable::undecided;
    // By variable, 0 unused: 1 true, -1 false, 0 where it does not matter. Of a `yes`.
    std::vector<int> values;
};

// `budget` counts the clauses looked at, is spent, and may be shared by several questions. Undecided where it
// is gone.
Solution solve(const std::vector<Clause>& clauses, std::size_t variables, std::size_t& budget);

}  // namespace curfew::policy
