#pragma once
// A condition taken apart into clauses: it holds where every literal of one clause holds. That needs no third
// value, because what is asked is never a truth but a yes or no: is it certain (for a rule that ends), or
// possible (for what keeps and protects)? `and`, `or` and `not` pass either question on to their parts.

#include <cstddef>
#include <vector>

#include "policy/condition.hpp"

namespace curfew::policy {

struct Literal {
    const Condition* condition = nullptr;  // a part of what was taken apart
    bool negated = false;
};
using Clause = std::vector<Literal>;

// None: never true. A clause without literals: always. What would make more than `most` clauses is left
// whole, as one literal; so is what has no parts.
std::vector<Clause> clauses_of(const Condition& condition, std::size_t most);

}  // namespace curfew::policy
