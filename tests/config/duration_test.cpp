#include "config/decode/duration.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace curfew::config {
namespace {

using std::chrono::seconds;

TEST(Duration, ReadsPrometheusForm) {
    const std::vector<std::pair<std::string_view, seconds>> cases{
        {"0s", seconds{0}},          {"90s", seconds{90}},
        {"30m", seconds{1'800}},     {"1h30m", seconds{5'400}},
        {"2d", seconds{172'800}},    {"1w", seconds{604'800}},
        {"1y", seconds{31'536'000}}, {"1y2w3d4h5m6s", seconds{33'019'506}},
        {"007m", seconds{420}},      {"90y", longest_duration},
    };
    for (const auto& [text, expected] : cases) {
        const auto parsed = parse_duration(text);
        ASSERT_TRUE(parsed) << text << ": " << parsed.error().message;
        EXPECT_EQ(*parsed, expected) << text;
    }
}

TEST(Duration, SaysWhatToWriteInstead) {
    const std::vector<std::pair<std::string_view, std::string_view>> cases{
        {"", "found ``"},
        {"30", "found `30`, a number without a unit; did you mean `30s` or `30m`?"},
        {"0", "found `0`, a number without a unit; did you mean `0s` or `0m`?"},
        {"500ms", "found `500ms`; the smallest unit is `s`"},
        {"1.5h", "found `1.5h`; whole numbers only, smaller units take the rest: `1h30m`"},
        {"30 m", "found `30 m`; write it without spaces"},
        {" 30m", "found ` 30m`; a number comes first"},
        {"30m ", "found `30m `; write it without spaces"},
        {"30min", "found `30min`; did you mean `30m`?"},
        {"2hours", "found `2hours`; did you mean `2h`?"},
        {"30M", "found `30M`; did you mean `30m`?"},
        {"30x", "found `30x`; the units are `y`, `w`, `d`, `h`, `m`, `s`"},
        {"-5m", "found `-5m`; a duration is not negative"},
        {"m", "found `m`; a number comes first"},
        {"1h30", "found `1h30`; the last number has no unit"},
        {"30m1h", "found `30m1h`; each unit once, from large to small: `1d12h30m`"},
        {"1h1h", "found `1h1h`; each unit once, from large to small: `1d12h30m`"},
        {"91y", "found `91y`; the longest is `90y`"},
        {"99999999999s", "found `99999999999s`; the longest is `90y`"},
        {"9999999999y", "found `9999999999y`; the longest is `90y`"},
    };
    for (const auto& [text, expected] : cases) {
        const auto parsed = parse_duration(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().message, "expected a duration such as `30m`, " + std::string(expected));
    }
}

}  // namespace
}  // namespace curfew::config
