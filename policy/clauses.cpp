#include "policy/clauses.hpp"

#include <iterator>
#include <optional>
#include <utility>

namespace curfew::policy {
namespace {

using Clauses = std::vector<Clause>;

Clauses clauses_of(const Condition& condition, bool negated, std::size_t most);

Clauses whole(const Condition& condition, bool negated) {
    return {{Literal{&condition, negated}}};
}

Clauses both(const Clauses& left, const Clauses& right) {
    Clauses result;
    for (const Clause& l : left) {
        for (const Clause& r : right) {
            Clause& clause = result.emplace_back(l);
            clause.insert(clause.end(), r.begin(), r.end());
        }
    }
    return result;
}

Clauses all_of(const std::vector<Condition>& parts, bool negated, std::size_t most) {
    Clauses result{{}};
    for (const Condition& part : parts) {
        Clauses clauses = clauses_of(part, negated, most);
        if (result.size() * clauses.size() > most) clauses = whole(part, negated);
        result = both(result, clauses);
    }
    return result;
}

// Nothing where there would be too many.
std::optional<Clauses> any_of(const std::vector<Condition>& parts, bool negated, std::size_t most) {
    Clauses result;
    for (const Condition& part : parts) {
        Clauses clauses = clauses_of(part, negated, most);
        std::move(clauses.begin(), clauses.end(), std::back_inserter(result));
        if (result.size() > most) return std::nullopt;
    }
    return result;
}

struct Apart {
    const Condition& condition;
    bool negated;
    std::size_t most;

    Clauses operator()(const Always&) const { return negated ? Clauses{} : Clauses{{}}; }
    Clauses operator()(const AllOf& node) const { return parts(node.conditions, !negated); }
    Clauses operator()(const AnyOf& node) const { return parts(node.conditions, negated); }
    Clauses operator()(const Not& node) const {
        return node.condition ? clauses_of(*node.condition, !negated, most) : whole(condition, negated);
    }
    template <class Leaf> Clauses operator()(const Leaf&) const { return whole(condition, negated); }

    // No parts at all are unknown, which the condition itself says when it is asked.
    Clauses parts(const std::vector<Condition>& conditions, bool all) const {
        if (conditions.empty()) return whole(condition, negated);
        if (all) return all_of(conditions, negated, most);
        auto result = any_of(conditions, negated, most);
        return result ? *std::move(result) : whole(condition, negated);
    }
};

Clauses clauses_of(const Condition& condition, bool negated, std::size_t most) {
    return std::visit(Apart{condition, negated, most}, condition.node);
}

}  // namespace

std::vector<Clause> clauses_of(const Condition& condition, std::size_t most) {
    return clauses_of(condition, false, most);
}

}  // namespace curfew::policy
