#include "policy/earliest.hpp"

#include <algorithm>

namespace curfew::policy {
namespace {

// Beyond this nothing is planned, and clocks do not overflow.
constexpr core::Seconds far_away{10LL * 365 * 86'400};

core::SteadyTime later(core::SteadyTime at, core::Seconds by) {
    if (by > far_away) return never;
    return at + std::max(by, -far_away);
}

bool can_be_known(const ServerFacts& server) {
    return server.traits.kind != Kind::samba;  // that one is configured, and has no idle times for good
}

// When a number that grows by one a second is in a range, or is not.
struct Growing {
    core::SteadyTime least_at;  // at `least_at` it was perhaps this much already,
    core::SteadyTime most_at;   // and at `most_at` perhaps still no more
    core::Seconds told;
    core::Seconds cut_off;  // it may have been so much more

    core::SteadyTime reaches(core::Seconds bound) const { return later(least_at, bound - told - cut_off); }
    core::SteadyTime is_below_until(core::Seconds bound) const { return later(most_at, bound - told); }

    core::SteadyTime earliest(const Range<core::Seconds>& range, Truth truth, core::SteadyTime from) const {
        if (truth == Truth::yes) {
            if (range.at_least) from = std::max(from, reaches(*range.at_least));
            return !range.below || from < is_below_until(*range.below) ? from : never;
        }
        if (range.at_least && from < is_below_until(*range.at_least)) return from;
        return range.below ? std::max(from, reaches(*range.below)) : never;
    }
};

// One that may begin anew at any moment, and has grown to what it can be at the most.
core::SteadyTime earliest_of_free(const Growing& most, const Range<core::Seconds>& range, Truth truth,
                                  core::SteadyTime from) {
    if (truth == Truth::yes) return range.at_least ? std::max(from, most.reaches(*range.at_least)) : from;
    if (range.at_least && *range.at_least > core::Seconds{0}) return from;
    return range.below ? std::max(from, most.reaches(*range.below)) : never;
}

struct Asking {
    Outlook& outlook;
    const Condition& condition;
    Truth truth;
    const SessionFacts* session;
    View view;
    core::SteadyTime from;

    bool as_seen() const { return view == View::as_seen || view == View::as_seen_told; }
    bool of_somebody() const { return session && view != View::in_principle; }
    const ServerFacts& server() const { return outlook.look().server; }

    // It is what it is.
    core::SteadyTime fixed(std::size_t patterns = 1) const {
        static const SessionFacts nobody;
        outlook.spend(patterns);
        const bool is =
            evaluate(condition, server(), session ? *session : nobody, outlook.look().at.wall) == truth;
        return is ? from : never;
    }
    // It may be anything at any moment, unless only what was seen counts.
    core::SteadyTime changes() const {
        outlook.spend(1);
        return of_somebody() && as_seen() ? fixed() : from;
    }

    Growing number(core::Seconds told) const {
        const core::SteadyTime at = outlook.look().at.steady;
        const bool by_the_look = view == View::as_seen_told;
        const bool may_be_more = view == View::may || view == View::as_seen;
        return {by_the_look ? at : outlook.asked(), at, told, core::Seconds{may_be_more ? 1 : 0}};
    }
    // Of somebody who came after the server was asked.
    Growing of_a_newcomer() const {
        return {outlook.asked(), outlook.asked(), core::Seconds{0}, core::Seconds{0}};
    }

    core::SteadyTime operator()(const Always&) const { return fixed(); }
    core::SteadyTime operator()(const ServerMatches& node) const { return fixed(node.any_of.size()); }
    core::SteadyTime operator()(const HasTag&) const { return fixed(); }
    core::SteadyTime operator()(const UserMatches& node) const {
        return of_somebody() && session->user_known ? fixed(node.any_of.size()) : changes();
    }
    core::SteadyTime operator()(const ClientMatches& node) const {
        // What DNS says of a client may be something else the next time.
        return of_somebody() && !session->client.found ? fixed(node.any_of.size()) : changes();
    }
    core::SteadyTime operator()(const TransportMatches&) const { return changes(); }
    core::SteadyTime operator()(const ClientTypeMatches&) const { return changes(); }
    core::SteadyTime operator()(const OpenFilesIn&) const { return changes(); }
    core::SteadyTime operator()(const FlagIs&) const { return changes(); }
    core::SteadyTime operator()(const Concurrent&) const {
        outlook.spend(1);
        // Who else is there nobody can tell from one look: `concurrent` is polled, not foretold.
        return of_somebody() && as_seen() ? never : from;
    }

    core::SteadyTime operator()(const IdleIn& node) const {
        outlook.spend(1);
        if (node.or_quiet && server().kind != Kind::windows) {
            if (!of_somebody() || !as_seen()) return from;
            if (!session->reported.idle) return quiet({.at_least = node.or_quiet, .below = node.range.below});
        }
        if (!can_be_known(server())) return never;
        if (view == View::in_principle) return from;
        if (!session) return earliest_of_free(of_a_newcomer(), node.range, truth, from);
        if (!session->reported.idle) {
            if (as_seen() || server().kind == Kind::samba) return never;
            return from;
        }
        const Growing now = number(*session->reported.idle);
        return as_seen() ? now.earliest(node.range, truth, from)
                         : earliest_of_free(now, node.range, truth, from);
    }
    core::SteadyTime operator()(const ConnectedIn& node) const {
        outlook.spend(1);
        if (view == View::in_principle) return from;
        if (!session) return earliest_of_free(of_a_newcomer(), node.range, truth, from);
        if (!session->reported.connected) return as_seen() ? never : from;
        return number(*session->reported.connected).earliest(node.range, truth, from);
    }
    core::SteadyTime operator()(const QuietIn& node) const {
        outlook.spend(1);
        return of_somebody() && as_seen() ? quiet(node.range) : from;
    }

    // As long as nobody opens a file, both bounds grow. Told to the nanosecond, for these are our own looks.
    core::SteadyTime quiet(const Range<core::Seconds>& range) const {
        if (!session->quiet || session->reported.open_files != 0U) return fixed();
        const core::SteadyTime at = outlook.look().at.steady;
        const auto proven = [&](core::Seconds bound) { return later(at - session->quiet->at_least, bound); };
        const auto possible_until = [&](core::Seconds bound) {
            return session->quiet->at_most ? later(at - *session->quiet->at_most, bound)
                                           : core::SteadyTime::min();
        };
        if (truth == Truth::yes) {
            const auto since = range.at_least ? std::max(from, proven(*range.at_least)) : from;
            return !range.below || since < possible_until(*range.below) ? since : never;
        }
        if (range.at_least && from < possible_until(*range.at_least)) return from;
        return range.below ? std::max(from, proven(*range.below)) : never;
    }

    core::SteadyTime operator()(const InSchedule& node) const {
        const auto one = [&](std::size_t i, core::SteadyTime since) {
            outlook.spend(1);
            const auto& schedule = node.any_of[i];
            if (!schedule || !(schedule->zone() || server().traits.timezone)) return never;
            if (view == View::in_principle) return since;
            return outlook.earliest_inside(*schedule, truth == Truth::yes, since);
        };
        return truth == Truth::yes ? first(node.any_of.size(), one) : all(node.any_of.size(), one);
    }
    core::SteadyTime operator()(const AllOf& node) const {
        return parts(node.conditions, truth == Truth::yes);
    }
    core::SteadyTime operator()(const AnyOf& node) const {
        return parts(node.conditions, truth == Truth::no);
    }
    core::SteadyTime operator()(const Not& node) const {
        if (!node.condition) return never;
        return outlook.earliest(*node.condition, !truth, session, view, from);
    }

    core::SteadyTime parts(const std::vector<Condition>& conditions, bool all_of_them) const {
        const auto one = [&](std::size_t i, core::SteadyTime since) {
            return outlook.earliest(conditions[i], truth, session, view, since);
        };
        return all_of_them ? all(conditions.size(), one) : first(conditions.size(), one);
    }
    // None at all are unknown.
    template <class One> core::SteadyTime all(std::size_t count, const One& one) const {
        return count == 0 ? never : outlook.together(count, from, one);
    }
    template <class One> core::SteadyTime first(std::size_t count, const One& one) const {
        core::SteadyTime best = never;
        for (std::size_t i = 0; i < count && best > from; ++i) best = std::min(best, one(i, from));
        return best;
    }
};

}  // namespace

core::SteadyTime Outlook::earliest(const Condition& condition, Truth truth, const SessionFacts* session,
                                   View view, core::SteadyTime from) {
    const auto at = std::visit(Asking{*this, condition, truth, session, view, from}, condition.node);
    return at < end_ ? at : never;
}

core::WallTime Outlook::wall(core::SteadyTime at) const {
    return look_.at.wall + std::chrono::duration_cast<core::WallTime::duration>(at - look_.at.steady);
}

core::SteadyTime Outlook::steady(core::WallTime at) const {
    const auto away = at - look_.at.wall;
    if (away > far_away) return never;
    return look_.at.steady + std::max<core::WallTime::duration>(away, -far_away);
}

core::SteadyTime Outlook::earliest_on(const std::optional<core::WallTime>& begins,
                                      const std::optional<core::WallTime>& ends, bool on,
                                      core::SteadyTime from) const {
    const auto begin = begins ? steady(*begins) : core::SteadyTime::min();
    const auto end = ends ? steady(*ends) : never;
    if (on) {
        from = std::max(from, begin);
        return from < end ? from : never;
    }
    return from < begin ? from : std::max(from, end);
}

// Windows begin and end with a minute of the wall clock, so whoever asks once a minute misses none. Schedule
// itself knows the next change, but goes through years to find that there is none.
const Outlook::Hours& Outlook::hours_of(const Schedule& schedule) {
    const auto [known, is_new] = hours_.try_emplace(&schedule);
    Hours& hours = known->second;
    if (!is_new) return hours;
    const auto inside = [&](core::WallTime at) { return schedule.inside(look_.server.traits.timezone, at); };
    core::WallTime before = look_.at.wall;
    Truth truth = hours.first = inside(before);
    const core::WallTime end = wall(end_);
    while (before < end) {
        const core::WallTime at = std::chrono::floor<std::chrono::minutes>(before) + std::chrono::minutes{1};
        const Truth then = inside(at);
        if (then == Truth::unknown) hours.first = Truth::unknown;
        if (then != truth) {
            auto from = std::chrono::floor<core::Seconds>(before);
            auto to = std::chrono::floor<core::Seconds>(at);
            while (to - from > core::Seconds{1}) {
                const auto middle = from + (to - from) / 2;
                (inside(middle) == truth ? from : to) = middle;
            }
            hours.changes.push_back(steady(to));
            truth = then;
        }
        before = at;
    }
    return hours;
}

core::SteadyTime Outlook::earliest_inside(const Schedule& schedule, bool inside, core::SteadyTime from) {
    const Hours& hours = hours_of(schedule);
    if (hours.first == Truth::unknown) return from;  // of these times the zone knows nothing
    const auto after = std::upper_bound(hours.changes.begin(), hours.changes.end(), from);
    const auto changed = (after - hours.changes.begin()) % 2 != 0;
    if (((hours.first == Truth::yes) != changed) == inside) return from;
    return after == hours.changes.end() ? never : *after;
}

}  // namespace curfew::policy
