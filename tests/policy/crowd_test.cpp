// `concurrent`: who is one too many.
#include <gtest/gtest.h>

#include "builders.hpp"

namespace curfew::policy {
namespace {

using namespace build;
using Words = std::vector<std::string>;
using Count = Concurrent::Count;
using Per = Concurrent::Per;
using Across = Concurrent::Across;
using End = Concurrent::End;

Condition concurrent(std::uint32_t more_than, Count count = Count::clients, Per per = Per::user,
                     Across across = Across::fleet, End end = End::oldest) {
    return {Concurrent{more_than, count, per, across, end}};
}
Rule too_many(Condition condition) {
    return disconnect("all", std::move(condition));
}

ServerLook on(const std::string& name, std::vector<SessionSpec> sessions, Kind kind = Kind::windows) {
    auto traits = server(kind);
    traits.name = name;
    return look(traits, std::move(sessions));
}

// "fs1 10.0.0.1 a: true" for every session that is counted or not, as the first rule sees it.
Words truths(const Policy& rules, const std::vector<ServerLook>& looks, bool everywhere = true) {
    std::vector<const ServerLook*> pointers;
    for (const auto& one : looks) pointers.push_back(&one);
    Crowd crowd;
    crowd.add({}, everywhere);
    decide_all(rules, pointers, crowd);
    Words out;
    for (const auto& one : looks)
        for (const auto& session : one.sessions) {
            if (session.own != Own::no) continue;
            const std::size_t last = rules.rules.size() - 1;
            const auto truth = evaluate(rules.rules[last].when, one.server, session,
                                        {.at = one.at.wall, .crowd = &crowd, .rule = last});
            out.push_back(session.reported.client + " " + std::string{to_string(truth)});
        }
    return out;
}
Words truths(const Condition& condition, std::vector<SessionSpec> sessions, bool everywhere = true) {
    return truths(policy({too_many(condition)}), {on("fs1", std::move(sessions))}, everywhere);
}

const std::vector<SessionSpec> three_pcs{{.user = "a", .client = "10.0.0.1", .connected = 3h},
                                         {.user = "a", .client = "10.0.0.2", .connected = 2h},
                                         {.user = "a", .client = "10.0.0.3", .connected = 1h}};

TEST(IsExcess, by_rank) {
    using Order = std::optional<core::SteadyTime::duration>;
    const auto truth = [](std::vector<Order> order, std::size_t me, std::uint32_t more_than) {
        return std::string{to_string(is_excess(order, me, order.size(), more_than))};
    };
    EXPECT_EQ(truth({30s, 20s, 10s}, 0, 2), "true");
    EXPECT_EQ(truth({30s, 20s, 10s}, 1, 2), "false");
    EXPECT_EQ(truth({30s, 20s, 10s}, 1, 1), "true");
    EXPECT_EQ(truth({30s, 20s, 10s}, 2, 3), "false");
    EXPECT_EQ(truth({30s, 28s, 10s}, 0, 2), "unknown") << "two seconds are a tie";
    EXPECT_EQ(truth({30s, 28s, 10s}, 1, 2), "unknown");
    EXPECT_EQ(truth({30s, 28s, 10s}, 0, 1), "true") << "both of them go";
    EXPECT_EQ(truth({30s, {}, 10s}, 0, 2), "unknown") << "the other may be older";
    EXPECT_EQ(truth({30s, {}, 10s}, 1, 2), "unknown");
    EXPECT_EQ(truth({30s, {}, 10s}, 2, 2), "false");
}

TEST(Crowd, the_oldest_the_newest_or_the_most_idle_goes) {
    EXPECT_EQ(truths(concurrent(2), three_pcs), (Words{"10.0.0.1 true", "10.0.0.2 false", "10.0.0.3 false"}));
    EXPECT_EQ(truths(concurrent(2, Count::clients, Per::user, Across::fleet, End::newest), three_pcs),
              (Words{"10.0.0.1 false", "10.0.0.2 false", "10.0.0.3 true"}));
    auto sessions = three_pcs;
    sessions[1].idle = 50min;
    EXPECT_EQ(truths(concurrent(2, Count::clients, Per::user, Across::fleet, End::most_idle), sessions),
              (Words{"10.0.0.1 false", "10.0.0.2 true", "10.0.0.3 false"}));
    EXPECT_EQ(truths(concurrent(3), three_pcs),
              (Words{"10.0.0.1 false", "10.0.0.2 false", "10.0.0.3 false"}));
}

TEST(Crowd, ties_and_unknowns_end_nobody) {
    auto sessions = three_pcs;
    sessions[1].connected = sessions[0].connected;
    EXPECT_EQ(truths(concurrent(2), sessions),
              (Words{"10.0.0.1 unknown", "10.0.0.2 unknown", "10.0.0.3 false"}));
    sessions[1].connected.reset();
    EXPECT_EQ(truths(concurrent(2), sessions),
              (Words{"10.0.0.1 unknown", "10.0.0.2 unknown", "10.0.0.3 false"}));
    EXPECT_EQ(truths(concurrent(1), sessions),
              (Words{"10.0.0.1 true", "10.0.0.2 unknown", "10.0.0.3 unknown"}));
}

TEST(Crowd, protected_nameless_and_own_sessions_do_not_count) {
    auto sessions = three_pcs;
    sessions[2].user = "";
    EXPECT_EQ(truths(concurrent(2), sessions),
              (Words{"10.0.0.1 false", "10.0.0.2 false", "10.0.0.3 unknown"}));
    auto rules = policy({too_many(concurrent(2))}, client({"10.0.0.3"}), "");
    EXPECT_EQ(truths(rules, {on("fs1", three_pcs)}),
              (Words{"10.0.0.1 false", "10.0.0.2 false", "10.0.0.3 unknown"}));
    rules.protect[0].when = client({"WKS-*"});
    EXPECT_EQ(truths(rules, {on("fs1", three_pcs)})[0], "10.0.0.1 unknown")
        << "who may be protected does not count either";
}

TEST(Crowd, of_the_server_or_of_the_fleet) {
    const std::vector<ServerLook> looks{on("fs1", {three_pcs[0]}), on("fs2", {three_pcs[1], three_pcs[2]})};
    EXPECT_EQ(truths(policy({too_many(concurrent(2))}), looks),
              (Words{"10.0.0.1 true", "10.0.0.2 false", "10.0.0.3 false"}));
    EXPECT_EQ(truths(policy({too_many(concurrent(1, Count::clients, Per::user, Across::server))}), looks),
              (Words{"10.0.0.1 false", "10.0.0.2 true", "10.0.0.3 false"}));
}

TEST(Crowd, a_client_is_as_old_as_its_oldest_session_and_goes_with_all_of_them) {
    const std::vector<ServerLook> looks{
        on("fs1", {three_pcs[1], three_pcs[2]}),
        on("fs2", {{.user = "a", .client = "10.0.0.3", .connected = 5h}, three_pcs[0]})};
    EXPECT_EQ(truths(policy({too_many(concurrent(2))}), looks),
              (Words{"10.0.0.2 false", "10.0.0.3 true", "10.0.0.3 true", "10.0.0.1 false"}));
    EXPECT_EQ(truths(policy({too_many(concurrent(2, Count::sessions))}), looks),
              (Words{"10.0.0.2 false", "10.0.0.3 false", "10.0.0.3 true", "10.0.0.1 true"}));
}

TEST(Crowd, per_client_and_per_both) {
    const std::vector<SessionSpec> one_client{{.user = "a", .connected = 3h}, {.user = "b", .connected = 2h}};
    const auto by_client = concurrent(1, Count::sessions, Per::client);
    EXPECT_EQ(truths(by_client, one_client), (Words{"10.20.1.7 true", "10.20.1.7 false"}));
    EXPECT_EQ(truths(concurrent(1, Count::sessions), one_client),
              (Words{"10.20.1.7 false", "10.20.1.7 false"}));
    const auto by_both = concurrent(1, Count::sessions, Per::user_and_client);
    EXPECT_EQ(truths(policy({too_many(by_both)}),
                     {on("fs1", one_client), on("fs2", {{.user = "a", .connected = 1h}})}),
              (Words{"10.20.1.7 true", "10.20.1.7 false", "10.20.1.7 false"}));
}

TEST(Crowd, users_of_two_domains_are_two_users) {
    auto sessions = three_pcs;
    sessions[1].user = "LAB\\a";
    EXPECT_EQ(truths(concurrent(2), sessions)[0], "10.0.0.1 false");
    sessions[0].user = sessions[2].user = "lab\\A";
    EXPECT_EQ(truths(concurrent(2), sessions)[0], "10.0.0.1 true");
}

TEST(Crowd, a_name_may_be_the_machine_behind_an_address) {
    auto sessions = three_pcs;
    sessions[1].client = "WKS-2";
    EXPECT_EQ(truths(concurrent(2), sessions)[0], "10.0.0.1 unknown");
    EXPECT_EQ(truths(concurrent(1), sessions)[0], "10.0.0.1 true");
    EXPECT_EQ(truths(concurrent(1, Count::clients, Per::user, Across::fleet, End::newest), sessions)[2],
              "10.0.0.3 unknown")
        << "it may be WKS-2, and that is older";
}

TEST(Crowd, whoever_an_earlier_rule_ends_is_gone) {
    const auto rules = policy({disconnect("idle", client({"10.0.0.3"})), too_many(concurrent(2))});
    EXPECT_EQ(truths(rules, {on("fs1", three_pcs)})[0], "10.0.0.1 unknown")
        << "not one too many; but whether the other really goes is not certain";
    auto observed = rules;
    observed.rules[0].mode = Mode::observe;
    EXPECT_EQ(truths(observed, {on("fs1", three_pcs)})[0], "10.0.0.1 true");
    auto kept = rules;
    kept.rules[0].then = Action::keep;
    EXPECT_EQ(truths(kept, {on("fs1", three_pcs)})[0], "10.0.0.1 true") << "who stays is counted";
}

TEST(Crowd, whoever_waits_for_an_earlier_rule_is_gone_too) {
    auto rules = policy({disconnect("quiet", all({client({"10.0.0.3"}), {QuietIn{{30min, std::nullopt}}}})),
                         too_many(concurrent(2))});
    EXPECT_EQ(truths(rules, {on("fs1", three_pcs)})[0], "10.0.0.1 unknown");
    auto sessions = three_pcs;
    sessions[2].open_files = 1;
    EXPECT_EQ(truths(rules, {on("fs1", sessions)})[0], "10.0.0.1 true") << "it is not quiet";
    rules.rules[0] = disconnect("waits", client({"10.0.0.3"}));
    rules.rules[0].hold = 1h;
    EXPECT_EQ(truths(rules, {on("fs1", three_pcs)})[0], "10.0.0.1 unknown");
}

// PC 1 would be the oldest, and an earlier rule ends its old session only.
TEST(Crowd, how_old_a_client_is_that_goes_in_part_is_unknown) {
    auto sessions = three_pcs;
    sessions.push_back({.user = "a", .client = "10.0.0.1", .idle = 0s, .connected = 10min});
    const auto rules = policy({disconnect("idle", {ConnectedIn{{3h, {}}}}), too_many(concurrent(2))});
    EXPECT_EQ(truths(rules, {on("fs1", sessions)}),
              (Words{"10.0.0.1 true", "10.0.0.2 unknown", "10.0.0.3 false", "10.0.0.1 unknown"}))
        << "the first is the one that rule ends";
}

TEST(Crowd, a_client_of_which_something_is_kept_does_not_go_in_parts) {
    auto sessions = three_pcs;
    sessions.push_back({.user = "a", .client = "10.0.0.1", .connected = 10min, .open_files = 1});
    const auto rules = policy({keep("busy", {OpenFilesIn{{1, std::nullopt}}}), too_many(concurrent(2))});
    EXPECT_EQ(truths(rules, {on("fs1", sessions)})[0], "10.0.0.1 unknown");
    EXPECT_EQ(truths(rules, {on("fs1", sessions)})[1], "10.0.0.2 false");
}

TEST(Crowd, ipv6_addresses_of_one_network_may_be_one_machine) {
    auto sessions = three_pcs;
    for (int i = 0; i < 3; ++i) sessions[std::size_t(i)].client = "2001:db8::" + std::to_string(i + 1);
    EXPECT_EQ(truths(concurrent(2), sessions)[0], "2001:db8::1 unknown");
    sessions[1].client = "2001:db8:0:1::1";
    sessions[2].client = "2001:db8:0:2::1";
    EXPECT_EQ(truths(concurrent(2), sessions)[0], "2001:db8::1 true");
    sessions[0].client = "WKS-1";
    sessions[1].client = "wks-1.corp.example";
    sessions[2].client = "WKS-3";
    EXPECT_EQ(truths(concurrent(2), sessions)[0], "WKS-1 unknown");
    EXPECT_EQ(truths(concurrent(1), sessions)[0], "WKS-1 true");
}

TEST(Crowd, what_must_stay_pushes_the_excess_onto_nobody) {
    const auto rules = policy({keep("vip", client({"10.0.0.1"})), too_many(concurrent(2))});
    const auto seen = on("fs1", three_pcs);
    EXPECT_EQ(summary(plan_server(rules, seen), rules), Words{});
}

TEST(Crowd, false_is_certain_only_where_everybody_was_seen) {
    EXPECT_EQ(truths(concurrent(3), three_pcs, false)[0], "10.0.0.1 unknown");
    EXPECT_EQ(truths(concurrent(3, Count::clients, Per::user, Across::server), three_pcs, false)[0],
              "10.0.0.1 false");
    EXPECT_EQ(truths(concurrent(2), three_pcs, false)[0], "10.0.0.1 true");
    EXPECT_EQ(truths(not_(concurrent(3)), three_pcs, false)[0], "10.0.0.1 unknown");
}

TEST(Crowd, who_is_in_doubt_makes_everything_so) {
    const auto rules = policy({too_many(concurrent(1))});
    auto seen = on("fs1", {three_pcs[0], three_pcs[1]});
    const auto there = on("fs2", {three_pcs[2], {.user = "b", .client = "10.0.0.9"}});
    for (const bool in_doubt : {false, true}) {
        auto other = *counted(there, there.sessions[0], false);
        other.in_doubt = in_doubt;
        const ServerLook* looks[] = {&seen};
        Crowd crowd;
        crowd.add({other}, true);
        EXPECT_EQ(decide_all(rules, looks, crowd).front()[0].ends(), !in_doubt);
        EXPECT_EQ(crowd.counted_on(*all_concurrent(rules.rules[0].when).front(), seen.sessions[0]),
                  Words{"fs2"});
    }
}

TEST(Crowd, levels_without_users_count_nobody) {
    auto seen =
        facts_of(server(Kind::windows), enumeration(core::Level::names, {{.user = ""}, {.user = ""}}), now);
    EXPECT_EQ(truths(policy({too_many(concurrent(1, Count::sessions, Per::client))}), {seen})[0],
              "10.20.1.7 unknown");
}

TEST(Presence, doubts_what_is_stale_and_what_failed) {
    Presence presence;
    const auto there = [&](const std::string& name, core::SteadyTime at) {
        auto seen = on(name, {three_pcs[1]});
        presence.looked(name, at, {*counted(seen, seen.sessions[0], false)});
    };
    const auto mine = on("fs1", {three_pcs[0]});
    const auto others = [&](core::SteadyTime since, core::SteadyTime known_since = {}) {
        const auto around = presence.others(mine, since, known_since);
        Words names;
        for (const auto& one : around.there) names.push_back(one.server + (one.in_doubt ? "?" : ""));
        names.push_back(std::to_string(around.servers));
        return names;
    };
    there("fs2", now.steady);
    there("fs3", now.steady - 60s);
    EXPECT_EQ(others(now.steady - 60s), (Words{"fs2", "fs3", "2"}));
    EXPECT_EQ(others(now.steady), (Words{"fs2", "fs3?", "1"}));
    EXPECT_EQ(others(now.steady, now.steady), (Words{"fs2", "1"}));
    presence.failed("fs2");
    presence.failed("fs9");
    EXPECT_EQ(others(now.steady - 60s), (Words{"fs2?", "fs3", "1"}));
    there("fs2", now.steady);
    EXPECT_EQ(others(now.steady), (Words{"fs2", "fs3?", "1"}));
    presence.forget("fs2");
    presence.forget("fs2");
    EXPECT_EQ(others(now.steady - 60s), (Words{"fs3", "1"}));
    there("fs1", now.steady);
    EXPECT_EQ(others(now.steady - 60s), (Words{"fs3", "1"})) << "oneself is in the look";
    presence.looked("fs3", now.steady, {});
    EXPECT_EQ(others(now.steady), (Words{"1"}));
}

// The oldest of three was ended and is back, or not, while it is on another server as before.
class ComingBack : public ::testing::Test {
  protected:
    Words after(Across across, std::vector<SessionSpec> here) {
        const auto then = on("fs1", three_pcs);
        Presence presence;
        const auto elsewhere = on("fs2", {three_pcs[0]});
        presence.looked("fs2", now.steady, {*counted(elsewhere, elsewhere.sessions[0], false)});
        presence.ended({*counted(then, then.sessions[0], false)}, now.steady);
        auto later = on("fs1", std::move(here));
        later.at.steady += 10s;
        for (auto& session : later.sessions) *session.started += 10s;
        auto around = presence.others(later, now.steady, now.steady);
        Crowd crowd;
        crowd.add(std::move(around.there), true);
        const auto rules = policy({too_many(concurrent(2, Count::clients, Per::user, across))});
        const std::vector<const ServerLook*> looks{&later};
        decide_all(rules, looks, crowd);
        Words out;
        for (const auto& session : later.sessions) {
            if (session.own != Own::no) continue;
            const auto truth = evaluate(rules.rules[0].when, later.server, session,
                                        {.at = later.at.wall, .crowd = &crowd, .rule = 0});
            out.push_back(session.reported.client + " " + std::string{to_string(truth)});
        }
        return out;
    }
    std::vector<SessionSpec> back() {
        auto sessions = three_pcs;
        sessions[0].connected = 5s;
        return sessions;
    }
};

TEST_F(ComingBack, is_new_on_that_server_whatever_is_left_on_another) {
    EXPECT_EQ(after(Across::server, back()), (Words{"10.0.0.1 false", "10.0.0.2 true", "10.0.0.3 false"}));
}

TEST_F(ComingBack, is_as_old_as_what_is_left_of_it_on_the_fleet) {
    EXPECT_EQ(after(Across::fleet, back()), (Words{"10.0.0.1 true", "10.0.0.2 false", "10.0.0.3 false"}));
}

TEST_F(ComingBack, has_to_be_back_to_be_counted) {
    EXPECT_EQ(after(Across::server, {three_pcs[1], three_pcs[2]}),
              (Words{"10.0.0.2 false", "10.0.0.3 false"}));
}

}  // namespace
}  // namespace curfew::policy
