#pragma once
// The first moment at which a condition may have a truth, of one session of a look or of one that does not
// exist yet. `May` is meant generously: of every question alone it is asked when it could be answered so, and
// of several together when all could at once, never whether the answers fit each other. So the moment told is
// never later than the true one, and may be earlier.
//
// Moments are those of our steady clock. A server that is asked later answers of a later moment; that its
// clock runs as ours does is taken for granted, and that it tells times in whole seconds, cut off.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <unordered_map>
#include <vector>

#include "policy/condition.hpp"

namespace curfew::policy {

inline constexpr core::SteadyTime never = core::SteadyTime::max();

// How far what is not certain is let go.
enum class View {
    in_principle,  // the server is what it is; sessions and times may be anything
    may,           // sessions do what they like, and times may have been cut off by just under a second
    may_as_told,   // the same, but times are what the server told when it was asked
    as_seen,       // nobody does anything: only time passes, and it may have been cut off
    as_seen_told,  // and it is what the look says: what evaluate() would say, without looking
};

// One look as a beginning. Belongs to one thread; the look has to outlive it.
class Outlook {
  public:
    // `asked`: when the question was sent. The answer is of then, of `look.at`, or of some moment between.
    // Nothing is told of moments from `end` on: they are never. Every pattern that is tried is one of
    // `budget`.
    Outlook(const ServerLook& look, core::SteadyTime asked, core::SteadyTime end, std::size_t budget)
        : look_(look), asked_(asked), end_(end), budget_(budget) {}

    // Null: the session does not exist yet; it begins after the server was asked.
    // `truth` is yes or no; unknown is neither.
    core::SteadyTime earliest(const Condition& condition, Truth truth, const SessionFacts* session, View view,
                              core::SteadyTime from);

    // The first moment from `from` on at which a rule with those bounds is on, or off.
    core::SteadyTime earliest_on(const std::optional<core::WallTime>& begins,
                                 const std::optional<core::WallTime>& ends, bool on,
                                 core::SteadyTime from) const;

    // The first at which all of `count` may hold: ask(i, from) tells it of one. From there on all are asked
    // again, for what could hold once may not be able to any more.
    template <class Ask> core::SteadyTime together(std::size_t count, core::SteadyTime from, const Ask& ask) {
        constexpr int rounds = 100;  // schedules that take turns end earlier than the hour; in doubt earlier
        for (int round = 0; round < rounds && from < end_; ++round) {
            core::SteadyTime to = from;
            for (std::size_t i = 0; i < count && to < end_; ++i) to = std::max(to, ask(i, to));
            if (to == from) return from;
            from = to;
        }
        return from < end_ ? from : never;
    }

    const ServerLook& look() const { return look_; }
    core::SteadyTime asked() const { return asked_; }
    core::SteadyTime end() const { return end_; }
    core::WallTime wall(core::SteadyTime at) const;
    core::SteadyTime steady(core::WallTime at) const;  // never, where it is too far away
    core::SteadyTime earliest_inside(const Schedule& schedule, bool inside, core::SteadyTime from);

    // What lies behind it does not matter any more.
    void nothing_from(core::SteadyTime end) { end_ = std::min(end_, end); }
    void spend(std::size_t patterns) { budget_ -= std::min(budget_, patterns); }
    bool exhausted() const { return budget_ == 0; }

  private:
    struct Hours {
        Truth first = Truth::unknown;
        std::vector<core::SteadyTime> changes;
    };
    const Hours& hours_of(const Schedule& schedule);

    const ServerLook& look_;
    core::SteadyTime asked_;
    core::SteadyTime end_;
    std::size_t budget_;
    std::unordered_map<const Schedule*, Hours> hours_;  // so that calendars are read once a look
};

}  // namespace curfew::policy
