#include "policy/fleet_summary.hpp"

#include <algorithm>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "builders.hpp"

namespace curfew::policy {
namespace {

using namespace build;

// `wanted` sessions of users whom the rule `r` ends, and `others`; each from a client of its own.
ServerLook crowd(const std::string& name, int wanted, int others, Kind kind = Kind::windows) {
    std::vector<SessionSpec> sessions;
    for (int i = 0; i < wanted + others; ++i) {
        sessions.push_back(
            {.user = (i < wanted ? "r" : "x") + std::to_string(i), .client = "c" + std::to_string(i)});
    }
    auto traits = server(kind);
    traits.name = name;
    return look(traits, std::move(sessions));
}
Policy one_rule(LimitOverrides limits = {}) {
    auto rules = policy({disconnect("r", user({"r*"}))});
    rules.rules[0].limits = std::move(limits);
    return rules;
}
void saw(FleetSummary& fleet, const Policy& policy, const ServerLook& look) {
    fleet.looked(look, policy, plan_server(policy, look));
}
std::vector<std::string> demanded(const FleetSummary& fleet, const Policy& policy) {
    std::vector<std::string> result;
    for (const auto& trip : fleet.demanded(policy)) {
        result.push_back(trip.rule.name + "@" + trip.server.value_or("fleet") + " " +
                         std::to_string(trip.would_end) + "/" + std::to_string(trip.of));
    }
    return result;
}
using Lines = std::vector<std::string>;

TEST(FleetSummary, counts_all_sessions_but_the_daemons_own) {
    FleetSummary fleet;
    saw(fleet, one_rule(), crowd("fs1", 2, 8));
    saw(fleet, one_rule(), crowd("fs2", 1, 4));
    EXPECT_EQ(fleet.sessions(), 15u);
    EXPECT_EQ(fleet.would_end(one_rule().rules[0].key), 3u);
    EXPECT_EQ(fleet.would_end({"other", ""}), 0u);
}

TEST(FleetSummary, a_look_replaces_the_last_one_of_that_server) {
    FleetSummary fleet;
    saw(fleet, one_rule(), crowd("fs1", 2, 8));
    saw(fleet, one_rule(), crowd("fs1", 1, 2));
    EXPECT_EQ(fleet.sessions(), 3u);
    EXPECT_EQ(fleet.would_end(one_rule().rules[0].key), 1u);
    fleet.forget("fs1");
    fleet.forget("fs1");
    EXPECT_EQ(fleet.sessions(), 0u);
    EXPECT_EQ(fleet.would_end(one_rule().rules[0].key), 0u);
}

TEST(FleetSummary, old_looks_count_no_more) {
    FleetSummary fleet;
    saw(fleet, one_rule(), crowd("fs1", 2, 8));
    fleet.expire(now.steady + 180s, 180s);
    EXPECT_EQ(fleet.sessions(), 10u);
    fleet.expire(now.steady + 181s, 180s);
    EXPECT_EQ(fleet.sessions(), 0u);
}

TEST(Share, trips_the_fleet_by_more_than_it_allows) {
    FleetSummary fleet;
    saw(fleet, one_rule(), crowd("fs1", 10, 40));
    saw(fleet, one_rule(), crowd("fs2", 10, 40));
    EXPECT_EQ(demanded(fleet, one_rule()), Lines{});  // 20% exactly
    saw(fleet, one_rule(), crowd("fs2", 11, 39));
    EXPECT_EQ(demanded(fleet, one_rule()), (Lines{"r@fleet 21/100"}));
}

TEST(Share, trips_a_server_by_more_than_it_allows) {
    FleetSummary fleet;
    saw(fleet, one_rule(), crowd("fs1", 6, 5));
    saw(fleet, one_rule(), crowd("fs2", 0, 100));
    EXPECT_EQ(demanded(fleet, one_rule()), (Lines{"r@fs1 6/11"}));
    saw(fleet, one_rule(), crowd("fs1", 6, 6));
    EXPECT_EQ(demanded(fleet, one_rule()), Lines{});
}

TEST(Share, never_trips_a_rule_whose_whole_match_is_at_most_five) {
    FleetSummary fleet;
    saw(fleet, one_rule(), crowd("fs1", 5, 0));
    EXPECT_EQ(demanded(fleet, one_rule()), Lines{});
    saw(fleet, one_rule(), crowd("fs2", 1, 100));  // the sixth is elsewhere, and counts
    EXPECT_EQ(demanded(fleet, one_rule()), (Lines{"r@fs1 5/5"}));
}

TEST(Share, of_a_rule_replaces_the_files) {
    const auto wide = one_rule({.per_server = {},
                                .fleet = {},
                                .per_target = {},
                                .share_fleet = Share{10'000},
                                .share_server = Share{10'000}});
    FleetSummary fleet;
    saw(fleet, wide, crowd("fs1", 100, 0));
    EXPECT_EQ(demanded(fleet, wide), Lines{});
}

TEST(Share, counts_what_would_be_ended_and_not_what_is_withheld) {
    auto protecting = one_rule();
    protecting.protect.push_back({user({"r*"}), ""});
    FleetSummary fleet;
    saw(fleet, protecting, crowd("fs1", 10, 0));
    EXPECT_EQ(fleet.would_end(protecting.rules[0].key), 0u);

    std::vector<SessionSpec> one_client;
    for (int i = 0; i < 10; ++i) one_client.push_back({"r" + std::to_string(i)});
    one_client.push_back({"x"});
    saw(fleet, one_rule(), samba(one_client));  // collateral
    EXPECT_EQ(fleet.would_end(one_rule().rules[0].key), 0u);
}

TEST(Share, counts_who_is_pending_only_when_that_is_over) {
    auto rules = one_rule();
    rules.rules[0].hold = 1min;
    const auto& key = rules.rules[0].key;
    auto seen = crowd("fs1", 10, 0);
    ServerMemory memory;
    FleetSummary fleet;
    fleet.looked(seen, rules, plan_server(rules, seen, memory));
    EXPECT_EQ(fleet.would_end(key), 0u);
    EXPECT_EQ(demanded(fleet, rules), Lines{});
    seen.at.steady += 60s;
    fleet.looked(seen, rules, plan_server(rules, seen, memory));
    EXPECT_EQ(fleet.would_end(key), 10u);
    EXPECT_EQ(demanded(fleet, rules), (Lines{"r@fleet 10/10", "r@fs1 10/10"}));
}

TEST(Share, counts_a_session_once_that_several_calls_would_end) {
    std::vector<SessionSpec> one_client;
    for (int i = 0; i < 10; ++i) one_client.push_back({"r" + std::to_string(i)});
    FleetSummary fleet;
    saw(fleet, one_rule(), samba(one_client));
    EXPECT_EQ(fleet.would_end(one_rule().rules[0].key), 10u);
}

// Of every client one user is ended by the first rule, which may end everyone; all others by the second.
TEST(Share, a_rule_run_wild_does_not_hide_behind_an_earlier_one_with_the_same_targets) {
    auto rules = policy({disconnect("first", user({"a*"})), disconnect("wild", user({"b*"}))});
    rules.rules[0].limits.share_fleet = rules.rules[0].limits.share_server = Share{10'000};
    std::vector<SessionSpec> sessions;
    for (int i = 0; i < 10; ++i) {
        sessions.push_back({"a" + std::to_string(i), "c" + std::to_string(i)});
        for (int j = 0; j < 5; ++j) sessions.push_back({"b" + std::to_string(j), "c" + std::to_string(i)});
    }
    FleetSummary fleet;
    saw(fleet, rules, samba(sessions));
    EXPECT_EQ(fleet.would_end(rules.rules[0].key), 60u);
    EXPECT_EQ(demanded(fleet, rules), (Lines{"wild@fleet 50/60", "wild@fs1 50/60"}));
}

TEST(Share, goes_by_the_smaller_of_the_rules_own_and_the_ceiling) {
    auto rules = one_rule();
    rules.rules[0].limits.share_fleet = rules.rules[0].limits.share_server = Share{10'000};
    std::vector<SessionSpec> sessions;
    for (int i = 0; i < 10; ++i) sessions.push_back({"r" + std::to_string(i), "c" + std::to_string(i)});
    FleetSummary fleet;
    saw(fleet, rules, windows(sessions));
    EXPECT_EQ(demanded(fleet, rules), Lines{});
    LimitOverrides ceiling;
    ceiling.share_fleet = Share{500};
    rules.rules[0].at_most = std::make_shared<const Ceiling>(Ceiling{"c", ceiling});
    EXPECT_EQ(demanded(fleet, rules), Lines{"r@fleet 10/10"});
}

TEST(Trips, latch_once_and_hold_where_they_are_for) {
    const RuleKey rule{"r", "1"};
    Trips trips;
    EXPECT_EQ(trips.latch({{rule, "fs1", 6, 10}}).size(), 1u);
    EXPECT_EQ(trips.latch({{rule, "fs1", 9, 10}, {rule, "fs2", 6, 10}}),
              (std::vector<Trip>{{rule, "fs2", 6, 10}}));
    EXPECT_TRUE(trips.holds(rule, "fs1"));
    EXPECT_FALSE(trips.holds(rule, "fs3"));
    EXPECT_FALSE(trips.holds({"r", "edited"}, "fs1"));
    trips.latch({{rule, std::nullopt, 6, 10}});
    EXPECT_TRUE(trips.holds(rule, "fs3"));
    EXPECT_EQ(trips.all().size(), 3u);
}

TEST(FleetSummary, is_what_counting_all_over_again_says) {
    const auto rules = policy({disconnect("r", user({"r*"})), disconnect("x", user({"x1*"}))});
    for (unsigned seed = 1; seed <= 20; ++seed) {
        std::mt19937 random{seed};
        const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
        FleetSummary fleet;
        std::map<std::string, ServerLook> known;
        auto time = now.steady;
        for (int step = 0; step < 200; ++step) {
            time += 1s;
            const auto name = "fs" + std::to_string(below(6));
            switch (below(6)) {
                case 0:
                    fleet.forget(name);
                    known.erase(name);
                    break;
                case 1:
                    fleet.expire(time, 20s);
                    std::erase_if(known,
                                  [&](const auto& entry) { return time - entry.second.at.steady > 20s; });
                    break;
                default: {
                    auto seen = crowd(name, below(8), below(8), below(2) ? Kind::samba : Kind::windows);
                    seen.at.steady = time;
                    saw(fleet, rules, seen);
                    known[name] = seen;
                }
            }
            std::uint64_t sessions = 0;
            std::map<RuleKey, std::uint64_t> would_end;
            for (const auto& [server_name, seen] : known) {
                sessions += seen.sessions.size() - 1;  // all but the own one
                for (const auto& decision : plan_server(rules, seen).decisions) {
                    if (decision.ends()) ++would_end[rules.rules[*decision.rule].key];
                }
            }
            ASSERT_EQ(fleet.sessions(), sessions);
            for (const auto& rule : rules.rules) ASSERT_EQ(fleet.would_end(rule.key), would_end[rule.key]);
        }
    }
}

TEST(FleetSummary, whoever_latches_what_is_new_has_all_that_is_demanded) {
    const auto rules = policy({disconnect("r", user({"r*"})), disconnect("x", user({"x1*"}))});
    using Place = std::pair<RuleKey, std::optional<std::string>>;
    std::size_t demanded_of_servers = 0;
    for (unsigned seed = 1; seed <= 100; ++seed) {
        std::mt19937 random{seed};
        const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
        FleetSummary fleet;
        std::set<Place> latched;
        auto time = now.steady;
        for (int step = 0; step < 100; ++step) {
            time += 1s;
            const auto name = "fs" + std::to_string(below(8));
            switch (below(12)) {
                case 0: fleet.forget(name); break;
                case 1: fleet.expire(time, 20s); break;
                case 2: fleet.next_look(name, time + core::Seconds{below(60)}, 10s); break;
                case 3:  // somebody resumed all of them
                    latched.clear();
                    fleet.ask_anew();
                    break;
                default: {
                    auto seen = crowd(name, below(5), below(5));
                    seen.at.steady = time;
                    saw(fleet, rules, seen);
                }
            }
            if (below(3) == 0) continue;  // several looks, and then the question
            const auto all = fleet.demanded(rules);
            for (const auto& trip : fleet.newly_demanded(rules)) {
                ASSERT_NE(std::find(all.begin(), all.end(), trip), all.end());
                latched.emplace(trip.rule, trip.server);
            }
            for (const auto& trip : all) {
                ASSERT_TRUE(latched.contains({trip.rule, trip.server})) << trip.server.value_or("fleet");
                if (trip.server) ++demanded_of_servers;
            }
        }
    }
    EXPECT_GT(demanded_of_servers, 1000u) << "the dice ask for nothing";
}

TEST(FleetSummary, what_is_new_does_not_name_servers_again_that_did_not_change) {
    FleetSummary fleet;
    const auto rules = one_rule();
    saw(fleet, rules, crowd("fs1", 6, 5));
    saw(fleet, rules, crowd("fs2", 0, 100));
    EXPECT_EQ(fleet.newly_demanded(rules).size(), 1u);
    EXPECT_TRUE(fleet.newly_demanded(rules).empty());
    saw(fleet, rules, crowd("fs2", 0, 100));
    EXPECT_TRUE(fleet.newly_demanded(rules).empty());
    saw(fleet, rules, crowd("fs1", 6, 5));
    EXPECT_EQ(fleet.newly_demanded(rules).size(), 1u);
}

TEST(FleetSummary, a_look_grows_old_from_an_interval_before_the_next) {
    FleetSummary fleet;
    saw(fleet, one_rule(), crowd("fs1", 2, 8));
    saw(fleet, one_rule(), crowd("fs2", 2, 8));
    fleet.next_look("fs1", now.steady + 600s, 60s);
    fleet.expire(now.steady + 181s, 180s);
    EXPECT_EQ(fleet.sessions(), 10u) << "fs1 is still known";
    fleet.expire(now.steady + 540s + 180s, 180s);
    EXPECT_EQ(fleet.sessions(), 10u);
    fleet.expire(now.steady + 540s + 181s, 180s);
    EXPECT_EQ(fleet.sessions(), 0u);
}

}  // namespace
}  // namespace curfew::policy
