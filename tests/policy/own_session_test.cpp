#include <gtest/gtest.h>

#include "builders.hpp"

namespace curfew::policy {

void PrintTo(Own own, std::ostream* out) {
    static constexpr const char* names[] = {"no", "account", "possible", "connection"};
    *out << names[static_cast<int>(own)];
}

namespace {

using namespace build;
using core::Seconds;

constexpr const char* ours = "10.9.9.9";

// The answers for `sessions`, on a connection logged on `ago` before the look.
std::vector<Own> own(std::vector<SessionSpec> sessions, Seconds ago = 60s,
                     std::string account = "CORP\\svc-curfew", std::string address = ours) {
    auto answer = enumeration(core::Level::administrative, std::move(sessions));
    answer.own = {std::move(account), std::move(address), now.steady - ago};
    std::vector<Own> result;
    for (const auto& session : facts_of(server(Kind::samba), answer, now).sessions)
        result.push_back(session.own);
    return result;
}
using Owns = std::vector<Own>;

SessionSpec of(std::string user, std::string client, std::optional<Seconds> connected) {
    return {.user = std::move(user), .client = std::move(client), .connected = connected};
}

TEST(OwnSession, is_the_connection_where_account_age_and_address_agree) {
    EXPECT_EQ(own({of("svc-curfew", ours, 60s), of("anna", "10.20.1.7", 3h)}),
              (Owns{Own::connection, Own::no}));
    EXPECT_EQ(own({of("svc-curfew", ours, 57s)}), (Owns{Own::connection}));
    EXPECT_EQ(own({of("svc-curfew", ours, 63s)}), (Owns{Own::connection}));
}

TEST(OwnSession, is_the_connection_where_account_and_age_agree_and_the_address_cannot_be_compared) {
    EXPECT_EQ(own({of("svc-curfew", "CURFEW-1", 60s)}), (Owns{Own::connection}));
    EXPECT_EQ(own({of("svc-curfew", "10.1.1.1", 60s)}, 60s, "svc-curfew", ""), (Owns{Own::connection}));
}

TEST(OwnSession, is_every_session_of_the_account_however_it_is_spelled) {
    for (const char* account : {"svc-curfew", "CORP\\svc-curfew", "svc-curfew@CORP.EXAMPLE", "SVC-Curfew"}) {
        for (const char* user : {"svc-curfew", "OTHER\\SVC-CURFEW", "svc-curfew@corp.example"}) {
            EXPECT_EQ(own({of(user, "10.20.1.7", 3h)}, 60s, account), (Owns{Own::account}))
                << account << user;
        }
    }
    EXPECT_EQ(own({of("svc-curfew2", "10.20.1.7", 3h), of("svc-curfew", ours, 60s)}),
              (Owns{Own::no, Own::connection}));
}

TEST(OwnSession, of_the_account_from_elsewhere_or_another_time_is_not_the_connection) {
    EXPECT_EQ(own({of("svc-curfew", ours, 64s)}), (Owns{Own::account}));
    EXPECT_EQ(own({of("svc-curfew", ours, 56s)}), (Owns{Own::account}));
    EXPECT_EQ(own({of("svc-curfew", "10.1.1.1", 60s)}), (Owns{Own::account}));
}

TEST(OwnSession, of_two_that_could_be_the_connection_neither_is_left_out_of_targets) {
    EXPECT_EQ(own({of("svc-curfew", ours, 60s), of("svc-curfew", ours, 61s)}),
              (Owns{Own::account, Own::account}));
}

TEST(OwnSession, may_be_any_that_appeared_with_the_connection_from_its_address) {
    EXPECT_EQ(own({of("svc-curfew", ours, 60s), of("anna", ours, 61s), of("bob", ours, 3h),
                   of("carl", "10.20.1.7", 60s)}),
              (Owns{Own::connection, Own::possible, Own::no, Own::no}));
}

TEST(OwnSession, of_an_account_mapped_to_another_name_is_told_by_address_and_age) {
    EXPECT_EQ(own({of("root", ours, 60s), of("anna", ours, 3h), of("bob", "10.20.1.7", 60s)}),
              (Owns{Own::possible, Own::no, Own::no}));
    EXPECT_EQ(own({of("", ours, 60s)}), (Owns{Own::possible}));
}

TEST(OwnSession, mapped_and_translated_may_be_any_that_began_with_the_connection) {
    EXPECT_EQ(own({of("root", "10.1.1.1", 60s), of("anna", "10.20.1.7", 62s), of("bob", ours, 3h)}),
              (Owns{Own::possible, Own::possible, Own::no}));
    EXPECT_EQ(own({of("root", "10.1.1.1", 60s)}, 60s, "", ""), (Owns{Own::possible}));
}

TEST(OwnSession, without_an_age_may_have_begun_with_a_fresh_connection_only) {
    EXPECT_EQ(own({of("svc-curfew", ours, std::nullopt)}, 0s), (Owns{Own::connection}));
    EXPECT_EQ(own({of("svc-curfew", ours, std::nullopt)}, 4s), (Owns{Own::connection}));
    EXPECT_EQ(own({of("svc-curfew", ours, std::nullopt)}, 5s), (Owns{Own::account}));
    EXPECT_EQ(own({of("root", ours, std::nullopt), of("anna", "10.20.1.7", std::nullopt)}, 4s),
              (Owns{Own::possible, Own::no}));
    EXPECT_EQ(own({of("root", ours, std::nullopt)}, 5s), (Owns{Own::no}));
    EXPECT_EQ(own({of("root", "10.1.1.1", std::nullopt)}, 4s), (Owns{Own::possible}));
}

TEST(OwnSession, an_unknown_account_does_not_match_a_session_without_a_user_name) {
    EXPECT_EQ(own({of("", "10.20.1.7", 3h), of("x", ours, 60s)}, 60s, ""), (Owns{Own::no, Own::possible}));
}

}  // namespace
}  // namespace curfew::policy
