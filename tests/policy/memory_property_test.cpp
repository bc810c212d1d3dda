// `for` over histories by dice, judged twice: by what really happened to each session, which no server tells,
// and by a rereading of all looks for every single answer.

#include <map>
#include <tuple>

#include <gtest/gtest.h>

#include "history.hpp"
#include "random_policy.hpp"

namespace curfew::policy {
namespace {

using namespace build;

constexpr unsigned histories = 1500;
constexpr unsigned looks = 40;

// One look that was made, or tried.
struct Event {
    bool good = true;
    Policy rules;
    ServerLook look;
    std::vector<Decision> raw;  // as decide() says, without a past
    std::vector<int> ids;       // who the sessions really are
};

// The rule decided for that session, or would have if it did not only observe.
bool decided(const Event& event, std::size_t session, const RuleKey& key) {
    const Decision& decision = event.raw[session];
    if (decision.protection) return false;
    const auto is = [&](std::size_t rule) { return event.rules.rules[rule].key == key; };
    return (decision.rule && decision.action == Action::disconnect && is(*decision.rule)) ||
           std::any_of(decision.observed.begin(), decision.observed.end(), is);
}

bool in_time(const Event& before, const Event& after) {
    return before.good && after.good &&
           after.look.at.steady - before.look.at.steady <= after.rules.late_after;
}

// Since when the rule has provably been deciding for a session of the n-th look, from all looks there were.
class Rereading {
  public:
    explicit Rereading(const std::vector<Event>& events) : events_(events) {}

    core::SteadyTime since(std::size_t n, std::size_t session, const RuleKey& key) {
        const auto [known, is_new] = known_.try_emplace({n, session, key});
        if (is_new) known->second = reread(n, session, key);
        return known->second;
    }

  private:
    core::SteadyTime reread(std::size_t n, std::size_t session, const RuleKey& key) {
        const Event& event = events_[n];
        const auto now = event.look.at.steady;
        if (n == 0 || !in_time(events_[n - 1], event)) return now;
        // Whoever can be reached in steps of two seconds, in this look or the one before.
        using Place = std::pair<std::size_t, std::size_t>;
        const auto& me = event.look.sessions[session];
        std::vector<Place> same{{n, session}}, others;
        for (const std::size_t m : {n - 1, n}) {
            for (std::size_t i = 0; i < events_[m].look.sessions.size(); ++i) {
                const auto& other = events_[m].look.sessions[i];
                if (other.client_key != me.client_key || other.user_key != me.user_key) continue;
                if (!other.started) return now;
                if (Place{m, i} != same[0]) others.emplace_back(m, i);
            }
        }
        const auto started = [&](Place place) {
            return *events_[place.first].look.sessions[place.second].started;
        };
        for (std::size_t i = 0; i < same.size(); ++i) {
            std::erase_if(others, [&](Place other) {
                const auto apart = started(other) - started(same[i]);
                if (apart > 2s || apart < -2s) return false;
                same.push_back(other);
                return true;
            });
        }
        const auto then = [&](Place place) { return place.first == n - 1; };
        const auto before = std::count_if(same.begin(), same.end(), then);
        if (std::ssize(same) - before > before) return now;
        auto latest = *me.started;
        for (const Place& place : same) {
            if (!then(place)) continue;
            if (!decided(events_[n - 1], place.second, key)) return now;
            latest = std::max(latest, since(n - 1, place.second, key));
        }
        return latest;
    }

    const std::vector<Event>& events_;
    std::map<std::tuple<std::size_t, std::size_t, RuleKey>, core::SteadyTime> known_;
};

// Every good look from `hold` ago until now, that one included, saw this very session decided by that rule;
// no look failed or was late.
bool really_held(const std::vector<Event>& events, int id, const RuleKey& key, core::Seconds hold) {
    const auto now = events.back().look.at.steady;
    for (std::size_t n = events.size(); n-- > 0;) {
        const Event& event = events[n];
        const auto at = std::find(event.ids.begin(), event.ids.end(), id);
        if (!event.good || at == event.ids.end()) return false;
        if (!decided(event, static_cast<std::size_t>(at - event.ids.begin()), key)) return false;
        if (now - event.look.at.steady >= hold) return true;
        if (n == 0 || !in_time(events[n - 1], event)) return false;
    }
    return false;
}

struct Person {
    int id;
    std::string user;
    core::Milliseconds started;
    std::uint32_t open_files = 0;
};

// A server whose sessions come, go, wake and sleep; a client that opens several connections at once.
class Office {
  public:
    explicit Office(Dice& dice) : dice_(dice) {
        for (unsigned i = 0; i < 3; ++i) come(0ms);
    }

    void pass(core::Milliseconds now) {
        if (dice_.one_in(8)) come(now);
        // Who goes has been there for a while: two sessions in the same two seconds are one to everybody.
        if (dice_.one_in(8)) std::erase_if(people_, [&](const Person& one) { return gone(one, now); });
        if (dice_.one_in(4) && !people_.empty()) any().open_files = 1;
        for (auto& one : people_) {
            if (one.open_files != 0 && dice_.one_in(2)) one.open_files = 0;
        }
    }

