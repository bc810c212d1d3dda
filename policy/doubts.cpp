#include "policy/doubts.hpp"

#include <algorithm>

namespace curfew::policy {
namespace {

template <class... Cases> struct Overloaded : Cases... { using Cases::operator()...; };
template <class... Cases> Overloaded(Cases...) -> Overloaded<Cases...>;

template <class Node>
constexpr bool has_patterns = std::is_same_v<Node, UserMatches> || std::is_same_v<Node, ClientMatches> ||
                              std::is_same_v<Node, ServerMatches> || std::is_same_v<Node, TransportMatches> ||
                              std::is_same_v<Node, ClientTypeMatches>;

template <class Pattern> bool any_matches_everything(const std::vector<Pattern>& patterns) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [](const Pattern& pattern) { return pattern.matches_everything(); });
}

template <class T> bool within(const Range<T>& inner, const Range<T>& outer) {
    const bool above = !outer.at_least || (inner.at_least && *inner.at_least >= *outer.at_least);
    return above && (!outer.below || (inner.below && *inner.below <= *outer.below));
}

// Of a list that means any of its entries: more entries are at least as true.
template <class T, class Same>
bool all_among(const std::vector<T>& fewer, const std::vector<T>& more, const Same& same) {
    return !fewer.empty() && std::all_of(fewer.begin(), fewer.end(), [&](const T& one) {
        return std::any_of(more.begin(), more.end(), [&](const T& other) { return same(one, other); });
    });
}

template <class Node> bool leaf_implies(const Node& premise, const Node& conclusion) {
    if constexpr (has_patterns<Node>) {
        return all_among(premise.any_of, conclusion.any_of,
                         [](const auto& a, const auto& b) { return a.text() == b.text(); });
    } else if constexpr (std::is_same_v<Node, HasTag> || std::is_same_v<Node, InSchedule>) {
        return all_among(premise.any_of, conclusion.any_of, std::equal_to<>{});
    } else if constexpr (std::is_same_v<Node, FlagIs>) {
        return premise.flag == conclusion.flag && premise.set == conclusion.set;
    } else if constexpr (std::is_same_v<Node, Always>) {
        return true;
    } else if constexpr (std::is_same_v<Node, Concurrent>) {
        return false;  // those above take some away from the crowd of the one below
    } else if constexpr (std::is_same_v<Node, IdleIn>) {
        // Who goes by quiet times where idle ones are unknown is not unknown there.
        if (premise.or_quiet.has_value() != conclusion.or_quiet.has_value()) return false;
        return within(premise.range, conclusion.range) &&
               (!premise.or_quiet || *premise.or_quiet >= *conclusion.or_quiet);
    } else {
        return within(premise.range, conclusion.range);
    }
}

std::size_t size_of(const Condition& condition) {
    return std::visit(
        [](const auto& node) -> std::size_t {
            if constexpr (requires { node.any_of; }) return 1 + node.any_of.size();
            return 1;
        },
        condition.node);
}

bool is_always(const Condition& condition) {
    return std::visit(Overloaded{[](const Always&) { return true; },
                                 [](const auto& node) {
                                     if constexpr (has_patterns<std::decay_t<decltype(node)>>)
                                         return any_matches_everything(node.any_of);
                                     else
                                         return false;
                                 }},
                      condition.node);
}

// Never unknown: tags are what the configuration says.
bool is_certain(const Condition& condition) {
    const auto all_are = [](const std::vector<Condition>& conditions) {
        return !conditions.empty() && std::all_of(conditions.begin(), conditions.end(), is_certain);
    };
    return std::visit(
        Overloaded{[](const HasTag& node) { return !node.any_of.empty(); },
                   [&](const AllOf& node) { return all_are(node.conditions); },
                   [&](const AnyOf& node) { return all_are(node.conditions); },
                   [](const Not& node) { return node.condition && is_certain(*node.condition); },
                   [&](const auto&) { return is_always(condition); }},
        condition.node);
}

bool asks_about_sessions(const Condition& condition) {
    const auto any_does = [](const std::vector<Condition>& conditions) {
        return std::any_of(conditions.begin(), conditions.end(), asks_about_sessions);
    };
    return std::visit(
        Overloaded{[](const Always&) { return false; }, [](const ServerMatches&) { return false; },
                   [](const HasTag&) { return false; }, [](const InSchedule&) { return false; },
                   [&](const AllOf& node) { return any_does(node.conditions); },
                   [&](const AnyOf& node) { return any_does(node.conditions); },
                   [](const Not& node) { return node.condition && asks_about_sessions(*node.condition); },
                   [](const auto&) { return true; }},
        condition.node);
}

}  // namespace

bool Implication::spend(std::size_t steps) {
    if (steps > left_) left_ = 0;
    if (left_ == 0) return false;
    left_ -= steps;
    return true;
}

