#include "daemon/books/filter.hpp"

#include <gtest/gtest.h>

#include "some_rows.hpp"

namespace curfew::daemon {
namespace {

bool user_found(const char* pattern, std::string user) {
    EntryFilter filter;
    filter.user = *policy::UserPattern::compile(pattern);
    auto row = row_of("intent", 1);
    row.user = std::move(user);
    return filter.may_want(row);
}

bool client_found(const char* pattern, std::string client) {
    EntryFilter filter;
    filter.client = *policy::ClientPattern::compile(pattern);
    auto row = row_of("intent", 1);
    row.client = std::move(client);
    return filter.may_want(row);
}

TEST(EntryFilter, PatternsAreThoseOfPolicies) {
    EXPECT_TRUE(user_found("ANN*", "LAB\\anna"));
    EXPECT_TRUE(user_found("lab\\anna", "LAB\\Anna"));
    EXPECT_FALSE(user_found("corp\\anna", "LAB\\anna"));
    EXPECT_FALSE(user_found("corp\\anna", "anna"));
    EXPECT_TRUE(user_found("/svc-[0-9]+/", "svc-12"));
    EXPECT_TRUE(user_found("M\xc3\x9cLLER", "m\xc3\xbcller"));

    EXPECT_TRUE(client_found("10.20.0.0/16", "10.20.1.7"));
    EXPECT_TRUE(client_found("::ffff:10.20.1.7", "10.20.1.7"));
    EXPECT_FALSE(client_found("10.20.0.0/16", "WKS-17"));
    EXPECT_TRUE(client_found("wks-*", "WKS-17"));
    EXPECT_FALSE(client_found("*", ""));
}

TEST(EntryFilter, ServersAndRules) {
    EntryFilter filter;
    filter.server = *policy::NamePattern::compile("FS*");
    EXPECT_TRUE(filter.may_want(row_of("intent", 1)));
    filter.rule = "Idle";
    EXPECT_FALSE(filter.may_want(row_of("intent", 1)));
    filter.rule = "";
    EXPECT_FALSE(filter.may_want(row_of("intent", 1)));
    auto by_hand = row_of("intent", 1);
    by_hand.rule.clear();
    EXPECT_TRUE(filter.may_want(by_hand));
}

TEST(EntryFilter, ByDefaultCallsAlone) {
    const EntryFilter filter;
    EXPECT_TRUE(filter.wants({row_of("intent", 1), std::nullopt}));
    EXPECT_FALSE(filter.wants({row_of("would_end", 1), std::nullopt}));
    EXPECT_EQ(filter.row_kinds(), (std::vector<std::string>{"intent", "outcome", "recovered"}));
}

TEST(EntryFilter, Kinds) {
    EntryFilter filter;
    filter.kinds = {"recovered", "hold"};
    auto recovered = outcome_row(2, 1, "unknown");
    recovered.kind = "recovered";
    EXPECT_TRUE(filter.wants({row_of("intent", 1), recovered}));
    EXPECT_FALSE(filter.wants({row_of("intent", 1), outcome_row(2, 1)}));
    EXPECT_TRUE(filter.wants({row_of("hold", 1), std::nullopt}));
    EXPECT_EQ(filter.row_kinds(), (std::vector<std::string>{"intent", "outcome", "recovered", "hold"}));
    filter.kinds.clear();
    EXPECT_TRUE(filter.wants({row_of("whatever comes", 1), std::nullopt}));
    EXPECT_TRUE(filter.row_kinds().empty());
}

TEST(EntryFilter, Outcomes) {
    EntryFilter filter;
    filter.outcome = "none";
    EXPECT_TRUE(filter.wants({row_of("intent", 1), std::nullopt}));
    EXPECT_FALSE(filter.wants({row_of("intent", 1), outcome_row(2, 1)}));
    filter.outcome = "still there";
    EXPECT_TRUE(filter.wants({row_of("intent", 1), outcome_row(2, 1, "still there")}));
    filter.kinds.clear();
    filter.outcome = "none";
    EXPECT_FALSE(filter.wants({row_of("hold", 1), std::nullopt}));
}

TEST(EntryFilter, ItsOutcomesAreTheAudits) {
    EXPECT_EQ(outcome_names(),
              (std::vector<std::string>{"ended", "already gone", "still there", "unknown", "error",
                                        "no longer matches", "withheld", "not asked", "none"}));
}

}  // namespace
}  // namespace curfew::daemon
