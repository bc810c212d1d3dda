// `concurrent`, `quiet`, `or_quiet` and `clients`: as they are written.
#include <gtest/gtest.h>

#include "support.hpp"

namespace curfew::config::test {
namespace {

using policy::Concurrent;
using Lines = std::vector<std::string>;

policy::Condition when(const std::string& text) {
    const auto config =
        good(std::string(preamble) + "rules: [{name: r, then: disconnect, when: " + text + "}]\n");
    return config->policy.rules.at(0).when;
}
Lines refused(const std::string& text) {
    return errors(std::string(preamble) + "rules: [{name: r, then: disconnect, when: " + text + "}]\n");
}

TEST(ConcurrentText, SaysHowManyMayStayAndWhoGoes) {
    const auto node = std::get<Concurrent>(
        when("{concurrent: {more_than: 2, count: clients, per: user, across: fleet, end: oldest}}").node);
    EXPECT_EQ(node, (Concurrent{2, Concurrent::Count::clients, Concurrent::Per::user,
                                Concurrent::Across::fleet, Concurrent::End::oldest}));
    const auto other = std::get<Concurrent>(
        when("{concurrent: {more_than: 1, count: sessions, per: user+client, across: fleet, end: most_idle}}")
            .node);
    EXPECT_EQ(other, (Concurrent{1, Concurrent::Count::sessions, Concurrent::Per::user_and_client,
                                 Concurrent::Across::fleet, Concurrent::End::most_idle}));
}

TEST(ConcurrentText, LeavesNothingToGuess) {
    EXPECT_EQ(refused("{concurrent: {more_than: 2}}").size(), 4U);
    EXPECT_EQ(
        refused("{concurrent: {more_than: 0, count: all, per: user, across: fleet, end: oldest}}").size(),
        2U);
}

TEST(ConcurrentText, RefusesWhatCanNeverAct) {
    for (const char* text :
         {"count: sessions, per: user+client, across: server", "count: clients, per: client, across: fleet",
          "count: clients, per: user+client, across: fleet"}) {
        const auto found = refused("{concurrent: {more_than: 2, " + std::string(text) + ", end: oldest}}");
        ASSERT_EQ(found.size(), 1U) << text;
        EXPECT_NE(found[0].find("this can never act"), std::string::npos) << found[0];
    }
}

TEST(ConcurrentText, ProtectsNobody) {
    const auto found = errors(std::string(preamble) +
                              "rules: [{name: r, then: keep, when: any}]\nprotect:\n  - not: {concurrent: "
                              "{more_than: 2, count: clients, per: user, across: fleet, end: oldest}}\n");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NE(found[0].find("protect[0]: `concurrent` protects nobody"), std::string::npos) << found[0];
}

TEST(QuietText, IsADurationOrARange) {
    const auto node = std::get<policy::QuietIn>(when("{quiet: 30m}").node);
    EXPECT_EQ(node.range.at_least, core::Seconds{1800});
    EXPECT_EQ(node.range.below, std::nullopt);
    EXPECT_EQ(std::get<policy::QuietIn>(when("{quiet: {at_least: 30m, below: 2h}}").node).range.below,
              core::Seconds{7200});
    EXPECT_EQ(refused("{quiet: 30}").size(), 1U);
    EXPECT_EQ(refused("{quiet: {at_least: 30m, or_quiet: 30m}}").size(), 1U);
}

TEST(QuietText, MayStandInForIdle) {
    const auto node = std::get<policy::IdleIn>(when("{idle: {at_least: 30m, or_quiet: 45m}}").node);
    EXPECT_EQ(node.range.at_least, core::Seconds{1800});
    EXPECT_EQ(node.or_quiet, core::Seconds{2700});
    EXPECT_EQ(std::get<policy::IdleIn>(when("{idle: 30m}").node).or_quiet, std::nullopt);
    EXPECT_EQ(refused("{idle: {or_quiet: 30m}}").size(), 1U);
    EXPECT_EQ(refused("{idle: {below: 30m, or_quiet: 30m}}").size(), 1U);
    EXPECT_EQ(refused("{idle: {at_least: 30m, or_quiet: 0s}}").size(), 1U);
    EXPECT_EQ(refused("{connected: {at_least: 30m, or_quiet: 30m}}").size(), 1U);
}

}  // namespace
}  // namespace curfew::config::test
