// What has to hold of every policy and every look, over a few thousand of each.

#include <algorithm>
#include <array>
#include <set>

#include <gtest/gtest.h>
#include <strings.h>

#include "random_policy.hpp"

namespace curfew::policy {
namespace {

using namespace build;

constexpr unsigned rounds = 4000;

// Every session that a call counts as its target, once for each call.
std::multiset<std::size_t> ended(const ServerPlan& plan) {
    std::multiset<std::size_t> sessions;
    for (const auto& disconnect : plan.disconnects)
        sessions.insert(disconnect.targets.begin(), disconnect.targets.end());
    return sessions;
}
bool ends_no_more(const ServerPlan& less, const ServerPlan& more) {
    const auto a = ended(less);
    const auto b = ended(more);
    return std::includes(b.begin(), b.end(), a.begin(), a.end());
}

// What a server does on a call, told without the code under test: the sessions of that client and user end,
// and on Samba whoever shares their connection. Who shares one is not known; on one client anybody may, but
// for the daemon's own, whose connection carries nobody else.
bool could_be_ended(const ServerLook& look, const Disconnect& call, const SessionFacts& session) {
    const auto address = core::IpAddress::parse(call.client.text());
    const bool same_client =
        address ? session.client.address == address
                : !session.client.address && !session.reported.client.empty() &&
                      strcasecmp(session.reported.client.c_str(), call.client.text().c_str()) == 0;
    if (!same_client) return false;
    const bool same_user = strcasecmp(session.reported.user.c_str(), call.user.text().c_str()) == 0;
    const bool whole_connection = look.server.kind != Kind::windows && look.server.traits.shared_connections;
    return same_user || (whole_connection && session.own != Own::connection);
}

TEST(Property, no_call_could_end_a_session_that_its_own_decision_does_not_end) {
    std::size_t calls = 0;
    for (unsigned seed = 0; seed < rounds; ++seed) {
        Dice dice{seed};
        const auto rules = dice.any_policy();
        const auto seen = look(dice.any_server(), dice.sessions());
        const auto plan = plan_server(rules, seen);
        for (const auto& call : plan.disconnects) {
            ++calls;
            ASSERT_FALSE(call.targets.empty());
            for (std::size_t i = 0; i < seen.sessions.size(); ++i) {
                const bool is_target =
                    std::find(call.targets.begin(), call.targets.end(), i) != call.targets.end();
                if (!is_target && !could_be_ended(seen, call, seen.sessions[i])) continue;
                ASSERT_TRUE(is_target) << "seed " << seed << ", session " << i << " is ended and not counted";
                ASSERT_TRUE(decide(rules, seen.server, seen.sessions[i], seen.at.wall).ends())
                    << "seed " << seed;
                ASSERT_EQ(seen.sessions[i].own, Own::no) << "seed " << seed;
                ASSERT_LE(call.rule, *plan.decisions[i].rule) << "seed " << seed;
            }
        }
    }
    EXPECT_GT(calls, rounds / 2);
}

TEST(Property, every_session_that_a_rule_ends_is_in_a_call_or_named_as_withheld) {
    for (unsigned seed = 0; seed < rounds; ++seed) {
        Dice dice{seed};
        const auto rules = dice.any_policy();
        const auto seen = look(dice.any_server(), dice.sessions());
        const auto plan = plan_server(rules, seen);
        const auto key = [&](const std::string& client_name, const std::string& user_name) {
            for (const auto& session : seen.sessions) {
                if (session.reported.client == client_name && session.reported.user == user_name)
                    return std::pair{session.client_key, session.user_key};
            }
            return std::pair<std::string, std::string>{};
        };
        std::set<std::pair<std::string, std::string>> withheld;
        for (const auto& one : plan.withheld)
            ASSERT_TRUE(withheld.insert(key(one.client, one.user)).second) << seed;
        const auto in_calls = ended(plan);
        for (std::size_t i = 0; i < seen.sessions.size(); ++i) {
            if (plan.decisions[i].action != Action::disconnect) continue;
            const auto& session = seen.sessions[i];
            ASSERT_TRUE(in_calls.contains(i) || withheld.contains({session.client_key, session.user_key}))
                << seed;
        }
    }
}

TEST(Property, knowing_less_never_ends_more) {
    std::array<std::size_t, 6> fewer{};  // by the field that is not told
    for (unsigned seed = 0; seed < rounds; ++seed) {
        Dice dice{seed};
        const auto rules = dice.any_policy();
        const auto traits = dice.any_server();
        const auto sessions = dice.sessions();
        const auto seen = look(traits, sessions);
        const auto known = plan_server(rules, seen);
        const auto changed = dice.below(static_cast<unsigned>(sessions.size()));
        for (std::size_t field = 0; field < fewer.size(); ++field) {
            auto less = sessions;
            auto& session = less[changed];
            switch (field) {
                case 0: session.idle.reset(); break;
                case 1: session.open_files.reset(); break;
                case 2: session.flags.reset(); break;
                case 3: session.transport.reset(); break;
                case 4: session.client_type.reset(); break;
                default:
                    // An age that is not told proves a session too young to be our own (own_session.cpp).
                    if (seen.sessions[changed].own == Own::no) session.connected.reset();
            }
            const auto unknown = plan_server(rules, look(traits, less));
            ASSERT_TRUE(ends_no_more(unknown, known)) << "seed " << seed << ", field " << field;
            fewer[field] += ended(unknown).size() < ended(known).size();
        }
    }
    for (const std::size_t met : fewer) EXPECT_GT(met, rounds / 1000);
}

TEST(Property, not_knowing_the_domain_or_the_kind_never_ends_more) {
    for (unsigned seed = 0; seed < rounds; ++seed) {
        Dice dice{seed};
        const auto rules = dice.any_policy();
        auto traits = dice.any_server();
        auto sessions = dice.sessions();
        const auto known = look(traits, sessions);
        auto without_domain = known;
        for (auto& session : without_domain.sessions) session.domain.clear();
        ASSERT_TRUE(ends_no_more(plan_server(rules, without_domain), plan_server(rules, known)))
            << "seed " << seed;

        auto unclear = known;
        unclear.server.kind = Kind::unclear;
        ASSERT_LE(plan_server(rules, unclear).disconnects.size(),
                  plan_server(rules, known).disconnects.size());
    }
}

TEST(Property, not_knowing_the_servers_clock_never_ends_more) {
    std::size_t fewer = 0;
    for (unsigned seed = 0; seed < rounds; ++seed) {
        Dice dice{seed};
        const auto rules = dice.any_policy();
        const auto known = look(dice.any_server(), dice.sessions());
        auto unknown = known;
        unknown.server.traits.timezone.reset();
        const auto less = plan_server(rules, unknown);
        const auto more = plan_server(rules, known);
        ASSERT_TRUE(ends_no_more(less, more)) << "seed " << seed;
        fewer += ended(less).size() < ended(more).size();
    }
    EXPECT_GT(fewer, rounds / 80);
}

TEST(Property, one_more_protection_or_keep_never_ends_more) {
    std::size_t fewer = 0;
    for (unsigned seed = 0; seed < rounds; ++seed) {
        Dice dice{seed};
        const auto rules = dice.any_policy();
        const auto seen = look(dice.any_server(), dice.sessions());
        const auto before = plan_server(rules, seen);

        auto protecting = rules;
        protecting.protect.push_back({dice.condition(), ""});
        const auto with_protection = plan_server(protecting, seen);
        ASSERT_TRUE(ends_no_more(with_protection, before)) << "seed " << seed;
        fewer += ended(with_protection).size() < ended(before).size();

        auto keeping = rules;
        keeping.rules.insert(keeping.rules.begin(), keep("on top", dice.condition()));
        ASSERT_TRUE(ends_no_more(plan_server(keeping, seen), before)) << "seed " << seed;
    }
    EXPECT_GT(fewer, rounds / 50);
}

TEST(Property, one_more_observing_rule_ends_exactly_the_same) {
    for (unsigned seed = 0; seed < rounds; ++seed) {
        Dice dice{seed};
        const auto rules = dice.any_policy();
        const auto seen = look(dice.any_server(), dice.sessions());
        auto observing = rules;
        observing.rules.insert(observing.rules.begin(), observe("on top", dice.condition()));
        ASSERT_EQ(ended(plan_server(observing, seen)), ended(plan_server(rules, seen))) << "seed " << seed;
    }
}

// A rollout is nothing but `mode: observe` on some servers, and nothing at all on the others.
TEST(Property, a_rollout_is_the_rules_own_mode_server_by_server) {
    std::size_t reached = 0, left_out = 0;
    for (unsigned seed = 0; seed < rounds; ++seed) {
        Dice dice{seed};
        auto rolled = dice.any_policy();
        const auto seen = look(dice.any_server(), dice.sessions());
        auto& rule = rolled.rules[dice.below(static_cast<unsigned>(rolled.rules.size()))];
        if (rule.then == Action::keep) continue;
        rule.rollout = dice.rollout();
        const bool here = reaches(*rule.rollout, rule.key.name, seen.server.traits);
        ++(here ? reached : left_out);
        const auto plan = plan_server(rolled, seen);
        rule.rollout.reset();
        if (!here) rule.mode = Mode::observe;
        const auto plain = plan_server(rolled, seen);
        ASSERT_EQ(summary(plan, rolled), summary(plain, rolled)) << "seed " << seed;
    }
    EXPECT_GT(reached, rounds / 10);
    EXPECT_GT(left_out, rounds / 10);
}

TEST(Property, by_hand_nobody_protected_and_nothing_of_our_own_is_ended) {
    std::size_t calls = 0;
    for (unsigned seed = 0; seed < rounds; ++seed) {
        Dice dice{seed};
        const auto rules = dice.any_policy();
        const auto seen = look(dice.any_server(), dice.sessions());
        HandRequest request;
        if (!dice.one_in(3)) request.client = dice.session().client;
        if (!dice.one_in(3)) request.user = dice.session().user;
        request.override_protect = dice.one_in(3);
        const auto plan = plan_by_hand(rules, seen, request);
        for (const auto& call : plan.disconnects) {
            ++calls;
            for (std::size_t i = 0; i < seen.sessions.size(); ++i) {
                if (!could_be_ended(seen, call, seen.sessions[i])) continue;
                ASSERT_NE(std::find(call.targets.begin(), call.targets.end(), i), call.targets.end()) << seed;
                ASSERT_EQ(seen.sessions[i].own, Own::no) << seed;
                ASSERT_TRUE(request.override_protect || !plan.decisions[i].protection) << seed;
            }
        }
    }
    EXPECT_GT(calls, rounds / 20);
}

}  // namespace
}  // namespace curfew::policy
