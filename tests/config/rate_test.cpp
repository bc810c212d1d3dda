#include "config/decode/rate.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace curfew::config {
namespace {

using std::chrono::seconds;

TEST(Rate, ReadsCountAndTime) {
    EXPECT_EQ(*parse_rate("20/1m"), (policy::RateLimit{20, seconds{60}}));
    EXPECT_EQ(*parse_rate("0/1m"), (policy::RateLimit{0, seconds{60}}));
    EXPECT_EQ(*parse_rate("4294967295/1d"), (policy::RateLimit{4'294'967'295, seconds{86'400}}));
}

TEST(Rate, SaysWhatToWriteInstead) {
    const std::vector<std::pair<std::string_view, std::string_view>> cases{
        {"20", "found `20`; did you mean `20/1m`?"},
        {"20/m", "found `20/m`; did you mean `20/1m`?"},
        {"x", "found `x`"},
        {"/1m", "found `/1m`; a whole number comes before the `/`"},
        {"-1/1m", "found `-1/1m`; a whole number comes before the `/`"},
        {"1.5/1m", "found `1.5/1m`; a whole number comes before the `/`"},
        {"4294967296/1m", "found `4294967296/1m`; a whole number comes before the `/`"},
        {"5/0s", "found `5/0s`; the time must be longer than `0s`"},
        {"5/60",
         "found `5/60`; behind the `/`: expected a duration such as `30m`, found `60`, a number without a "
         "unit; "
         "did you mean `60s` or `60m`?"},
    };
    for (const auto& [text, expected] : cases) {
        const auto parsed = parse_rate(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().message,
                  "expected a number of sessions in a time such as `20/1m`, " + std::string(expected));
    }
}

TEST(Share, ReadsBasisPoints) {
    const std::vector<std::pair<std::string_view, unsigned>> cases{
        {"0%", 0},         {"0.5%", 50},     {"0.05%", 5},      {"30%", 3'000},
        {"33.33%", 3'333}, {"100%", 10'000}, {"100.0%", 10'000}};
    for (const auto& [text, expected] : cases) {
        const auto parsed = parse_share(text);
        ASSERT_TRUE(parsed) << text;
        EXPECT_EQ(parsed->basis_points, expected) << text;
    }
}

TEST(Share, SaysWhatToWriteInstead) {
    const std::vector<std::pair<std::string_view, std::string_view>> cases{
        {"30", "found `30`; did you mean `30%`?"},
        {"0.3", "found `0.3`"},
        {"%", "found `%`"},
        {"-1%", "found `-1%`"},
        {".5%", "found `.5%`"},
        {"5.%", "found `5.%`"},
        {"0.005%", "found `0.005%`; at most two decimals"},
        {"101%", "found `101%`; `100%` is all"},
        {"100.01%", "found `100.01%`; `100%` is all"},
        {"99999999999%", "found `99999999999%`"},
    };
    for (const auto& [text, expected] : cases) {
        const auto parsed = parse_share(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().message, "expected a share such as `30%`, " + std::string(expected));
    }
}

}  // namespace
}  // namespace curfew::config
