#include "policy/rollout.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"

namespace curfew::policy {
namespace {

using namespace build;

// fs0 is first in every rule's order, fs9 stands behind nine tenths of all.
std::uint32_t by_last_digit(std::string_view, std::string_view server) {
    return static_cast<std::uint32_t>(server.back() - '0') * 1'000;
}
ServerTraits named(std::string name, std::vector<std::string> tags = {}) {
    auto traits = server(Kind::windows);
    traits.name = std::move(name);
    traits.tags = std::move(tags);
    return traits;
}

TEST(Rollout, by_share_reaches_the_first_places) {
    const auto reached = [](std::uint32_t places) {
        std::string digits;
        for (char digit = '0'; digit <= '9'; ++digit) {
            const auto traits = named(std::string{"fs"} + digit);
            if (reaches(RolloutShare{places, by_last_digit}, "r", traits)) digits += digit;
        }
        return digits;
    };
    EXPECT_EQ(reached(0), "");
    EXPECT_EQ(reached(1'000), "0");
    EXPECT_EQ(reached(1'001), "01");
    EXPECT_EQ(reached(2'500), "012");
    EXPECT_EQ(reached(10'000), "0123456789");
    EXPECT_FALSE(reaches(RolloutShare{10'000, nullptr}, "r", named("fs0")));
}

TEST(Rollout, by_tags_reaches_who_bears_one_exactly) {
    const Rollout rollout = RolloutTags{{"ring0", "ring1"}};
    EXPECT_TRUE(reaches(rollout, "r", named("fs1", {"berlin", "ring1"})));
    EXPECT_FALSE(reaches(rollout, "r", named("fs1", {"Ring1", "ring"})));
    EXPECT_FALSE(reaches(rollout, "r", named("fs1")));
}

TEST(Rollout, leaves_a_rule_transparent_where_it_has_not_come_yet) {
    auto first = disconnect("first", user({"anna"}));
    first.rollout = RolloutShare{1'000, by_last_digit};
    const auto rules = policy({first, keep("second", always())});
    const auto decided = [&](const std::string& name) {
        const auto seen = look(named(name), {{.user = "anna"}});
        return decide(rules, seen.server, seen.sessions.front(), seen.at.wall);
    };
    EXPECT_EQ(decided("fs0").rule, 0U);
    EXPECT_TRUE(decided("fs0").ends());
    EXPECT_TRUE(decided("fs0").observed.empty());
    EXPECT_EQ(decided("fs1").rule, 1U);
    EXPECT_FALSE(decided("fs1").ends());
    EXPECT_EQ(decided("fs1").observed, std::vector<std::size_t>{0});
    const auto seen = look(named("fs1"), {{.user = "anna"}});
    EXPECT_EQ(summary(plan_server(rules, seen), rules),
              (std::vector<std::string>{"10.20.1.7 anna: observe by first"}));
}

TEST(Rollout, does_not_turn_observing_into_ending_nor_a_keep_into_observing) {
    auto observing = observe("r", always());
    observing.rollout = RolloutShare{10'000, by_last_digit};
    EXPECT_TRUE(observing.observes_on(named("fs0")));
    auto keeping = keep("k", always());
    keeping.rollout = RolloutShare{0, by_last_digit};
    EXPECT_FALSE(keeping.observes_on(named("fs0")));
}

}  // namespace
}  // namespace curfew::policy
