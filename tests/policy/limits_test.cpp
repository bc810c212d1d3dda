#include "policy/limits.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"

namespace curfew::policy {
namespace {

using namespace build;

TEST(Limits, have_the_defaults_of_the_contract) {
    const Limits limits;
    EXPECT_EQ(limits.per_server, (std::vector<RateLimit>{{20, 1min}}));
    EXPECT_EQ(limits.fleet, (std::vector<RateLimit>{{200, 1min}, {5000, 24h}}));
    EXPECT_EQ(limits.per_target, (std::vector<RateLimit>{{6, 1h}}));
    EXPECT_EQ(limits.share_fleet, Share{2000});
    EXPECT_EQ(limits.share_server, Share{5000});
}

TEST(Limits, under_a_ceiling_are_the_smaller_ones) {
    Policy rules;
    Rule rule = disconnect("r", always());
    EXPECT_EQ(limits_of(rules, rule), rules.limits);
    rule.limits.share_fleet = Share{10'000};
    LimitOverrides ceiling;
    ceiling.share_fleet = Share{500};
    ceiling.share_server = Share{9'000};
    ceiling.per_server = {{30, 1h}};
    rule.at_most = std::make_shared<const Ceiling>(Ceiling{"c", ceiling});
    EXPECT_EQ(limits_of(rules, rule).share_fleet, Share{500});
    EXPECT_EQ(limits_of(rules, rule).share_server, rules.limits.share_server);
    EXPECT_EQ(limits_of(rules, rule).per_server, (std::vector<RateLimit>{{20, 1min}, {30, 1h}}));
    EXPECT_EQ(limits_of(rules, rule).fleet, rules.limits.fleet);
}

TEST(Limits, of_a_rule_replace_the_files_key_by_key) {
    const Limits file;
    LimitOverrides rule;
    EXPECT_EQ(merged(file, rule), file);
    rule.per_server = {{5, 60s}};
    rule.share_server = Share{10'000};
    const auto both = merged(file, rule);
    EXPECT_EQ(both.per_server, (std::vector<RateLimit>{{5, 60s}}));
    EXPECT_EQ(both.fleet, file.fleet);
    EXPECT_EQ(both.per_target, file.per_target);
    EXPECT_EQ(both.share_fleet, file.share_fleet);
    EXPECT_EQ(both.share_server, Share{10'000});
    rule = {.per_server = {},
            .fleet = {{{1, 1s}}},
            .per_target = {{{2, 2s}}},
            .share_fleet = Share{1},
            .share_server = {}};
    EXPECT_EQ(merged(file, rule).fleet, (std::vector<RateLimit>{{1, 1s}}));
    EXPECT_EQ(merged(file, rule).per_target, (std::vector<RateLimit>{{2, 2s}}));
    EXPECT_EQ(merged(file, rule).share_fleet, Share{1});
}

TEST(Share, is_exceeded_by_more_and_not_by_exactly_that_much) {
    EXPECT_FALSE(Share{2000}.exceeded_by(20, 100));
    EXPECT_TRUE(Share{2000}.exceeded_by(21, 100));
    EXPECT_FALSE(Share{10'000}.exceeded_by(100, 100));
    EXPECT_TRUE(Share{0}.exceeded_by(1, 100));
    EXPECT_FALSE(Share{0}.exceeded_by(0, 0));
}

}  // namespace
}  // namespace curfew::policy
