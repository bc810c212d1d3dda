#include "core/session.hpp"

#include <gtest/gtest.h>

namespace curfew::testing {
namespace {

using core::Level;
using core::Seconds;
using core::seconds_from_wire;

TEST(SecondsFromWire, AreUnknownWhereNoSessionCanBeThatOld) {
    EXPECT_EQ(seconds_from_wire(0), Seconds{0});
    EXPECT_EQ(seconds_from_wire(3600), Seconds{3600});
    EXPECT_EQ(seconds_from_wire(0x7FFF'FFFF), Seconds{0x7FFF'FFFF});
    EXPECT_EQ(seconds_from_wire(0x8000'0000), Seconds{0x8000'0000});
    EXPECT_FALSE(seconds_from_wire(0x8000'0001));
    EXPECT_FALSE(seconds_from_wire(0xFFFF'FFFE));
    EXPECT_FALSE(seconds_from_wire(0xFFFF'FFFF));  // Samba: younger than a second
}

TEST(Level, IsWrittenByItsNumber) {
    for (const auto level : core::all_levels)
        EXPECT_EQ(to_string(level), std::to_string(static_cast<std::uint32_t>(level)));
}

}  // namespace
}  // namespace curfew::testing
