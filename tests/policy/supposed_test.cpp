// Sessions that nobody saw: what is not said is unknown.
#include "policy/supposed.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"
#include "policy/explain.hpp"

namespace curfew::policy {
namespace {

using namespace build;

Truth holds(const Condition& condition, const SupposedSession& session, Kind kind = Kind::windows) {
    const auto seen = suppose(server(kind), {session}, now.wall);
    return evaluate(condition, seen.server, seen.sessions.front(), now.wall);
}

TEST(Supposed, what_is_not_said_is_unknown) {
    const SupposedSession nothing;
    const Condition guest{FlagIs{core::sess_guest, false}};
    const Condition plain{FlagIs{core::sess_noencryption, false}};
    const std::vector<Condition> conditions{user({"a*", ""}),
                                            client({"a*", "::/0"}),
                                            idle(0s),
                                            {ConnectedIn{{0s, {}}}},
                                            open_files(0),
                                            guest,
                                            plain};
    for (const auto& condition : conditions) EXPECT_EQ(holds(condition, nothing), Truth::unknown);
    EXPECT_EQ(holds(user({""}), {.user = ""}), Truth::yes);
    EXPECT_EQ(holds(guest, {.plaintext_password = true}), Truth::unknown);
    EXPECT_EQ(holds(plain, {.plaintext_password = true}), Truth::no);
    EXPECT_EQ(holds(plain, {.guest = true, .plaintext_password = false}), Truth::yes);
}

TEST(Supposed, a_servers_kind_means_what_it_means_when_it_is_asked) {
    EXPECT_EQ(holds(idle(30min), {.idle = 31min}), Truth::yes);
    EXPECT_EQ(holds(idle(30min), {.idle = 31min}, Kind::automatic), Truth::yes);
    EXPECT_EQ(holds(idle(0s), {.idle = 0s}, Kind::automatic), Truth::unknown);
    EXPECT_EQ(holds(idle(30min), {.idle = 31min}, Kind::samba), Truth::unknown);
    EXPECT_EQ(suppose(server(Kind::automatic), {}, now.wall).server.kind, Kind::unclear);
}

TEST(Supposed, spelling_is_taken_off_and_nobody_is_the_daemon) {
    const auto seen =
        suppose(server(Kind::windows), {{.user = "LAB\\anna", .client = "\\\\10.1.1.1"}, {}}, now.wall);
    EXPECT_EQ(seen.sessions[0].reported.client, "10.1.1.1");
    EXPECT_EQ(seen.sessions[0].domain, "LAB");
    for (const auto& session : seen.sessions) EXPECT_EQ(session.own, Own::no);
    // Also not of the oldest that can be written down.
    const auto old = suppose(server(Kind::samba), {{.connected = 24h * 365 * 90}}, now.wall);
    EXPECT_EQ(old.sessions[0].own, Own::no);
}

std::string_view outcome(std::optional<core::Seconds> held, std::optional<core::Seconds> connected,
                         bool also_another_rule = false) {
    auto rules = policy({disconnect("r", always())});
    rules.rules[0].hold = 10min;
    if (also_another_rule) {
        rules.rules.insert(rules.rules.begin(), disconnect("first", user({"bob"})));
        rules.rules[0].hold = 1h;
    }
    const auto seen = suppose(server(Kind::windows),
                              {{.user = "anna", .client = "WKS-1", .connected = connected}}, now.wall);
    std::vector<Decision> decisions{decide(rules, seen.server, seen.sessions.front(), now.wall)};
    auto memory = as_if_held(rules, seen, held);
    remember(memory, rules, seen, decisions);
    return outcome_of(decisions.front());
}

TEST(Supposed, a_rule_has_held_for_as_long_as_is_said) {
    EXPECT_EQ(outcome(10min, 3h), "disconnect");
    EXPECT_EQ(outcome(10min, 3h, true), "disconnect");
    EXPECT_EQ(outcome(10min - 1s, 3h), "pending");
    EXPECT_EQ(outcome({}, 3h), "disconnect");
}

TEST(Supposed, no_rule_has_held_for_longer_than_the_session_was_there) {
    EXPECT_EQ(outcome({}, 9min), "pending");
    EXPECT_EQ(outcome(1h, 9min), "pending");
    EXPECT_EQ(outcome({}, 10min), "disconnect");
    EXPECT_EQ(outcome({}, std::nullopt), "pending");
}

}  // namespace
}  // namespace curfew::policy
