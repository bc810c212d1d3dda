#include <gtest/gtest.h>

#include "builders.hpp"
#include "policy/pattern.hpp"

namespace curfew::policy {
namespace {

constexpr auto yes = Truth::yes;
constexpr auto no = Truth::no;
constexpr auto unknown = Truth::unknown;

Truth matches(std::string_view pattern, std::string_view reported) {
    const auto backslash = reported.find('\\');
    const auto compiled = UserPattern::compile(pattern).value();
    if (backslash == std::string_view::npos) return compiled.matches({}, false, reported);
    return compiled.matches(reported.substr(0, backslash), true, reported.substr(backslash + 1));
}

TEST(UserPattern, without_a_backslash_is_held_against_the_name_without_its_domain) {
    EXPECT_EQ(matches("anna", "LAB\\anna"), yes);
    EXPECT_EQ(matches("anna", "anna"), yes);
    EXPECT_EQ(matches("LAB*", "LAB\\anna"), no);
    EXPECT_EQ(matches("/an+a/", "LAB\\ANNA"), yes);
    EXPECT_EQ(matches("/LAB.anna/", "LAB\\anna"), no);
}

TEST(UserPattern, with_a_backslash_is_held_against_domain_and_name) {
    EXPECT_EQ(matches("LAB\\anna", "lab\\Anna"), yes);
    EXPECT_EQ(matches("LAB\\*", "LAB\\anna"), yes);
    EXPECT_EQ(matches("LAB\\*", "OTHER\\anna"), no);
    EXPECT_EQ(matches("*\\anna", "OTHER\\anna"), yes);
    EXPECT_EQ(matches("/LAB\\\\an+a/", "LAB\\anna"), yes);
    EXPECT_EQ(matches("/LAB\\\\an+a/", "OTHER\\anna"), no);
}

TEST(UserPattern, with_a_backslash_where_no_domain_is_reported_is_false_only_by_the_name) {
    EXPECT_EQ(matches("LAB\\anna", "anna"), unknown);
    EXPECT_EQ(matches("LAB\\anna", "bob"), no);
    EXPECT_EQ(matches("LAB\\svc-*", "SVC-backup"), unknown);
    EXPECT_EQ(matches("LAB\\svc-*", "anna"), no);
    EXPECT_EQ(matches("*\\*", "anna"), unknown);
    EXPECT_EQ(matches("/LAB\\\\anna/", "anna"), unknown);
    EXPECT_EQ(matches("/LAB\\\\anna/", "bob"), unknown);  // the part for the name is not known apart
    EXPECT_EQ(matches("LAB[\\]anna", "bob"), unknown);
    EXPECT_EQ(matches("A\\B\\anna", "bob"), unknown);
    EXPECT_EQ(matches("LAB\\/x/", "/x/"), unknown);  // behind the backslash a slash begins no expression
    EXPECT_EQ(matches("LAB\\/x/", "x"), no);
    EXPECT_EQ(matches("LAB\\anna", "ann\xFF"), unknown);
}

TEST(UserPattern, the_empty_one_is_the_session_without_a_user_name) {
    EXPECT_EQ(matches("", ""), yes);
    EXPECT_EQ(matches("", "anna"), no);
}

TEST(UserPattern, a_star_holds_for_everyone) {
    EXPECT_EQ(matches("*", ""), yes);
    EXPECT_EQ(matches("*", "LAB\\anna"), yes);
    EXPECT_EQ(matches("*", "\xFF"), yes);
}

}  // namespace
}  // namespace curfew::policy
