// Bans: whom one means, what it ends, and above all whom it leaves alone.
#include "policy/ban.hpp"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>
#include <strings.h>

#include "random_policy.hpp"

namespace curfew::policy {
namespace {

using namespace build;
using Lines = std::vector<std::string>;

Ban ban_user(std::string_view name, std::optional<std::string> override_protect = std::nullopt) {
    return {1, Banned::user(name).value(), "stolen laptop", std::move(override_protect)};
}
Ban ban_client(std::string_view name) {
    return {2, Banned::client(name).value(), "infected", std::nullopt};
}

Lines banned(const std::vector<Ban>& bans, const ServerLook& look, const Policy& rules = {}) {
    const auto plan = plan_bans(rules, look, plan_server(rules, look).decisions, bans);
    Lines lines;
    for (const auto& one : plan.disconnects)
        lines.push_back("ends " + one.call.client.text() + " " + one.call.user.text() + " x" +
                        std::to_string(one.call.targets.size()));
    for (const auto& one : plan.withheld)
        lines.push_back(one.withheld.client + " " + one.withheld.user + ": " +
                        std::string{to_string(one.withheld.why)});
    return lines;
}

TEST(Ban, takes_a_literal_name_and_nothing_that_could_mean_more) {
    for (const char* text : {"", " ", "*", "ann?", "[ab]nna", "/anna/", "list:oncall", "\\anna", "CORP\\",
                             "CORP\\ ", "A\\B\\c", "an\nna", "an\x7fna", "ann\xff"})
        EXPECT_FALSE(Banned::user(text)) << text;
    for (const char* text : {"", "\\\\", " ", "*", "WKS-?", "10.20.0.0/16", "10.20.*", "0.0.0.0/0", "/wks.*/",
                             "list:pcs", "10.20.1", "10.20.1.999"})
        EXPECT_FALSE(Banned::client(text)) << text;
    EXPECT_EQ(Banned::client("10.20.0.0/16").error().message,
              "is a block of addresses; a ban takes one address or one name");
    for (const char* text : {"anna", "CORP\\anna", "anna@corp.example", "Jürgen Öhm"})
        EXPECT_TRUE(Banned::user(text)) << text;
    for (const char* text : {"WKS-17", "\\\\wks-17", "10.20.1.7", "10.20.1.7/32", "::1", "[fe80::1]"})
        EXPECT_TRUE(Banned::client(text)) << text;
}

TEST(Ban, is_the_same_in_every_spelling) {
    EXPECT_TRUE(Banned::user("Anna")->same_as(*Banned::user("aNNA")));
    EXPECT_FALSE(Banned::user("CORP\\anna")->same_as(*Banned::user("anna")));
    EXPECT_TRUE(Banned::client("\\\\WKS-1")->same_as(*Banned::client("wks-1")));
    EXPECT_TRUE(Banned::client("::ffff:10.0.0.1")->same_as(*Banned::client("10.0.0.1/32")));
    EXPECT_FALSE(Banned::user("wks-1")->same_as(*Banned::client("wks-1")));
}

TEST(Ban, a_bare_name_is_that_name_in_any_domain) {
    const auto seen = windows({{"OTHER\\anna"}, {"Anna", "10.20.1.8"}, {"annabel", "10.20.1.9"}});
    EXPECT_EQ(banned({ban_user("ANNA")}, seen),
              (Lines{"ends 10.20.1.7 OTHER\\anna x1", "ends 10.20.1.8 Anna x1"}));
}

TEST(Ban, a_domain_has_to_be_reported_or_nobody_knows) {
    const auto seen = windows({{"OTHER\\anna"}, {"LAB\\anna", "10.20.1.8"}, {"anna", "10.20.1.9"}});
    EXPECT_EQ(banned({ban_user("lab\\anna")}, seen), (Lines{"ends 10.20.1.8 LAB\\anna x1"}));
    const Policy none;
    const auto plan =
        plan_bans(none, seen, plan_server(none, seen).decisions, std::vector{ban_user("lab\\anna")});
    EXPECT_EQ(plan.reach.at(0).certain, 1U);
    EXPECT_GE(plan.reach.at(0).doubtful, 1U);
}

TEST(Ban, who_is_named_like_somebody_of_another_domain_keeps_them_all) {
    EXPECT_EQ(banned({ban_user("lab\\anna")}, windows({{"OTHER\\anna"}, {"LAB\\anna"}})),
              (Lines{"10.20.1.7 LAB\\anna: collateral"}));
}

TEST(Ban, a_client_by_what_the_server_reports_of_it) {
    const auto seen = windows({{"anna", "10.20.1.7"}, {"bob", "WKS-17"}});
    EXPECT_EQ(banned({ban_client("\\\\::ffff:10.20.1.7")}, seen), (Lines{"ends 10.20.1.7 anna x1"}));
    EXPECT_EQ(banned({ban_client("wks-17")}, seen), (Lines{"ends WKS-17 bob x1"}));
    EXPECT_EQ(banned({ban_client("10.20.1.8")}, windows({{"bob", "WKS-17"}})), Lines{});
}

TEST(Ban, comes_before_a_rule_that_keeps_and_after_protect) {
    const auto keeping = policy({keep("k", always())});
    EXPECT_EQ(banned({ban_user("anna")}, windows({{"anna"}}), keeping), (Lines{"ends 10.20.1.7 anna x1"}));
    const auto protecting = policy({}, user({"anna"}), "the director");
    EXPECT_EQ(banned({ban_user("anna")}, windows({{"anna"}}), protecting),
              (Lines{"10.20.1.7 anna: protected"}));
    EXPECT_EQ(banned({ban_user("anna", "her account is stolen")}, windows({{"anna"}}), protecting),
              (Lines{"ends 10.20.1.7 anna x1"}));
    // Perhaps protected is protected.
    const auto unsure = policy({}, client({"SRV-*"}), "servers");
    EXPECT_EQ(banned({ban_user("anna")}, windows({{"anna"}}), unsure), (Lines{"10.20.1.7 anna: protected"}));
}

TEST(Ban, an_override_is_of_the_ban_that_has_it_alone) {
    const auto protecting = policy({}, client({"10.20.1.7"}), "the till");
    const auto seen = samba({{"anna"}, {"bob"}});
    EXPECT_EQ(banned({ban_user("anna", "stolen")}, seen, protecting), (Lines{"10.20.1.7 anna: collateral"}));
    EXPECT_EQ(banned({ban_client("10.20.1.7"), ban_user("anna", "stolen")}, seen, protecting),
              (Lines{"10.20.1.7 anna: collateral", "10.20.1.7 bob: protected"}));
}

TEST(Ban, whoever_is_neither_banned_nor_ended_by_a_rule_is_in_the_way) {
    const auto seen = samba({{"anna"}, {"bob"}});
    EXPECT_EQ(banned({ban_user("anna")}, seen), (Lines{"10.20.1.7 anna: collateral"}));
    EXPECT_EQ(banned({ban_user("anna")}, samba_unshared({{"anna"}, {"bob"}})),
              (Lines{"ends 10.20.1.7 anna x1"}));
    EXPECT_EQ(banned({ban_user("anna"), ban_user("bob")}, seen),
              (Lines{"ends 10.20.1.7 anna x2", "ends 10.20.1.7 bob x2"}));
    const auto ends_bob = policy({disconnect("bobs", user({"bob"}))});
    EXPECT_EQ(banned({ban_user("anna")}, seen, ends_bob), (Lines{"ends 10.20.1.7 anna x2"}));
    const auto plan =
        plan_bans(ends_bob, seen, plan_server(ends_bob, seen).decisions, std::vector{ban_user("anna")});
    EXPECT_EQ(plan.disconnects.at(0).rules, std::vector<std::size_t>{0});
    const auto observes = policy({build::observe("bobs", user({"bob"}))});
    EXPECT_EQ(banned({ban_user("anna")}, seen, observes), (Lines{"10.20.1.7 anna: collateral"}));
    auto later = ends_bob;
    later.rules.front().hold = 5min;
    EXPECT_EQ(banned({ban_user("anna")}, seen, later), (Lines{"10.20.1.7 anna: collateral"}));
}

TEST(Ban, the_own_session_is_never_ended_whatever_is_overridden) {
    EXPECT_EQ(banned({ban_user("svc-curfew", "because")}, windows({})),
              (Lines{"10.9.9.9 svc-curfew: own session"}));
    EXPECT_EQ(banned({ban_client("10.9.9.9")}, windows({{"svc-curfew", "10.9.9.9"}})),
              (Lines{"10.9.9.9 svc-curfew: own session"}));
}

TEST(Ban, needs_a_client_and_a_user) {
    EXPECT_EQ(banned({ban_client("10.20.1.7")}, windows({{""}})), (Lines{"10.20.1.7 : no user name"}));
    EXPECT_EQ(banned({ban_user("anna")}, windows({{"anna", ""}})), (Lines{" anna: no client name"}));
}

// Told without the code under test: what a ban of the dice can mean at most.
bool could_mean(const Ban& ban, const SessionFacts& session) {
    if (!ban.whom.is_user()) {
        const auto address = core::IpAddress::parse(ban.whom.text());
        if (address) return session.client.address == address;
        return strcasecmp(session.reported.client.c_str(), ban.whom.text().c_str()) == 0;
    }
    const auto& reported = session.reported.user;
    const auto& asked = ban.whom.text();
    const auto backslash = reported.find('\\');
    const bool with_domain = asked.find('\\') != std::string::npos;
    const auto name =
        with_domain || backslash == std::string::npos ? reported : reported.substr(backslash + 1);
    return strcasecmp(name.c_str(), asked.c_str()) == 0;
}

TEST(Ban, never_ends_a_session_that_neither_a_ban_nor_a_rule_ends) {
    std::size_t calls = 0;
    std::size_t overridden = 0;
    for (unsigned seed = 0; seed < 6000; ++seed) {
        Dice dice{seed};
        const auto rules = dice.any_policy();
        const auto seen = look(dice.any_server(), dice.sessions());
        std::vector<Ban> bans;
        // Those who are there, by the whole name or without the domain, and by client.
        for (const auto& session : seen.sessions) {
            const auto how = dice.below(4);
            auto whom = how == 0   ? Banned::user(session.reported.user)
                        : how == 1 ? Banned::user(session.user)
                        : how == 2 ? Banned::client(session.reported.client)
                                   : Compiled<Banned>{PatternProblem{"nobody"}};
            if (!whom) continue;
            std::optional<std::string> override_protect;
            if (dice.below(3) == 0) override_protect = "because";
            bans.push_back({bans.size() + 1, *std::move(whom), "dice", std::move(override_protect)});
        }
        const auto decisions = plan_server(rules, seen).decisions;
        const auto plan = plan_bans(rules, seen, decisions, bans);
        for (const auto& one : plan.disconnects) {
            ++calls;
            ASSERT_FALSE(one.call.targets.empty());
            ASSERT_FALSE(one.call.user.text().empty());
            for (const std::size_t target : one.call.targets) {
                const auto& session = seen.sessions[target];
                ASSERT_EQ(session.own, Own::no) << "seed " << seed;
                const auto ends = [&](const Ban& ban) {
                    return could_mean(ban, session) &&
                           (!decisions[target].protection || ban.override_protect);
                };
                const bool by_ban = std::any_of(bans.begin(), bans.end(), ends);
                overridden += by_ban && decisions[target].protection ? 1 : 0;
                ASSERT_TRUE(by_ban || decisions[target].ends()) << "seed " << seed << ", session " << target;
            }
        }
    }
    EXPECT_GT(calls, 3000U);
    EXPECT_GT(overridden, 100U);
}

TEST(Ban, without_bans_nothing_is_planned) {
    const auto all = policy({disconnect("all", always())});
    EXPECT_EQ(banned({}, windows({{"anna"}}), all), Lines{});
}

}  // namespace
}  // namespace curfew::policy
