#include "policy/condition.hpp"

#include <algorithm>

#include "policy/crowd.hpp"

namespace curfew::policy {
namespace {

// A list is an `any`. An empty one is refused where configurations are read; should one get here all the
// same, it is unknown, because `not` would turn "nobody" into everyone.
template <class Item, class Test> Truth any_of(const std::vector<Item>& items, Test test) {
    if (items.empty()) return Truth::unknown;
    Truth result = Truth::no;
    for (const auto& item : items) {
        result = result || test(item);
        if (result == Truth::yes) break;
    }
    return result;
}

// Of a field that not every level carries; only `*` is true of whatever it may be.
Truth matches(const std::vector<NamePattern>& patterns, const std::optional<std::string>& field) {
    return any_of(patterns, [&](const NamePattern& pattern) {
        if (!field) return pattern.matches_everything() ? Truth::yes : Truth::unknown;
        return pattern.matches(*field);
    });
}

struct Evaluation {
    const ServerFacts& server;
    const SessionFacts& session;
    const Circumstances& now;

    Truth operator()(const Always&) const { return Truth::yes; }
    Truth operator()(const UserMatches& node) const {
        return any_of(node.any_of, [&](const UserPattern& pattern) {
            if (!session.user_known) return pattern.matches_everything() ? Truth::yes : Truth::unknown;
            return pattern.matches(session.domain, !session.domain.empty(), session.user);
        });
    }
    Truth operator()(const ClientMatches& node) const {
        return any_of(node.any_of,
                      [&](const ClientPattern& pattern) { return pattern.matches(session.client); });
    }
    Truth operator()(const ServerMatches& node) const {
        return any_of(node.any_of,
                      [&](const NamePattern& pattern) { return pattern.matches(server.traits.name); });
    }
    Truth operator()(const TransportMatches& node) const {
        return matches(node.any_of, session.reported.transport);
    }
    Truth operator()(const ClientTypeMatches& node) const {
        return matches(node.any_of, session.reported.client_type);
    }
    Truth operator()(const HasTag& node) const {
        const auto& tags = server.traits.tags;
        return any_of(node.any_of, [&](const std::string& tag) {
            return truth_of(std::find(tags.begin(), tags.end(), tag) != tags.end());
        });
    }
    Truth operator()(const IdleIn& node) const {
        if (session.reported.idle || !node.or_quiet) return node.range.contains(session.reported.idle);
        return quiet({.at_least = node.or_quiet, .below = node.range.below});
    }
    Truth operator()(const QuietIn& node) const { return quiet(node.range); }
    Truth operator()(const ConnectedIn& node) const {
        return node.range.contains(session.reported.connected);
    }
    Truth operator()(const OpenFilesIn& node) const {
        return node.range.contains(session.reported.open_files);
    }
    Truth operator()(const FlagIs& node) const {
        if (!session.reported.flags || (session.known_flags & node.flag) == 0) return Truth::unknown;
        return truth_of(((*session.reported.flags & node.flag) != 0) == node.set);
    }
    Truth operator()(const Concurrent& node) const {
        return now.crowd ? now.crowd->one_too_many(node, session, now.rule) : Truth::unknown;
    }
    Truth operator()(const InSchedule& node) const {
        return any_of(node.any_of, [&](const std::shared_ptr<const Schedule>& schedule) {
            return schedule ? schedule->inside(server.traits.timezone, now.at) : Truth::unknown;
        });
    }
    Truth operator()(const AllOf& node) const {
        if (node.conditions.empty()) return Truth::unknown;
        Truth result = Truth::yes;
        for (const auto& condition : node.conditions) {
            result = result && evaluate(condition, server, session, now);
            if (result == Truth::no) break;
        }
        return result;
    }
    Truth operator()(const AnyOf& node) const {
        return any_of(node.conditions,
                      [&](const Condition& condition) { return evaluate(condition, server, session, now); });
    }
    Truth operator()(const Not& node) const {
        return node.condition ? !evaluate(*node.condition, server, session, now) : Truth::unknown;
    }

    // Between the two bounds nobody knows.
    Truth quiet(const Range<core::Seconds>& range) const {
        if (!session.quiet) return Truth::unknown;
        const bool patient = now.given_time && session.reported.open_files == 0U;
        const auto least = patient ? core::SteadyTime::duration::max() : session.quiet->at_least;
        const auto most = patient ? std::optional{least} : session.quiet->at_most;
        Truth result = Truth::yes;
        if (range.at_least && least < *range.at_least)
            result = result && (most && *most < *range.at_least ? Truth::no : Truth::unknown);
        if (range.below && (!most || *most >= *range.below))
            result = result && (least >= *range.below ? Truth::no : Truth::unknown);
        return result;
    }
};

template <class Test> bool anywhere(const Condition& condition, const Test& test) {
    if (test(condition)) return true;
    const auto in_parts = [&](const std::vector<Condition>& parts) {
        return std::any_of(parts.begin(), parts.end(),
                           [&](const Condition& part) { return anywhere(part, test); });
    };
    if (const auto* all = std::get_if<AllOf>(&condition.node)) return in_parts(all->conditions);
    if (const auto* any = std::get_if<AnyOf>(&condition.node)) return in_parts(any->conditions);
    const auto* negation = std::get_if<Not>(&condition.node);
    return negation && negation->condition && anywhere(*negation->condition, test);
}

}  // namespace

Truth evaluate(const Condition& condition, const ServerFacts& server, const SessionFacts& session,
               const Circumstances& circumstances) {
    return std::visit(Evaluation{server, session, circumstances}, condition.node);
}

bool asks_for_quiet(const Condition& condition) {
    return anywhere(condition, [](const Condition& part) {
        const auto* idle = std::get_if<IdleIn>(&part.node);
        return std::holds_alternative<QuietIn>(part.node) || (idle && idle->or_quiet);
    });
}

std::vector<const Concurrent*> all_concurrent(const Condition& condition) {
    std::vector<const Concurrent*> found;
    anywhere(condition, [&](const Condition& part) {
        if (const auto* node = std::get_if<Concurrent>(&part.node)) found.push_back(node);
        return false;
    });
    return found;
}

}  // namespace curfew::policy
