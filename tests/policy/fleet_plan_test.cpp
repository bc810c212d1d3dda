// The planner over whole fleets, by dice.
#include "policy/fleet_plan.hpp"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "random_policy.hpp"

namespace curfew::policy {
namespace {

using namespace build;

constexpr unsigned rounds = 1500;

// Every order in which they may stand, tried out: who knows of two that one is in front has it in front.
TEST(IsExcess, is_what_every_possible_order_says) {
    using Order = std::optional<core::SteadyTime::duration>;
    for (unsigned seed = 0; seed < 3000; ++seed) {
        Dice dice{seed};
        std::vector<Order> order;
        for (unsigned i = 1 + dice.below(5); i > 0; --i)
            order.push_back(dice.one_in(5) ? Order{} : Order{core::Seconds{dice.below(8)}});
        const std::uint32_t more_than = 1 + dice.below(3);
        std::vector<std::size_t> places(order.size());
        std::iota(places.begin(), places.end(), 0U);
        std::vector<std::size_t> in_excess(order.size());
        std::size_t possible = 0;
        do {
            bool stands = true;
            for (std::size_t i = 0; i < places.size(); ++i)
                for (std::size_t j = i + 1; j < places.size(); ++j) {
                    const Order& front = order[places[i]];
                    const Order& back = order[places[j]];
                    if (front && back && *back - *front > 2s) stands = false;
                }
            if (!stands) continue;
            ++possible;
            for (std::size_t i = 0; i + more_than < places.size(); ++i) ++in_excess[places[i]];
        } while (std::next_permutation(places.begin(), places.end()));
        for (std::size_t me = 0; me < order.size(); ++me) {
            const Truth expected = in_excess[me] == possible ? Truth::yes
                                   : in_excess[me] == 0      ? Truth::no
                                                             : Truth::unknown;
            ASSERT_EQ(is_excess(order, me, order.size(), more_than), expected) << seed << " " << me;
        }
    }
}

struct Fleet {
    Policy rules;
    std::vector<ServerLook> looks;
};

// Users meet on several servers, for there are few names.
Fleet any_fleet(Dice& dice, bool counts, bool falls_back = true) {
    dice.counts = counts;
    dice.falls_back = falls_back;
    Fleet fleet{dice.any_policy(), {}};
    for (unsigned i = 1 + dice.below(4); i > 0; --i) {
        auto traits = dice.any_server();
        traits.name = "fs" + std::to_string(i);
        fleet.looks.push_back(look(traits, dice.sessions()));
        for (auto& session : fleet.looks.back().sessions)
            if (session.quiet && dice.one_in(2))
                session.quiet = QuietTime{core::Seconds{dice.below(3) * 600}, 30min};
    }
    return fleet;
}
void without_limits(Policy& rules) {
    rules.limits.per_server = rules.limits.fleet = rules.limits.per_target = {{1000, core::Seconds{60}}};
    rules.limits.share_fleet = rules.limits.share_server = {};
}

using Lines = std::multiset<std::string>;

Lines ended(const FleetPlan& plan, const std::vector<ServerLook>& looks) {
    Lines lines;
    for (const auto& one : plan.disconnects)
        for (const std::size_t target : one.disconnect.targets) {
            const auto& session = looks[one.look].sessions[target];
            lines.insert(looks[one.look].server.traits.name + " " + session.reported.client + " " +
                         session.reported.user + " #" + std::to_string(target));
        }
    return lines;
}
Lines all_of(const FleetPlan& plan, const std::vector<ServerLook>& looks) {
    Lines lines = ended(plan, looks);
    for (const auto& one : plan.withheld)
        lines.insert(looks[one.look].server.traits.name + " " + one.withheld.client + " " +
                     one.withheld.user + ": " + std::string{to_string(one.withheld.why)});
    return lines;
}
FleetPlan planned(const Fleet& fleet) {
    FleetMemory memory;
    return plan_fleet(fleet.rules, fleet.looks, true, memory, now.steady);
}
bool ends_no_more(const Fleet& less, const Fleet& more) {
    const auto few = ended(planned(less), less.looks);
    const auto many = ended(planned(more), more.looks);
    return std::includes(many.begin(), many.end(), few.begin(), few.end());
}

TEST(FleetPlanProperty, ends_only_who_is_decided_and_nobody_protected) {
    std::size_t calls = 0;
    std::size_t counted = 0;
    for (unsigned seed = 0; seed < rounds; ++seed) {
        Dice dice{seed};
        auto fleet = any_fleet(dice, true);
        if (dice.one_in(2)) without_limits(fleet.rules);
        const auto plan = planned(fleet);
        for (const auto& one : plan.disconnects) {
            ++calls;
            for (const std::size_t target : one.disconnect.targets) {
                const auto& decision = plan.decisions[one.look][target];
                const auto& session = fleet.looks[one.look].sessions[target];
                ASSERT_TRUE(decision.ends()) << seed;
                ASSERT_EQ(session.own, Own::no) << seed;
                for (const auto& protection : fleet.rules.protect)
                    ASSERT_EQ(evaluate(protection.when, fleet.looks[one.look].server, session, now.wall),
                              Truth::no)
                        << seed;
                counted += !all_concurrent(fleet.rules.rules[*decision.rule].when).empty();
            }
        }
    }
    EXPECT_GT(calls, rounds / 3);
    EXPECT_GT(counted, rounds / 100);
}

TEST(FleetPlanProperty, the_order_of_servers_does_not_matter) {
    for (unsigned seed = 0; seed < rounds; ++seed) {
        Dice dice{seed};
        auto fleet = any_fleet(dice, true);
        if (dice.one_in(2))
            without_limits(fleet.rules);
        else
            fleet.rules.limits.fleet = {{1 + dice.below(4), core::Seconds{60}}};
        const auto before = all_of(planned(fleet), fleet.looks);
        std::reverse(fleet.looks.begin(), fleet.looks.end());
        if (dice.one_in(2)) std::swap(fleet.looks.front(), fleet.looks[fleet.looks.size() / 2]);
        ASSERT_EQ(all_of(planned(fleet), fleet.looks), before) << seed;
    }
}

TEST(FleetPlanProperty, no_plan_exceeds_a_limit) {
    std::size_t withheld = 0;
    for (unsigned seed = 0; seed < rounds; ++seed) {
        Dice dice{seed};
        auto fleet = any_fleet(dice, false);
        without_limits(fleet.rules);
        const auto some = [&] { return std::vector<RateLimit>{{1 + dice.below(4), core::Seconds{60}}}; };
        fleet.rules.limits.per_server = some();
        fleet.rules.limits.fleet = some();
        fleet.rules.limits.per_target = some();
        const auto plan = planned(fleet);
        std::size_t in_all = 0;
        std::vector<std::size_t> on(fleet.looks.size());
        std::map<std::pair<std::size_t, std::string>, std::size_t> of_target;
        for (const auto& one : plan.disconnects) {
            const std::size_t targets = one.disconnect.targets.size();
            in_all += targets;
            on[one.look] += targets;
            for (const auto& session : fleet.looks[one.look].sessions)
                if (session.reported.client == one.disconnect.client.text() &&
                    session.reported.user == one.disconnect.user.text()) {
                    of_target[{one.look, session.client_key + " " + session.user_key}] += targets;
                    break;
                }
        }
        ASSERT_LE(in_all, fleet.rules.limits.fleet[0].count) << seed;
        for (const auto here : on) ASSERT_LE(here, fleet.rules.limits.per_server[0].count) << seed;
        for (const auto& [who, times] : of_target)
            ASSERT_LE(times, fleet.rules.limits.per_target[0].count) << seed;
        withheld += static_cast<std::size_t>(
            std::count_if(plan.withheld.begin(), plan.withheld.end(), [](const auto& one) {
                return one.withheld.why == Why::limit_fleet || one.withheld.why == Why::limit_per_server ||
                       one.withheld.why == Why::limit_per_target;
            }));
    }
    EXPECT_GT(withheld, rounds / 10);
}

TEST(FleetPlanProperty, a_rule_over_its_share_ends_nobody_and_stays_so) {
    std::size_t trips = 0;
    for (unsigned seed = 0; seed < rounds; ++seed) {
        Dice dice{seed};
        auto fleet = any_fleet(dice, false);
        without_limits(fleet.rules);
        fleet.rules.limits.share_fleet = Share{2'000};
        fleet.rules.limits.share_server = Share{6'000};
        FleetMemory memory;
        const auto first = plan_fleet(fleet.rules, fleet.looks, true, memory, now.steady);
        trips += first.trips.size();
        auto later = fleet.rules;
        later.limits.share_fleet = later.limits.share_server = {};  // also when nothing demands it any more
        const auto second = plan_fleet(later, fleet.looks, true, memory, now.steady + 120s);
        for (const auto* plan : {&first, &second})
            for (const auto& one : plan->disconnects)
                for (const std::size_t target : one.disconnect.targets) {
                    const auto& rule = fleet.rules.rules[*plan->decisions[one.look][target].rule];
                    for (const auto& trip : first.trips)
                        ASSERT_FALSE(
                            trip.rule == rule.key &&
                            (!trip.server || *trip.server == fleet.looks[one.look].server.traits.name))
                            << seed;
                }
    }
    EXPECT_GT(trips, rounds / 20);
}

// Not with `concurrent`: a client that is kept by an earlier rule, and not ended by it any more, is counted
// again, and the excess may fall on another. And not with `share`: a rule that ends fewer may trip no longer.
TEST(FleetPlanProperty, one_more_protection_or_keep_on_top_never_ends_more) {
    for (unsigned seed = 0; seed < rounds; ++seed) {
        Dice dice{seed};
        auto fleet = any_fleet(dice, false);
        without_limits(fleet.rules);
        auto protecting = fleet;
        protecting.rules.protect.push_back({dice.condition(), ""});
        ASSERT_TRUE(ends_no_more(protecting, fleet)) << seed;
        auto keeping = fleet;
        keeping.rules.rules.insert(keeping.rules.rules.begin(), keep("top", dice.condition()));
        ASSERT_TRUE(ends_no_more(keeping, fleet)) << seed;
    }
}

// A protection alone takes sessions out of the count as well as out of reach, and ends no more even then; not
// so where clients are counted, for one without its oldest session is a younger one.
TEST(FleetPlanProperty, one_more_protection_never_ends_more_by_counted_sessions) {
    std::size_t fewer = 0;
    for (unsigned seed = 0; seed < rounds; ++seed) {
        Dice dice{seed};
        auto fleet = any_fleet(dice, false);
        auto concurrent = std::get<Concurrent>(dice.concurrent().node);
        concurrent.count = Concurrent::Count::sessions;
        fleet.rules.rules = {disconnect("many", {concurrent})};
        without_limits(fleet.rules);
        auto protecting = fleet;
        protecting.rules.protect.push_back({dice.condition(), ""});
        ASSERT_TRUE(ends_no_more(protecting, fleet)) << seed;
        fewer += ended(planned(protecting), fleet.looks).size() < ended(planned(fleet), fleet.looks).size();
    }
    EXPECT_GT(fewer, 20U);
}

TEST(FleetPlanProperty, knowing_less_never_ends_more_by_concurrent) {
    std::size_t calls = 0;
    for (unsigned seed = 0; seed < rounds; ++seed) {
        Dice dice{seed};
        auto fleet = any_fleet(dice, false, false);
        fleet.rules.rules = {disconnect("many", dice.concurrent())};
        without_limits(fleet.rules);
        calls += planned(fleet).disconnects.size();
        auto knowing_less = fleet;
        for (auto& seen : knowing_less.looks)
            for (auto& session : seen.sessions) {
                if (dice.one_in(4)) session.started.reset();
                if (dice.one_in(4)) session.reported.idle.reset();
            }
        ASSERT_TRUE(ends_no_more(knowing_less, fleet)) << seed;
    }
    EXPECT_GT(calls, rounds / 10);
}

// `or_quiet` is left out, for there not knowing the idle time is what lets the other condition speak.
TEST(FleetPlanProperty, knowing_less_never_ends_more) {
    for (unsigned seed = 0; seed < rounds; ++seed) {
        Dice dice{seed};
        Fleet fleet{dice.any_policy(), {look(dice.any_server(), dice.sessions())}};
        without_limits(fleet.rules);
        for (auto& session : fleet.looks[0].sessions)
            if (session.quiet && dice.one_in(2))
                session.quiet = QuietTime{core::Seconds{dice.below(3) * 600}, 30min};
        auto less = fleet;
        for (auto& session : less.looks[0].sessions) {
            switch (dice.below(6)) {
                case 0: session.quiet.reset(); break;
                case 1:
                    if (session.quiet) session.quiet->at_least = {};
                    break;
                case 2:
                    if (session.quiet) session.quiet->at_most.reset();
                    break;
                case 3: session.reported.idle.reset(); break;
                case 4: session.reported.open_files.reset(); break;
                default: break;
            }
        }
        ASSERT_TRUE(ends_no_more(less, fleet)) << seed;
    }
}

}  // namespace
}  // namespace curfew::policy
