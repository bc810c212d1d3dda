#include "policy/facts.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"

namespace curfew::policy {
namespace {

using namespace build;
using core::Level;

Kind resolved(Kind configured, Level level, std::vector<Level> unsupported = {}) {
    auto answer = enumeration(level, {});
    answer.unsupported = std::move(unsupported);
    return facts_of(server(configured), answer, now).server.kind;
}

TEST(Kind, is_windows_only_where_level_502_was_answered) {
    EXPECT_EQ(resolved(Kind::automatic, Level::transports), Kind::windows);
    EXPECT_EQ(resolved(Kind::automatic, Level::client_types, {Level::transports}), Kind::unclear);
    EXPECT_EQ(resolved(Kind::automatic, Level::anyone), Kind::unclear);
    EXPECT_EQ(resolved(Kind::automatic, Level::names), Kind::unclear);
}

TEST(Kind, is_samba_where_level_1_is_the_most_the_server_knows) {
    EXPECT_EQ(resolved(Kind::automatic, Level::administrative, {Level::transports, Level::client_types}),
              Kind::samba);
    EXPECT_EQ(resolved(Kind::automatic, Level::administrative), Kind::unclear);  // 502 may have been denied
}

TEST(Kind, configured_is_configured) {
    EXPECT_EQ(resolved(Kind::windows, Level::administrative, {Level::transports}), Kind::windows);
    EXPECT_EQ(resolved(Kind::samba, Level::transports), Kind::samba);
}

std::optional<core::Seconds> idle_on(Kind kind, std::optional<core::Seconds> reported) {
    return look(server(kind), {{.user = "anna", .idle = reported}}).sessions.front().reported.idle;
}

TEST(Idle, is_never_known_on_samba) {
    EXPECT_EQ(idle_on(Kind::samba, 0s), std::nullopt);
    EXPECT_EQ(idle_on(Kind::samba, 45min), std::nullopt);
}
TEST(Idle, of_zero_is_not_believed_where_the_kind_is_unclear) {
    EXPECT_EQ(idle_on(Kind::automatic, 0s), std::nullopt);
    EXPECT_EQ(idle_on(Kind::automatic, 45min), 45min);
}
TEST(Idle, is_as_reported_on_windows) {
    EXPECT_EQ(idle_on(Kind::windows, 0s), 0s);
    EXPECT_EQ(idle_on(Kind::windows, 45min), 45min);
    EXPECT_EQ(idle_on(Kind::windows, std::nullopt), std::nullopt);
}

SessionFacts facts(SessionSpec session) {
    return windows({std::move(session)}).sessions.front();
}

TEST(Facts, take_the_domain_off_the_user) {
    const auto session = facts({.user = "LAB\\Anna"});
    EXPECT_EQ(session.domain, "LAB");
    EXPECT_EQ(session.user, "Anna");
    EXPECT_EQ(session.user_key, "anna");
    EXPECT_EQ(session.reported.user, "LAB\\Anna");
    EXPECT_EQ(facts({.user = "anna"}).domain, "");
}

TEST(Facts, give_one_key_to_all_spellings_of_a_client) {
    EXPECT_EQ(facts({.user = "a", .client = "::ffff:10.20.1.7"}).client_key,
              facts({.user = "a", .client = "10.20.1.7"}).client_key);
    EXPECT_EQ(facts({.user = "a", .client = "[2001:DB8:0::7]"}).client_key,
              facts({.user = "a", .client = "2001:db8::7"}).client_key);
    EXPECT_EQ(facts({.user = "a", .client = "WKS-17"}).client_key,
              facts({.user = "a", .client = "wks-17"}).client_key);
    EXPECT_NE(facts({.user = "a", .client = "WKS-17"}).client_key,
              facts({.user = "a", .client = "WKS-18"}).client_key);
}

TEST(Facts, know_a_client_by_its_address_or_its_name_but_never_by_an_empty_one) {
    EXPECT_TRUE(facts({.user = "a", .client = "10.20.1.7"}).client.address.has_value());
    EXPECT_FALSE(facts({.user = "a", .client = "10.20.1.7"}).client.name.has_value());
    EXPECT_EQ(facts({.user = "a", .client = "WKS-17"}).client.name, "WKS-17");
    EXPECT_FALSE(facts({.user = "a", .client = ""}).client.name.has_value());
    EXPECT_FALSE(facts({.user = "a", .client = ""}).client.address.has_value());
}

TEST(Facts, know_a_start_only_where_an_age_was_reported) {
    EXPECT_EQ(facts({.user = "a", .connected = 90s}).started, now.steady - 90s);
    EXPECT_EQ(facts({.user = "a", .connected = std::nullopt}).started, std::nullopt);
}

}  // namespace
}  // namespace curfew::policy
