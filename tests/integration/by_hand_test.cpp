// `disconnect` and `sessions` against a real server.
#include <gtest/gtest.h>

#include "tests/integration/curfew_program.hpp"
#include "tests/integration/smb_client.hpp"

namespace curfew::testing {
namespace {

class ByHand : public ::testing::Test {
  protected:
    ByHand() {
        site_.write_config("mode: observe\nprotect:\n  - {user: bob, reason: the boss}\nservers:\n" +
                           CurfewSite::entry("fs1", server_));
    }
    SambaServer server_;
    HeldSession anna_{server_, {.user = "anna", .client_address = "127.0.0.11"}};
    HeldSession bob_{server_, {.user = "bob", .client_address = "127.0.0.12"}};
    CurfewSite site_;
};

TEST_F(ByHand, EndsThePairThatWasAgreedTo) {
    const auto result = site_.run({"disconnect", "fs1", "--user", "anna", "--yes", "1"});
    EXPECT_EQ(result.status, 0) << result.out << result.err;
    EXPECT_NE(result.out.find("127.0.0.11 anna: ended"), std::string::npos) << result.out;
    EXPECT_NE(result.err.find("disconnect_intent"), std::string::npos) << "the audit has it before";
    EXPECT_NE(result.err.find("outcome=ended"), std::string::npos) << "and after";
    EXPECT_FALSE(anna_.alive());
    EXPECT_TRUE(bob_.alive());
}

TEST_F(ByHand, BackslashesBeforeTheNameAreSpelling) {
    const auto result = site_.run({"disconnect", "\\\\FS1", "--client", "127.0.0.11", "--yes", "1"});
    EXPECT_EQ(result.status, 0) << result.out << result.err;
    EXPECT_FALSE(anna_.alive());
}

TEST_F(ByHand, AnotherNumberThanAgreedEndsNothing) {
    const auto result = site_.run({"disconnect", "fs1", "--user", "anna", "--yes", "2"});
    EXPECT_EQ(result.status, 1);
    EXPECT_TRUE(anna_.alive());
}

TEST_F(ByHand, WithoutTerminalAndWithoutYesItIsAUsageError) {
    const auto result = site_.run({"disconnect", "fs1", "--user", "anna"});
    EXPECT_EQ(result.status, 2) << result.out << result.err;
    EXPECT_TRUE(anna_.alive());
}

TEST_F(ByHand, ProtectBindsUnlessOverridden) {
    const auto refused = site_.run({"disconnect", "fs1", "--user", "bob", "--yes", "1"});
    EXPECT_EQ(refused.status, 1) << refused.out;
    EXPECT_NE(refused.out.find("protected"), std::string::npos) << refused.out;
    EXPECT_TRUE(bob_.alive());
    const auto done = site_.run(
        {"disconnect", "fs1", "--user", "bob", "--yes", "1", "--override-protect", "stolen laptop"});
    EXPECT_EQ(done.status, 0) << done.out << done.err;
    EXPECT_NE(done.err.find("stolen laptop"), std::string::npos) << "the reason is in the audit";
    EXPECT_FALSE(bob_.alive());
}

// The file's mode and the server's are observe, and `plan` shows all the same what enforcing would end.
TEST_F(ByHand, PlanTakesObserveForEnforceAndSaysByItsStatusThatSomebodyWouldGo) {
    site_.write_config("mode: observe\nservers:\n" + CurfewSite::entry("fs1", server_, "mode: observe") +
                       "rules: [{name: r, when: {user: anna}, limits: {share: 100%}, then: disconnect}]\n");
    EXPECT_EQ(site_.run({"plan"}).status, 0);
    EXPECT_EQ(site_.run({"plan", "--exit-code"}).status, 3);
    EXPECT_EQ(site_.plan().disconnects.size(), 1U);
    EXPECT_TRUE(anna_.alive());
}

TEST_F(ByHand, NobodyOfThatName) {
    EXPECT_EQ(site_.run({"disconnect", "fs1", "--user", "carol", "--yes", "1"}).status, 1);
    EXPECT_EQ(site_.run({"disconnect", "fs1", "--yes", "1"}).status, 2) << "neither client nor user";
}

TEST_F(ByHand, NeverTheDaemonsOwnSession) {
    const auto result = site_.run({"disconnect", "fs1", "--user", "svc-curfew", "--yes", "1"});
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.out.find("own session"), std::string::npos) << result.out;
}

TEST_F(ByHand, CollateralIsShownAndEndedWhenAgreed) {
    HeldSession shared{server_, {.user = "carol", .client_address = "127.0.0.14", .second_user = "anna"}};
    const auto result = site_.run({"disconnect", "fs1", "--user", "carol", "--yes", "1"});
    EXPECT_EQ(result.status, 0) << result.out << result.err;
    EXPECT_NE(result.out.find("anna"), std::string::npos) << "who is ended too is shown: " << result.out;
    EXPECT_FALSE(shared.alive());
    EXPECT_TRUE(anna_.alive());
}

TEST_F(ByHand, SessionsInThreeFormats) {
    const auto table = site_.run({"sessions"});
    EXPECT_EQ(table.status, 0) << table.err;
    EXPECT_NE(table.out.find("127.0.0.11"), std::string::npos) << table.out;
    EXPECT_NE(table.out.find("unknown"), std::string::npos) << "Samba reports no idle time: " << table.out;
    const auto json = site_.run({"sessions", "--output", "json"});
    EXPECT_NE(json.out.find("\"user\": \"anna\""), std::string::npos) << json.out;
    EXPECT_EQ(json.out.find("\"idle\""), std::string::npos) << "unknown is left out, not zero";
    const auto csv = site_.run({"sessions", "--output", "csv", "--server", "FS1"});
    EXPECT_NE(csv.out.find("fs1,127.0.0.11,anna,"), std::string::npos) << csv.out;
    EXPECT_EQ(site_.run({"sessions", "--server", "fs9"}).status, 2);
}

}  // namespace
}  // namespace curfew::testing
