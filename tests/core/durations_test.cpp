#include "core/text/durations.hpp"

#include <gtest/gtest.h>

namespace curfew::core {
namespace {

using namespace std::chrono_literals;

TEST(Durations, as_in_the_configuration) {
    EXPECT_EQ(duration_text(0s), "0s");
    EXPECT_EQ(duration_text(59s), "59s");
    EXPECT_EQ(duration_text(60s), "1m");
    EXPECT_EQ(duration_text(5400s), "1h30m");
    EXPECT_EQ(duration_text(Seconds{24h + 1s}), "1d1s");
    EXPECT_EQ(duration_text(Seconds{24h * 400}), "400d");
    EXPECT_EQ(duration_text(-90s), "-1m30s");
    EXPECT_EQ(duration_text(std::nullopt), "unknown");
}

}  // namespace
}  // namespace curfew::core