    const std::vector<Person>& people() const { return people_; }

  private:
    void come(core::Milliseconds now) {
        static constexpr const char* users[] = {"anna", "bob"};
        const auto user = dice_.pick(users);
        auto started = now - core::Milliseconds{dice_.below(5'000)};
        for (unsigned i = dice_.one_in(2) ? 1 + dice_.below(2) : 1; i > 0; --i) {
            people_.push_back({next_++, user, started});
            started -= core::Milliseconds{dice_.below(1'500)};
        }
    }
    bool gone(const Person& one, core::Milliseconds now) {
        return now - one.started > 15s && dice_.one_in(2);
    }
    Person& any() { return people_[dice_.below(static_cast<unsigned>(people_.size()))]; }

    Dice& dice_;
    std::vector<Person> people_;
    int next_ = 1;
};

Policy any_rules(Dice& dice) {
    static constexpr core::Seconds holds[] = {1s, 10s, 30s, 60s};
    auto trial = nothing_open(dice.pick(holds), "trial");
    trial.mode = Mode::observe;
    auto first = nothing_open(dice.pick(holds), "anna");
    first.when = all({user({"anna"}), open_files(0)});
    auto rules = policy({first, trial, keep("busy", open_files(2)), nothing_open(dice.pick(holds), "rest")});
    rules.late_after = 20s;
    return rules;
}

// Somebody edits a rule, moves one, or protects anna for a while.
void edit(Dice& dice, Policy& rules) {
    switch (dice.below(3)) {
        case 0: rules.rules[dice.below(2)].key.digest += '.'; break;
        case 1: std::swap(rules.rules[0], rules.rules[1]); break;
        default:
            if (rules.protect.empty()) {
                rules.protect.push_back({user({"anna"}), ""});
            } else {
                rules.protect.clear();
            }
    }
}

TEST(ForProperty, is_over_only_where_every_look_back_to_its_beginning_proves_it) {
    std::size_t over = 0, waiting = 0, observed = 0, goes_on = 0;
    for (unsigned seed = 0; seed < histories && !::testing::Test::HasFatalFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice{seed};
        Office office{dice};
        History history{any_rules(dice)};
        std::vector<Event> events;
        core::Milliseconds at{0};
        for (unsigned n = 0; n < looks; ++n) {
            at +=
                core::Milliseconds{dice.one_in(20) ? 20'001 + dice.below(5'000) : 1'000 + dice.below(12'000)};
            office.pass(at);
            if (dice.one_in(20)) edit(dice, history.rules);
            Event& event = events.emplace_back();
            event.rules = history.rules;
            event.good = !dice.one_in(25);
            std::vector<Listed> listed;
            for (const auto& one : office.people()) {
                listed.push_back({one.user, one.started, one.open_files, "10.20.1.7", !dice.one_in(60)});
                event.ids.push_back(one.id);
            }
            event.look = history.seen(at, listed);
            if (!event.good) {
                history.memory.forget();
                continue;
            }
            for (const auto& session : event.look.sessions)
                event.raw.push_back(decide(event.rules, event.look.server, session, event.look.at.wall));
            const auto decisions = history.decided(event.look);
            ASSERT_LE(history.memory.sessions.size(), listed.size());

            Rereading rereading{events};
            for (std::size_t i = 0; i < decisions.size(); ++i) {
                const Decision& decision = decisions[i];
                const Decision& raw = event.raw[i];
                const auto check = [&](std::size_t index, bool is_over) {
                    const Rule& rule = event.rules.rules[index];
                    const bool counts = !raw.protection && event.look.sessions[i].started;
                    const auto held = counts ? event.look.at.steady - rereading.since(n, i, rule.key) : 0ns;
                    ASSERT_EQ(is_over, held >= *rule.hold) << "look " << n << ", session " << i;
                    if (!is_over && decision.rule == index) {
                        ASSERT_EQ(decision.pending->held, std::chrono::floor<core::Seconds>(held));
                    }
                    if (is_over) {
                        ASSERT_TRUE(really_held(events, event.ids[i], rule.key, *rule.hold))
                            << "look " << n << ", session " << i;
                    }
                    goes_on += held > 0ns;
                };
                ASSERT_EQ(decision.rule, raw.rule);
                if (raw.pending) check(*raw.rule, !decision.pending);
                for (const std::size_t rule : raw.observed) {
                    const auto& left = decision.observed;
                    check(rule, std::find(left.begin(), left.end(), rule) != left.end());
                }
                over += raw.pending && !decision.pending;
                waiting += decision.pending.has_value();
                observed += !decision.observed.empty();
            }
        }
    }
    // What is never met is not tested.
    EXPECT_GT(over, histories);
    EXPECT_GT(waiting, histories);
    EXPECT_GT(observed, histories);
    EXPECT_GT(goes_on, histories);
}

}  // namespace
}  // namespace curfew::policy
