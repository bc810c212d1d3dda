// When to look next, against somebody who looks every second: random policies, and lives by dice.

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "policy/next_match.hpp"
#include "random_policy.hpp"
#include "wall_clock.hpp"

namespace curfew::policy {
namespace {

using namespace build;

constexpr core::Seconds interval = 60s;
constexpr core::Seconds longest = 20min;

// One session as it is; what the server says of it is cut off to whole seconds.
struct Living {
    SessionSpec as;
    core::SteadyTime started;
    core::SteadyTime used;
    int id = 0;
};

class Life {
  public:
    Life(Dice& dice, core::WallTime wall) : dice_(dice), wall_(wall), traits_(dice.any_server()) {
        if (!dice.one_in(4)) traits_.kind = Kind::windows;
        for (unsigned i = dice.below(5); i > 0; --i) come(now.steady, true);
    }

    // Somebody may do anything.
    void act(core::SteadyTime at) {
        if (dice_.one_in(40)) come(at, false);
        if (people_.empty()) return;
        Living& one = people_[dice_.below(static_cast<unsigned>(people_.size()))];
        switch (dice_.below(40)) {
            case 0: one.used = at; break;
            case 1:
            case 4: one.as.open_files = dice_.below(3); break;
            case 2: one.as.flags = dice_.below(4); break;
            case 3: people_.erase(people_.begin() + (&one - people_.data())); break;
            default: break;
        }
    }

    // As the server answers at that moment; the answer is there a little later.
    ServerLook look(core::SteadyTime at, core::Milliseconds later = 0ms) const {
        core::Enumeration answer;
        answer.level = core::Level::transports;
        for (const Living& one : people_) {
            core::Session session = one.as;
            const auto whole = [&](core::SteadyTime since) {
                return std::chrono::floor<core::Seconds>(at - since);
            };
            if (session.idle) session.idle = whole(one.used);
            if (session.connected) session.connected = whole(one.started);
            answer.sessions.push_back(session);
        }
        answer.own = own_connection();
        const auto then = at + later;
        return facts_of(traits_, answer, {then, wall_ + (then - now.steady)});
    }
    int id(std::size_t session) const { return people_[session].id; }

