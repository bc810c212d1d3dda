#include "core/level_ladder.hpp"

#include <gtest/gtest.h>

namespace curfew::testing {
namespace {

using core::Level;
using core::LevelLadder;
using Next = core::LevelLadder::Next;

constexpr std::uint32_t success = 0, denied = 5, out_of_memory = 8, not_supported = 50, invalid_level = 124,
                        more_data = 234, user_not_found = 2221, client_not_found = 2312;

// A server that answers each level with a status; gives the level whose answer was taken.
template <class Server> std::pair<Level, std::uint32_t> climb(LevelLadder& ladder, const Server& server) {
    for (int asked = 0; asked < 20; ++asked) {
        const auto level = ladder.level();
        const std::uint32_t status = server(level);
        if (ladder.answered(status) == Next::take) return {level, status};
    }
    ADD_FAILURE() << "the ladder never ends";
    return {};
}

TEST(LevelLadder, GoesDownFromTheRichest) {
    LevelLadder ladder;
    std::vector<Level> asked;
    while (true) {
        asked.push_back(ladder.level());
        if (ladder.answered(asked.size() < 5 ? invalid_level : success) == Next::take) break;
    }
    EXPECT_EQ(asked, (std::vector{Level::transports, Level::client_types, Level::administrative,
                                  Level::anyone, Level::names}));
    EXPECT_TRUE(ladder.denied().empty());
    EXPECT_EQ(ladder.unsupported().size(), 4u);
}

TEST(LevelLadder, TakesTheRichestWhereItIsAnswered) {
    for (const auto status : {success, more_data, client_not_found, user_not_found}) {
        LevelLadder ladder;
        EXPECT_EQ(ladder.answered(status), Next::take);
        EXPECT_EQ(ladder.level(), Level::transports);
    }
}

TEST(LevelLadder, TellsDeniedFromUnsupported) {
    LevelLadder ladder;  // a Windows server, seen by an account without rights
    const auto [level, status] =
        climb(ladder, [](Level l) { return l == Level::anyone || l == Level::names ? success : denied; });
    EXPECT_EQ(level, Level::anyone);
    EXPECT_EQ(ladder.denied(), (std::vector{Level::transports, Level::client_types, Level::administrative}));
    EXPECT_TRUE(ladder.unsupported().empty());

    LevelLadder samba;
    climb(samba,
          [](Level l) { return l == Level::administrative || l == Level::names ? success : invalid_level; });
    EXPECT_EQ(samba.level(), Level::administrative);
    EXPECT_EQ(samba.unsupported(), (std::vector{Level::transports, Level::client_types}));
    EXPECT_TRUE(samba.denied().empty());

    LevelLadder other;
    climb(other, [](Level l) { return l == Level::transports ? not_supported : success; });
    EXPECT_EQ(other.level(), Level::client_types);
}

TEST(LevelLadder, RemembersItsLevel) {
    LevelLadder ladder;
    const auto server = [](Level l) { return l == Level::administrative ? success : invalid_level; };
    climb(ladder, server);
    for (int look = 0; look < 3; ++look) {
        EXPECT_EQ(ladder.level(), Level::administrative);
        EXPECT_EQ(ladder.answered(success), Next::take);
    }
    EXPECT_EQ(ladder.unsupported().size(), 2u);
}

TEST(LevelLadder, OtherErrorsSayNothingOfTheLevel) {
    LevelLadder ladder;
    EXPECT_EQ(ladder.answered(out_of_memory), Next::take);
    EXPECT_EQ(ladder.level(), Level::transports);
    EXPECT_TRUE(ladder.denied().empty() && ladder.unsupported().empty());
    climb(ladder, [](Level l) { return l == Level::anyone ? success : denied; });
    EXPECT_EQ(ladder.answered(out_of_memory), Next::take);
    EXPECT_EQ(ladder.level(), Level::anyone);
    EXPECT_EQ(ladder.denied().size(), 3u);
}

TEST(LevelLadder, LooksAfreshWhenRightsAreLost) {
    LevelLadder ladder;
    climb(ladder, [](Level l) { return l == Level::transports ? invalid_level : success; });
    ASSERT_EQ(ladder.level(), Level::client_types);
    const auto [level, status] = climb(ladder, [](Level l) { return l == Level::names ? success : denied; });
    EXPECT_EQ(level, Level::names);
    EXPECT_EQ(ladder.denied().size(), 4u);
    EXPECT_TRUE(ladder.unsupported().empty());

    LevelLadder from_the_top;
    climb(from_the_top, [](Level) { return success; });
    climb(from_the_top, [](Level l) { return l == Level::anyone ? success : denied; });
    EXPECT_EQ(from_the_top.level(), Level::anyone);
    EXPECT_EQ(from_the_top.denied().front(), Level::transports);
}

TEST(LevelLadder, BeginsAnewAfterEverythingWasRefused) {
    LevelLadder ladder;
    const auto [level, status] = climb(ladder, [](Level) { return denied; });
    EXPECT_EQ(level, Level::names);
    EXPECT_EQ(status, denied);
    EXPECT_EQ(ladder.level(), Level::transports);
    climb(ladder, [](Level) { return success; });
    EXPECT_EQ(ladder.level(), Level::transports);
    EXPECT_TRUE(ladder.denied().empty());
}

TEST(LevelLadder, ALevelDeniedIsNotHiddenByAnotherUnknown) {
    LevelLadder ladder;
    climb(ladder, [](Level l) { return l == Level::names ? invalid_level : denied; });
    EXPECT_TRUE(ladder.refused_for_rights());
    LevelLadder stranger;
    climb(stranger, [](Level) { return invalid_level; });
    EXPECT_FALSE(stranger.refused_for_rights());
}

// Whatever a server answers, in whatever order, a look ends.
TEST(LevelLadder, EndsWhateverIsAnswered) {
    constexpr std::uint32_t choices[] = {success, denied, invalid_level, out_of_memory};
    for (unsigned pattern = 0; pattern < 4u * 4 * 4 * 4 * 4 * 4 * 4; ++pattern) {
        LevelLadder ladder;
        unsigned rest = pattern;
        for (int look = 0; look < 3; ++look) {
            climb(ladder, [&](Level) {
                const auto status = choices[rest % 4];
                rest /= 4;
                return status;
            });
        }
    }
}

}  // namespace
}  // namespace curfew::testing