bool Implication::holds(const Condition& premise, const Condition& conclusion) {
    if (!spend(size_of(premise) * size_of(conclusion))) return false;
    if (is_always(conclusion)) return true;
    // What both sides demand outright: losing nothing.
    if (const auto* all = std::get_if<AllOf>(&conclusion.node))
        return !all->conditions.empty() &&
               std::all_of(all->conditions.begin(), all->conditions.end(),
                           [&](const Condition& part) { return holds(premise, part); });
    if (const auto* any = std::get_if<AnyOf>(&premise.node))
        return !any->conditions.empty() &&
               std::all_of(any->conditions.begin(), any->conditions.end(),
                           [&](const Condition& part) { return holds(part, conclusion); });
    return by_parts(premise, conclusion);
}

bool Implication::by_parts(const Condition& premise, const Condition& conclusion) {
    if (const auto* any = std::get_if<AnyOf>(&conclusion.node)) {
        const auto& parts = any->conditions;
        if (std::any_of(parts.begin(), parts.end(), [&](const auto& part) { return holds(premise, part); }))
            return true;
    }
    if (const auto* all = std::get_if<AllOf>(&premise.node)) {
        const auto& parts = all->conditions;
        return std::any_of(parts.begin(), parts.end(),
                           [&](const auto& part) { return holds(part, conclusion); });
    }
    return std::visit(
        [&]<class Node>(const Node& node) {
            const auto* other = std::get_if<Node>(&conclusion.node);
            if constexpr (std::is_same_v<Node, Not>) {
                return other && node.condition && other->condition &&
                       holds(*other->condition, *node.condition);
            } else if constexpr (std::is_same_v<Node, AllOf> || std::is_same_v<Node, AnyOf>) {
                return false;  // taken apart above
            } else {
                return other && leaf_implies(node, *other);
            }
        },
        premise.node);
}

// A rule that keeps matches where its condition is unknown, too; one that ends does not.
bool Shadows::hides(const Rule& earlier, const Rule& later) {
    const bool ends = earlier.then == Action::disconnect;
    if (ends && (earlier.mode == Mode::observe || earlier.rollout)) return false;
    if (earlier.from && (!later.from || *later.from < *earlier.from)) return false;
    if (earlier.until && (!later.until || *later.until > *earlier.until)) return false;
    if (ends && later.then == Action::keep && !is_certain(earlier.when)) return false;
    return implication_.holds(later.when, earlier.when);
}

std::optional<std::size_t> Shadows::over(std::size_t rule) {
    for (std::size_t i = 0; i < rule; ++i)
        if (hides(policy_.rules[i], policy_.rules[rule])) return i;
    return std::nullopt;
}

namespace {

template <class T> bool begins_at_zero(const Range<T>& range) {
    return !range.below && (!range.at_least || *range.at_least == T{});
}
bool is_everywhere(const ClientPattern& pattern) {
    return pattern.text() == "/.*/" || (pattern.block() && pattern.text().ends_with("/0"));
}

// A question about sessions that leaves out nobody, or nobody to speak of.
bool leaves_hardly_anybody_out(const Condition& condition) {
    return std::visit(
        Overloaded{[](const IdleIn& node) { return begins_at_zero(node.range); },
                   [](const QuietIn& node) { return begins_at_zero(node.range); },
                   [](const ConnectedIn& node) { return begins_at_zero(node.range); },
                   [](const OpenFilesIn& node) { return begins_at_zero(node.range); },
                   [](const FlagIs& node) { return !node.set; },
                   [](const UserMatches& node) {
                       return std::any_of(node.any_of.begin(), node.any_of.end(),
                                          [](const auto& pattern) { return pattern.text() == "/.*/"; });
                   },
                   [](const ClientMatches& node) {
                       return std::any_of(node.any_of.begin(), node.any_of.end(), is_everywhere);
                   },
                   [](const auto&) { return false; }},
        condition.node);
}

// Who is left out by name: a few, where nobody can count them.
bool names_somebody(const Condition& condition) {
    return std::visit(
        Overloaded{[&](const UserMatches&) { return !is_always(condition); },
                   [&](const ClientMatches&) { return !is_always(condition); },
                   [](const AllOf& node) {
                       return std::any_of(node.conditions.begin(), node.conditions.end(), names_somebody);
                   },
                   [](const AnyOf& node) {
                       return !node.conditions.empty() &&
                              std::all_of(node.conditions.begin(), node.conditions.end(), names_somebody);
                   },
                   [](const auto&) { return false; }},
        condition.node);
}

}  // namespace

bool can_match_everyone(const Condition& condition) {
    if (is_always(condition)) return true;
    if (const auto* all = std::get_if<AllOf>(&condition.node))
        return std::all_of(all->conditions.begin(), all->conditions.end(), can_match_everyone);
    if (const auto* any = std::get_if<AnyOf>(&condition.node))
        return std::any_of(any->conditions.begin(), any->conditions.end(), can_match_everyone);
    if (const auto* negation = std::get_if<Not>(&condition.node))
        return negation->condition && !is_always(*negation->condition) &&
               (!asks_about_sessions(*negation->condition) || names_somebody(*negation->condition));
    return !asks_about_sessions(condition) || leaves_hardly_anybody_out(condition);
}

}  // namespace curfew::policy