  private:
    void come(core::SteadyTime at, bool was_there) {
        Living one{dice_.session(), at, at, next_++};
        if (was_there) {
            // Often soon to be something: half an hour idle, an hour or two connected.
            const auto idle_for = core::Milliseconds{dice_.below(2 * 1'800'000)};
            one.used = at - (dice_.one_in(2) ? idle_for : 1800s - core::Milliseconds{dice_.below(90'000)});
            one.started = one.used - core::Milliseconds{dice_.below(7'200'000)};
        }
        people_.push_back(one);
    }

    Dice& dice_;
    core::WallTime wall_;
    ServerTraits traits_;
    std::vector<Living> people_;
    int next_ = 0;
};

// The clocks in Berlin go back at 01:00 UTC, and forward half a year later.
core::WallTime any_day(Dice& dice) {
    switch (dice.below(3)) {
        case 0: return utc("2026-10-25 00:50");
        case 1: return utc("2026-03-29 00:50");
        default: return now.wall;
    }
}

Condition by_the_clock(Dice& dice) {
    static const std::vector<std::vector<std::string_view>> hours{{"daily 02:10-02:40"},
                                                                  {"daily 01:55-02:05"},
                                                                  {"daily 09:03-09:08", "daily 03:04-03:09"},
                                                                  {"daily 00:00-24:00"},
                                                                  {"daily 02:51-03:01"}};
    const auto& during = hours[dice.below(static_cast<unsigned>(hours.size()))];
    return {InSchedule{{shared(schedule("Europe/Berlin", during))}}};
}

// Most of what is random matches at once, or never; here it is time that decides.
Condition timely(Dice& dice, int depth = 2) {
    switch (dice.below(depth > 0 ? 9 : 5)) {
        case 0: return idle(core::Seconds{300 + dice.below(4) * 500});
        case 1: return {ConnectedIn{{core::Seconds{60 + dice.below(4) * 1800}, std::nullopt}}};
        case 2: return by_the_clock(dice);
        case 3: return dice.hours();
        case 4: {
            const core::Seconds least{600 + dice.below(4) * 400};
            Range<core::Seconds> range{least, least + core::Seconds{1 + dice.below(100)}};
            if (dice.one_in(2)) return {IdleIn{range}};
            return {ConnectedIn{range}};
        }
        case 5: return not_(timely(dice, depth - 1));
        case 6: return any({timely(dice, depth - 1), timely(dice, depth - 1)});
        case 7:
            return all({timely(dice, depth - 1),
                        dice.one_in(2) ? open_files(dice.below(2)) : dice.condition(depth - 1)});
        default: return all({timely(dice, depth - 1), timely(dice, depth - 1)});
    }
}

Policy timely_policy(Dice& dice, core::WallTime wall) {
    Policy result;
    for (unsigned i = 1 + dice.below(3); i > 0; --i) {
        auto rule = dice.rule(static_cast<int>(i));
        if (!dice.one_in(3)) rule.when = timely(dice);
        if (dice.one_in(5)) rule.from = wall + core::Seconds{dice.below(1500)};
        if (dice.one_in(5)) rule.until = wall + core::Seconds{dice.below(1500)};
        result.rules.push_back(std::move(rule));
    }
    if (dice.one_in(3))
        result.protect.push_back({dice.one_in(2) ? timely(dice) : dice.condition(), "protected"});
    return result;
}

// Every rule that ends it, or would if it did not only observe; and who it is.
using Matches = std::set<std::pair<int, std::size_t>>;
Matches matches(const Policy& rules, const ServerLook& seen, const Life& life) {
    Matches found;
    for (std::size_t i = 0; i < seen.sessions.size(); ++i) {
        if (seen.sessions[i].own == Own::account || seen.sessions[i].own == Own::connection) continue;
        const auto decision = decide(rules, seen.server, seen.sessions[i], seen.at.wall);
        if (decision.protection) continue;
        for (const std::size_t rule : decision.observed) found.emplace(life.id(i), rule);
        if (decision.action == Action::disconnect) found.emplace(life.id(i), *decision.rule);
    }
    return found;
}

NextLook next(const Policy& rules, const ServerLook& seen, core::SteadyTime asked) {
    std::vector<Decision> decisions;
    for (const auto& session : seen.sessions)
        decisions.push_back(decide(rules, seen.server, session, seen.at.wall));
    return NextMatch{rules}.after(seen, decisions, {}, {interval, asked, longest});
}

TEST(NextMatchProperty, nothing_matches_before_it_whatever_anybody_does) {
    std::size_t far = 0, exact = 0, met = 0, by_change = 0;
    for (unsigned seed = 0; seed < 1500 && !HasFatalFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice{seed};
        const auto wall = any_day(dice);
        Life life{dice, wall};
        const auto rules = timely_policy(dice, wall);
        const auto asked = now.steady;
        const core::Milliseconds there{dice.below(400)}, back{dice.below(400)};
        const auto seen = life.look(asked + there, back);
        const auto due = next(rules, seen, asked);
        ASSERT_LE(due.at, seen.at.steady + longest);
        ASSERT_GE(due.at, seen.at.steady + 1s);
        if (due.is_regular()) {
            ASSERT_EQ(due.at, seen.at.steady + interval);
        }
        by_change += due.is_regular();
        if (due.at <= seen.at.steady + interval) continue;
        ++far;
        exact += due.why == NextLook::Why::time;
        auto at = asked + there;
        for (; at < due.at - 1s; at += 1s) {
            life.act(at);
            const auto found = matches(rules, life.look(at), life);
            ASSERT_TRUE(found.empty())
                << "session " << found.begin()->first << ", rule " << found.begin()->second << ", "
                << std::chrono::duration<double>(due.at - at).count() << " s before the look, "
                << to_string(due.why);
        }
        for (int i = 0; i < 3; ++i, at += 1s) met += !matches(rules, life.look(at), life).empty();
    }
    // What is never met is not tested.
    EXPECT_GT(far, 400U);
    EXPECT_GT(exact, 150U);
    EXPECT_GT(met, 20U);
    EXPECT_GT(by_change, 250U);
}

// Whoever looks when told to sees everything within a second of its beginning, and seldom looks for nothing.
TEST(NextMatchProperty, what_time_alone_makes_match_is_seen_within_a_second) {
    std::size_t looks = 0, begun = 0, seconds = 0;
    for (unsigned seed = 0; seed < 600 && !HasFatalFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice{seed};
        const auto wall = any_day(dice);
        Life life{dice, wall};
        const auto rules = timely_policy(dice, wall);
        auto due = now.steady;
        Matches known;
        std::map<std::pair<int, std::size_t>, core::SteadyTime> since;
        for (auto at = now.steady; at < now.steady + 15min; at += 100ms) {
            const bool looked = at >= due;
            const bool whole = (at - now.steady) % 1s == 0s;
            if (!looked && !whole) continue;
            ++seconds;
            const auto seen = life.look(at);
            const auto found = matches(rules, seen, life);
            std::erase_if(since, [&](const auto& one) { return !found.contains(one.first); });
            for (const auto& one : found) {
                // Whom an earlier rule meant at the last look is asked about again anyway.
                const auto known_by = known.lower_bound({one.first, 0});
                if (known_by == known.end() || *known_by > one) begun += since.emplace(one, at).second;
            }
            if (looked) {
                ++looks;
                due = next(rules, seen, at).at;
                known = found;
                since.clear();
            }
            // Two seconds: one of ours, and one until we look at all.
            for (const auto& [one, from] : since)
                ASSERT_LT(at - from, 2s) << "session " << one.first << ", rule " << one.second;
        }
    }
    EXPECT_GT(begun, 100U);
    EXPECT_LT(looks * 5, seconds);
}

}  // namespace
}  // namespace curfew::policy
