#include "policy/limit_ledger.hpp"

#include <random>

#include <gtest/gtest.h>

#include "builders.hpp"

namespace curfew::policy {
namespace {

using namespace build;

const core::SteadyTime start = now.steady;

LimitRequest request(std::uint32_t sessions = 1, std::string server_name = "fs1",
                     std::string user_key = "anna", const Rule* rule = nullptr) {
    return {std::move(server_name), "10.20.1.7", std::move(user_key), rule, sessions};
}

// Roomy but for what a test is about.
Limits roomy() {
    Limits limits;
    limits.per_server = limits.fleet = limits.per_target = {{1000, 1h}};
    return limits;
}

TEST(LimitLedger, lets_through_what_fits_and_no_more) {
    LimitLedger ledger;
    Limits limits = roomy();
    limits.per_server = {{2, 1min}};
    EXPECT_EQ(ledger.obstacle(limits, request(2), start), std::nullopt);
    ledger.reserve(request(1), start);
    EXPECT_EQ(ledger.obstacle(limits, request(1), start), std::nullopt);
    EXPECT_EQ(ledger.obstacle(limits, request(2), start), Why::limit_per_server);
    ledger.reserve(request(1, "fs1", "bob"), start + 1s);
    EXPECT_EQ(ledger.obstacle(limits, request(1, "fs1", "carl"), start + 2s), Why::limit_per_server);
    EXPECT_EQ(ledger.obstacle(limits, request(1, "fs2", "carl"), start + 2s), std::nullopt);
}

TEST(LimitLedger, windows_slide_and_are_half_open) {
    LimitLedger ledger;
    Limits limits = roomy();
    limits.per_server = {{1, 1min}};
    ledger.reserve(request(), start);
    EXPECT_EQ(ledger.obstacle(limits, request(), start + 60s - 1ns), Why::limit_per_server);
    EXPECT_EQ(ledger.obstacle(limits, request(), start + 60s), std::nullopt);
}

TEST(LimitLedger, so_many_are_remembered_and_what_a_window_reaches) {
    LimitLedger ledger;
    Limits limits = roomy();
    limits.per_target = limits.fleet = {{100, 1min}};
    for (int i = 0; i < 10; ++i)
        ledger.reserve(request(1, "fs1", "user" + std::to_string(i)), start + i * 10s);
    const auto at = start + 100s;
    ledger.crowd_out(at, 60s, 2);
    limits.per_server = {{5, 1min}};
    EXPECT_EQ(ledger.obstacle(limits, request(1), at), Why::limit_per_server) << "five in the last minute";
    limits.per_server = {{6, 1min}};
    EXPECT_EQ(ledger.obstacle(limits, request(1), at), std::nullopt);
    limits.per_server = {{100, 1h}};
    EXPECT_EQ(ledger.obstacle(limits, request(1), at), Why::limit_per_server) << "nobody knows how many";
}

TEST(LimitLedger, a_longer_window_waits_until_it_does_not_reach_what_is_forgotten) {
    LimitLedger ledger;
    Limits limits = roomy();
    limits.fleet = limits.per_server = limits.per_target = {{100, 1min}};
    ledger.reserve(request(), start);
    ledger.reserve(request(), start + 1s);
    ledger.crowd_out(start + 2min, 60s, 1);
    EXPECT_EQ(ledger.obstacle(limits, request(), start + 2min), std::nullopt);
    limits.fleet = {{100, 10min}};
    EXPECT_EQ(ledger.obstacle(limits, request(), start + 10min - 1ns), Why::limit_fleet);
    EXPECT_EQ(ledger.obstacle(limits, request(), start + 10min), std::nullopt);
}

TEST(LimitLedger, nobody_is_crowded_out_where_there_is_room) {
    LimitLedger ledger;
    Limits limits = roomy();
    limits.fleet = {{2, 24h}};
    ledger.reserve(request(2), start);
    ledger.crowd_out(start + 23h, 60s, 1);
    EXPECT_EQ(ledger.obstacle(limits, request(), start + 23h), Why::limit_fleet);
}

TEST(LimitLedger, all_limits_of_a_list_hold) {
    LimitLedger ledger;
    Limits limits = roomy();
    limits.fleet = {{2, 1min}, {3, 24h}};
    ledger.reserve(request(2), start);
    EXPECT_EQ(ledger.obstacle(limits, request(1), start + 30s), Why::limit_fleet);
    EXPECT_EQ(ledger.obstacle(limits, request(1), start + 1h), std::nullopt);
    EXPECT_EQ(ledger.obstacle(limits, request(2), start + 1h), Why::limit_fleet);
    EXPECT_EQ(ledger.obstacle(limits, request(2), start + 24h), std::nullopt);
}

TEST(LimitLedger, a_set_larger_than_the_limit_never_fits) {
    Limits limits = roomy();
    limits.per_target = {{6, 1h}};
    EXPECT_EQ(LimitLedger{}.obstacle(limits, request(7), start), Why::limit_per_target);
    limits.per_target = {{0, 1h}};
    EXPECT_EQ(LimitLedger{}.obstacle(limits, request(1), start), Why::limit_per_target);
}

TEST(LimitLedger, per_target_is_the_same_client_and_user_on_one_server) {
    LimitLedger ledger;
    Limits limits = roomy();
    limits.per_target = {{1, 1h}};
    ledger.reserve(request(), start);
    EXPECT_EQ(ledger.obstacle(limits, request(), start), Why::limit_per_target);
    EXPECT_EQ(ledger.obstacle(limits, request(1, "fs2"), start), std::nullopt);
    EXPECT_EQ(ledger.obstacle(limits, request(1, "fs1", "bob"), start), std::nullopt);
    auto elsewhere = request();
    elsewhere.client_key = "10.20.1.8";
    EXPECT_EQ(ledger.obstacle(limits, elsewhere, start), std::nullopt);
}

TEST(LimitLedger, no_names_read_like_others) {
    LimitLedger ledger;
    Limits limits = roomy();
    limits.per_target = {{1, 1h}};
    ledger.reserve({"fs1", "a", "b:c", nullptr, 1}, start);
    EXPECT_EQ(ledger.obstacle(limits, {"fs1", "a:b", "c", nullptr, 1}, start), std::nullopt);
    EXPECT_EQ(ledger.obstacle(limits, {"fs1", "ab", ":c", nullptr, 1}, start), std::nullopt);
}

TEST(LimitLedger, names_the_first_in_the_order_target_server_fleet) {
    LimitLedger ledger;
    Limits limits;
    limits.per_target = limits.per_server = limits.fleet = {{1, 1h}};
    ledger.reserve(request(), start);
    EXPECT_EQ(ledger.obstacle(limits, request(), start), Why::limit_per_target);
    EXPECT_EQ(ledger.obstacle(limits, request(1, "fs1", "bob"), start), Why::limit_per_server);
    EXPECT_EQ(ledger.obstacle(limits, request(1, "fs2", "bob"), start), Why::limit_fleet);
}

TEST(LimitLedger, a_rules_own_limit_replaces_the_files_for_that_key_only) {
    LimitLedger ledger;
    Limits limits = roomy();
    limits.per_server = {{1, 1h}};
    limits.fleet = {{4, 1h}};
    Rule own = disconnect("own", always());
    own.limits.per_server = {{3, 1h}};

    ledger.reserve(request(1), start);  // by the file's limit the server is full
    EXPECT_EQ(ledger.obstacle(limits, request(1), start), Why::limit_per_server);
    EXPECT_EQ(ledger.obstacle(limits, request(3, "fs1", "bob", &own), start), std::nullopt);
    EXPECT_EQ(ledger.obstacle(limits, request(4, "fs1", "bob", &own), start), Why::limit_per_server);

    ledger.reserve(request(2, "fs1", "bob", &own), start);
    EXPECT_EQ(ledger.obstacle(limits, request(1, "fs1", "carl", &own), start), std::nullopt);
    EXPECT_EQ(ledger.obstacle(limits, request(2, "fs1", "carl", &own), start), Why::limit_per_server);
    EXPECT_EQ(ledger.obstacle(limits, request(2, "fs2", "carl", &own), start), Why::limit_fleet);
}

TEST(LimitLedger, what_a_rules_own_limits_spend_counts_against_the_files) {
    LimitLedger ledger;
    Limits limits = roomy();
    limits.fleet = {{5, 1h}};
    Rule own = disconnect("own", always());
    own.limits.fleet = {{100, 1h}};
    own.limits.per_server = {{100, 1h}};
    ledger.reserve(request(5, "fs1", "anna", &own), start);
    EXPECT_EQ(ledger.obstacle(limits, request(1, "fs2", "bob"), start), Why::limit_fleet);
    EXPECT_EQ(ledger.obstacle(limits, request(1, "fs2", "bob", &own), start), std::nullopt);
}

TEST(LimitLedger, a_rule_is_held_to_each_limit_of_its_own) {
    LimitLedger ledger;
    Rule own = disconnect("own", always());
    own.limits.fleet = {{2, 1h}};
    own.limits.per_target = {{1, 1h}};
    ledger.reserve(request(1, "fs1", "anna", &own), start);
    EXPECT_EQ(ledger.obstacle(roomy(), request(1, "fs1", "anna", &own), start), Why::limit_per_target);
    EXPECT_EQ(ledger.obstacle(roomy(), request(1, "fs2", "bob", &own), start), std::nullopt);
    EXPECT_EQ(ledger.obstacle(roomy(), request(2, "fs2", "bob", &own), start), Why::limit_per_target);
    ledger.reserve(request(1, "fs2", "bob", &own), start);
    EXPECT_EQ(ledger.obstacle(roomy(), request(1, "fs3", "carl", &own), start), Why::limit_fleet);
    EXPECT_EQ(ledger.obstacle(roomy(), request(1, "fs3", "carl"), start), std::nullopt);
}

TEST(LimitLedger, memory_belongs_to_a_rule_and_ends_with_its_edit) {
    LimitLedger ledger;
    Rule own = disconnect("own", always());
    own.limits.per_server = {{1, 1h}};
    ledger.reserve(request(1, "fs1", "anna", &own), start);
    EXPECT_EQ(ledger.obstacle(roomy(), request(1, "fs1", "bob", &own), start), Why::limit_per_server);
    own.key.digest = "another";
    EXPECT_EQ(ledger.obstacle(roomy(), request(1, "fs1", "bob", &own), start), std::nullopt);
}

std::shared_ptr<const Ceiling> at_most(std::string key, LimitOverrides limits) {
    return std::make_shared<const Ceiling>(Ceiling{std::move(key), std::move(limits)});
}

TEST(LimitLedger, a_ceiling_is_one_over_the_files_limits_and_over_the_rules) {
    LimitOverrides three;
    three.per_server = {{3, 1h}};
    Limits limits = roomy();
    Rule first = disconnect("first", always());
    first.at_most = at_most("finance", three);
    Rule own = disconnect("own", always());
    own.at_most = first.at_most;

    own.limits.per_server = {{100, 1h}};
    EXPECT_EQ(LimitLedger{}.obstacle(limits, request(3, "fs1", "anna", &own), start), std::nullopt);
    EXPECT_EQ(LimitLedger{}.obstacle(limits, request(4, "fs1", "anna", &own), start), Why::limit_per_server);
    own.limits.per_server = {{2, 1h}};
    EXPECT_EQ(LimitLedger{}.obstacle(limits, request(3, "fs1", "anna", &own), start), Why::limit_per_server);
    EXPECT_EQ(LimitLedger{}.obstacle(limits, request(4, "fs1", "anna", &first), start),
              Why::limit_per_server);

    // The file's own limit still counts everybody.
    limits.per_server = {{2, 1h}};
    LimitLedger ledger;
    ledger.reserve(request(2), start);
    EXPECT_EQ(ledger.obstacle(limits, request(1, "fs1", "bob", &first), start), Why::limit_per_server);
}

TEST(LimitLedger, a_ceiling_is_for_all_rules_beneath_it_together) {
    LimitOverrides few;
    few.per_server = {{3, 1h}};
    few.per_target = {{1, 1h}};
    few.fleet = {{4, 1h}};
    Rule first = disconnect("first", always());
    first.at_most = at_most("finance", few);
    Rule second = disconnect("second", always());
    second.at_most = at_most("finance", few);
    second.limits.per_server = {{3, 1h}};
    Rule other = disconnect("other", always());
    other.at_most = at_most("another", few);

    LimitLedger ledger;
    const auto ticket = ledger.reserve(request(1, "fs1", "anna", &first), start);
    EXPECT_EQ(ledger.obstacle(roomy(), request(1, "fs1", "anna", &second), start), Why::limit_per_target);
    ledger.reserve(request(1, "fs1", "bob", &first), start);
    ledger.reserve(request(1, "fs1", "carl", &second), start);
    EXPECT_EQ(ledger.obstacle(roomy(), request(1, "fs1", "dora", &second), start), Why::limit_per_server);
    EXPECT_EQ(ledger.obstacle(roomy(), request(1, "fs1", "dora", &other), start), std::nullopt);
    EXPECT_EQ(ledger.obstacle(roomy(), request(1, "fs2", "dora", &second), start), std::nullopt);
    ledger.reserve(request(1, "fs2", "dora", &second), start);
    EXPECT_EQ(ledger.obstacle(roomy(), request(1, "fs3", "emil", &first), start), Why::limit_fleet);
    ledger.give_back(ticket);
    EXPECT_EQ(ledger.obstacle(roomy(), request(1, "fs3", "emil", &first), start), std::nullopt);
}

TEST(LimitLedger, gives_back_what_was_not_spent) {
    LimitLedger ledger;
    Limits limits = roomy();
    limits.per_server = {{1, 1h}};
    Rule own = disconnect("own", always());
    own.limits.per_target = {{1, 1h}};
    const auto ticket = ledger.reserve(request(1, "fs1", "anna", &own), start);
    EXPECT_NE(ledger.obstacle(limits, request(1, "fs1", "anna", &own), start), std::nullopt);
    ledger.give_back(ticket);
    EXPECT_EQ(ledger.obstacle(limits, request(1, "fs1", "anna", &own), start), std::nullopt);
    ledger.give_back(ticket);  // once is enough, twice does no harm
    ledger.reserve(request(), start);
    ledger.give_back(ticket);
    EXPECT_EQ(ledger.obstacle(limits, request(), start), Why::limit_per_server);
}

TEST(LimitLedger, expires_only_what_no_window_reaches) {
    LimitLedger ledger;
    Limits limits = roomy();
    limits.fleet = {{2, 1h}};
    const auto old = ledger.reserve(request(), start);
    ledger.reserve(request(1, "fs2", "bob"), start + 10s);
    ledger.expire(start + 1h, 1h);
    EXPECT_EQ(ledger.obstacle(limits, request(1), start + 1h), std::nullopt);
    EXPECT_EQ(ledger.obstacle(limits, request(2), start + 1h), Why::limit_fleet);
    ledger.give_back(old);
    EXPECT_EQ(ledger.obstacle(limits, request(2), start + 1h), Why::limit_fleet);
}

TEST(LimitLedger, counts_a_time_that_lags_behind_as_the_last_one) {
    LimitLedger ledger;
    Limits limits = roomy();
    limits.fleet = {{2, 1min}};
    ledger.reserve(request(), start + 30s);
    ledger.reserve(request(), start);
    EXPECT_EQ(ledger.obstacle(limits, request(1), start + 89s), Why::limit_fleet);
    EXPECT_EQ(ledger.obstacle(limits, request(2), start + 90s), std::nullopt);
}

// What was let through, counted again from the beginning in every window that ends with an event.
TEST(LimitLedger, no_sequence_exceeds_a_limit) {
    struct Event {
        core::SteadyTime at;
        LimitRequest what;
        bool given_back = false;
        LimitLedger::Ticket ticket;
    };
    for (unsigned seed = 1; seed <= 30; ++seed) {
        std::mt19937 random{seed};
        const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
        const Limits limits{.per_server = {{4, 10s}, {8, 60s}},
                            .fleet = {{6, 10s}, {15, 100s}},
                            .per_target = {{3, 30s}},
                            .share_fleet = {},
                            .share_server = {}};
        Rule own = disconnect("own", always());
        own.limits.per_server = {{2, 20s}};
        Rule wide = disconnect("wide", always());
        wide.limits.fleet = {{5, 20s}};
        wide.limits.per_target = {{2, 20s}};
        const Rule plain = disconnect("plain", always());
        const Rule* const rules[] = {&own, &wide, &plain};

        LimitLedger ledger;
        std::vector<Event> events;
        auto time = start;
        unsigned refused = 0;
        for (int step = 0; step < 600; ++step) {
            time += std::chrono::milliseconds{below(3000)};
            if (below(10) == 0) ledger.expire(time, 100s);
            if (!events.empty() && below(10) == 0) {
                auto& event = events[below(static_cast<unsigned>(events.size()))];
                ledger.give_back(event.ticket);
                event.given_back = true;
                continue;
            }
            LimitRequest what{"fs" + std::to_string(below(2)), "c" + std::to_string(below(2)),
                              "u" + std::to_string(below(2)), rules[below(3)], 1 + below(3)};
            if (ledger.obstacle(limits, what, time)) {
                ++refused;
                continue;
            }
            const auto ticket = ledger.reserve(what, time);
            events.push_back({time, what, false, ticket});

            // An event let through keeps, together with all that came before it, every limit it was held to.
            const auto recount = [&](core::Seconds window, auto counts) {
                std::uint64_t sum = 0;
                for (const auto& event : events) {
                    if (!event.given_back && time - event.at < window && counts(event.what))
                        sum += event.what.sessions;
                }
                return sum;
            };
            const Limits in_force = merged(limits, what.rule->limits);
            const auto mine = [&](const LimitRequest& other) { return other.rule == what.rule; };
            for (const auto& limit : in_force.fleet) {
                ASSERT_LE(recount(limit.window,
                                  [&](const auto& other) { return !what.rule->limits.fleet || mine(other); }),
                          limit.count);
            }
            for (const auto& limit : in_force.per_server) {
                ASSERT_LE(recount(limit.window,
                                  [&](const auto& other) {
                                      return other.server == what.server &&
                                             (!what.rule->limits.per_server || mine(other));
                                  }),
                          limit.count);
            }
            for (const auto& limit : in_force.per_target) {
                ASSERT_LE(recount(limit.window,
                                  [&](const auto& other) {
                                      return other.server == what.server &&
                                             other.client_key == what.client_key &&
                                             other.user_key == what.user_key &&
                                             (!what.rule->limits.per_target || mine(other));
                                  }),
                          limit.count);
            }
        }
        EXPECT_GT(events.size(), 50u);
        EXPECT_GT(refused, 50u);
    }
}

}  // namespace
}  // namespace curfew::policy
