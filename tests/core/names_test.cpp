// The two names of NetSessionDel: what a server could read as "everybody" must be impossible to write down.
#include "core/names.hpp"

#include <gtest/gtest.h>

namespace curfew::testing {
namespace {

using namespace std::string_view_literals;
using core::ClientName;
using core::UserName;

template <class Name>
constexpr bool only_from_checked_text =
    !std::is_default_constructible_v<Name> && !std::is_constructible_v<Name, std::string> &&
    !std::is_constructible_v<Name, std::string_view> && !std::is_constructible_v<Name, const char*> &&
    !std::is_convertible_v<std::string, Name> && !std::is_assignable_v<Name&, std::string> &&
    !std::is_aggregate_v<Name>;
static_assert(only_from_checked_text<ClientName>);
static_assert(only_from_checked_text<UserName>);
static_assert(!std::is_constructible_v<UserName, ClientName> &&
              !std::is_constructible_v<ClientName, UserName>);
static_assert(std::is_copy_constructible_v<ClientName> && std::is_copy_assignable_v<UserName>);

TEST(ClientName, TakesLeadingBackslashesOffAndPutsTwoBack) {
    for (const auto text : {"10.0.0.7"sv, "\\10.0.0.7"sv, "\\\\10.0.0.7"sv, "\\\\\\10.0.0.7"sv}) {
        const auto name = ClientName::from(text);
        ASSERT_TRUE(name) << text;
        EXPECT_EQ(name->text(), "10.0.0.7");
        EXPECT_EQ(name->unc(), "\\\\10.0.0.7");
    }
}

TEST(ClientName, RefusesWhatAServerCouldTakeForAbsent) {
    for (const auto text :
         {""sv, "\\"sv, "\\\\"sv, "\\\\\\\\"sv, " "sv, "\t"sv, " \t "sv, "\\\\ "sv, "\\ \t"sv}) {
        EXPECT_FALSE(ClientName::from(text)) << '"' << text << '"';
    }
}

TEST(UserName, RefusesWhatAServerCouldTakeForAbsent) {
    for (const auto text : {""sv, " "sv, "\t"sv, "   "sv, " \t "sv}) {
        EXPECT_FALSE(UserName::from(text)) << '"' << text << '"';
    }
}

// A NUL ends a name on the wire: what stands behind it would be lost, and the rest may be empty.
TEST(Names, RefuseANulAnywhere) {
    for (const auto text : {"\0"sv, "\0anna"sv, "an\0na"sv, "anna\0"sv}) {
        EXPECT_FALSE(UserName::from(text));
        EXPECT_FALSE(ClientName::from(text));
    }
    EXPECT_FALSE(ClientName::from("\\\\\0"sv));
}

TEST(Names, RefuseWhatIsNotUtf8) {
    for (const auto text :
         {"\xFF"sv, "a\x80"sv, "\xC0\x80"sv, "\xC1\xBF"sv, "\xE0\x80\x80"sv, "\xC3"sv, "\xED\xA0\x80"sv,
          "a\xED\xBF\xBF"sv, "\xED\xA0\xBD\xED\xB4\x92"sv, "\xF4\x90\x80\x80"sv, "\xF8\x88\x80\x80\x80"sv}) {
        EXPECT_FALSE(UserName::from(text));
        EXPECT_FALSE(ClientName::from(text));
    }
}

TEST(Names, KeepEverythingElseAsItIs) {
    for (const auto text : {"anna"sv, "EXAMPLE\\anna"sv, "Jürgen Ωmega"sv, "FS1$"sv, "a b"sv, " anna"sv,
                            "*"sv, "\xF0\x9F\x94\x92"sv, "fe80::1%eth0"sv, "[fe80::1]"sv}) {
        ASSERT_TRUE(UserName::from(text)) << text;
        EXPECT_EQ(UserName::from(text)->text(), text);
        ASSERT_TRUE(ClientName::from(text)) << text;
        EXPECT_EQ(ClientName::from(text)->text(), text);
    }
}

// A string that was moved from is empty, and an empty name is "everybody". So a name must survive that.
TEST(Names, StillHoldTheirTextWhenTheyWereMovedFrom) {
    auto client = *ClientName::from("10.0.0.7");
    auto user = *UserName::from("a user with a name that is long enough to live on the heap");
    const auto user_text = user.text();
    const ClientName other_client{std::move(client)};
    const UserName other_user{std::move(user)};
    EXPECT_EQ(client.text(), "10.0.0.7");  // NOLINT: that is the point
    EXPECT_EQ(client.unc(), "\\\\10.0.0.7");
    EXPECT_EQ(user.text(), user_text);  // NOLINT

    auto assigned = *UserName::from("somebody");
    assigned = std::move(user);
    EXPECT_EQ(user.text(), user_text);  // NOLINT
    EXPECT_EQ(assigned.text(), user_text);

    auto maybe = ClientName::from("10.0.0.7");
    const auto taken = std::move(maybe);
    ASSERT_TRUE(maybe);
    EXPECT_EQ(maybe->text(), "10.0.0.7");
    EXPECT_EQ(taken, maybe);
}

TEST(Names, AreEqualByTheirText) {
    EXPECT_EQ(ClientName::from("\\\\pc1"), ClientName::from("pc1"));
    EXPECT_NE(ClientName::from("pc1"), ClientName::from("PC1"));  // who folds case is the policy
    EXPECT_NE(UserName::from("anna"), UserName::from("anna "));
}

}  // namespace
}  // namespace curfew::testing
