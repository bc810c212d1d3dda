// The file of accounts that gss-ntlmssp reads.
#include "core/lab/ntlm_accounts.hpp"

#include <gtest/gtest.h>

namespace curfew::testing {
namespace {

using core::lab::ntlm_account_lines;
using core::lab::Rights;

// The hash is the one of MS-NLMP 4.2.2.1.2.
TEST(NtlmAccounts, AreLinesWithTheDomainTheNameAndTheHash) {
    const auto lines = ntlm_account_lines("LAB", {{"anna", "Password", Rights::administrator}});
    ASSERT_TRUE(lines);
    EXPECT_EQ(*lines,
              "LAB\\anna:0:XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX:A4F49C406510BDCAB6824EE7C30FD852:"
              "[U          ]:LCT-00000000:\n");
}

TEST(NtlmAccounts, HoldNoPassword) {
    const auto lines = ntlm_account_lines(
        "LAB", {{"anna", "with:colon", Rights::administrator}, {"bob", "hünter2", Rights::user}});
    ASSERT_TRUE(lines);
    EXPECT_EQ(lines->find("colon"), std::string::npos);
    EXPECT_EQ(lines->find("nter2"), std::string::npos);
    EXPECT_NE(lines->find("\nLAB\\bob:0:"), std::string::npos);
}

TEST(NtlmAccounts, RefuseAPasswordThatIsNoText) {
    const auto lines = ntlm_account_lines("LAB", {{"anna", "\xFF\xFE", Rights::administrator}});
    ASSERT_FALSE(lines);
    EXPECT_NE(lines.error().context.find("anna"), std::string::npos);
    EXPECT_EQ(lines.error().context.find('\xFF'), std::string::npos);
}

TEST(NtlmAccounts, MayBeNone) {
    const auto lines = ntlm_account_lines("LAB", {});
    ASSERT_TRUE(lines);
    EXPECT_EQ(*lines, "");
}

}  // namespace
}  // namespace curfew::testing
