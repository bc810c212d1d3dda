#pragma once
// What can be doubted of a policy before any server was looked at: rules that are never asked, and rules that
// may match everybody. Only what is certain is said; what is not said may still be so.

#include <cstddef>
#include <optional>
#include <vector>

#include "policy/policy.hpp"

namespace curfew::policy {

// Holds one condition against another.
class Implication {
  public:
    // `steps`: of work, over all questions. Nothing is certain any more once they are used up, so that a
    // policy made for it cannot hold anybody up.
    explicit Implication(std::size_t steps) : left_(steps) {}

    // `conclusion` is at least as true as `premise` of every session there can be: true where that is true,
    // and not false where it is unknown.
    bool holds(const Condition& premise, const Condition& conclusion);

  private:
    bool spend(std::size_t steps);
    bool by_parts(const Condition& premise, const Condition& conclusion);
    std::size_t left_;
};

class Shadows {
  public:
    explicit Shadows(const Policy& policy) : policy_(policy) {}

    // The first rule above that decides wherever this one would match, so that it is never asked.
    std::optional<std::size_t> over(std::size_t rule);

  private:
    bool hides(const Rule& earlier, const Rule& later);
    const Policy& policy_;
    Implication implication_{2'000'000};
};

// Nothing in it depends on the session, or only what leaves hardly anybody out: `not: {user: 'svc-*'}`,
// `idle: 0s`, `guest: false`.
bool can_match_everyone(const Condition& condition);

}  // namespace curfew::policy
