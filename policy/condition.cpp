#include "policy/condition.hpp"

#include <algorithm>

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
    core::WallTime at;

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
    Truth operator()(const IdleIn& node) const { return node.range.contains(session.reported.idle); }
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
    Truth operator()(const InSchedule& node) const {
        return any_of(node.any_of, [&](const std::shared_ptr<const Schedule>& schedule) {
            return schedule ? schedule->inside(server.traits.timezone, at) : Truth::unknown;
        });
    }
    Truth operator()(const AllOf& node) const {
        if (node.conditions.empty()) return Truth::unknown;
        Truth result = Truth::yes;
        for (const auto& condition : node.conditions) {
            result = result && evaluate(condition, server, session, at);
            if (result == Truth::no) break;
        }
        return result;
    }
    Truth operator()(const AnyOf& node) const {
        return any_of(node.conditions,
                      [&](const Condition& condition) { return evaluate(condition, server, session, at); });
    }
    Truth operator()(const Not& node) const {
        return node.condition ? !evaluate(*node.condition, server, session, at) : Truth::unknown;
    }
};

}  // namespace

Truth evaluate(const Condition& condition, const ServerFacts& server, const SessionFacts& session,
               core::WallTime at) {
    return std::visit(Evaluation{server, session, at}, condition.node);
}

}  // namespace curfew::policy
