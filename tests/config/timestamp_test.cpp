#include "config/decode/timestamp.hpp"

#include <gtest/gtest.h>

namespace curfew::config {
namespace {

using namespace std::chrono;

long long seconds_of(std::string_view text) {
    const auto parsed = parse_timestamp(text);
    return parsed ? duration_cast<seconds>(parsed->time_since_epoch()).count() : -1;
}

TEST(Timestamp, IsAnInstant) {
    const long long expected = 1'772'483'400;  // date -u -d '2026-03-02 20:30' +%s
    EXPECT_EQ(seconds_of("2026-03-02T20:30:00Z"), expected);
    EXPECT_EQ(seconds_of("2026-03-02t20:30:00z"), expected);
    EXPECT_EQ(seconds_of("2026-03-02T21:30:00+01:00"), expected);
    EXPECT_EQ(seconds_of("2026-03-03T02:00:00.999+05:30"), expected);
    EXPECT_EQ(seconds_of("2026-03-02T12:30:07-08:00"), expected + 7);
    EXPECT_EQ(seconds_of("1970-01-01T00:00:00Z"), 0);
}

TEST(Timestamp, NamesItsMistakes) {
    const auto wrong = [](std::string_view text) {
        const auto parsed = parse_timestamp(text);
        return parsed ? "none" : parsed.error().message;
    };
    const std::string form = "expected a time with its offset such as `2026-03-02T21:30:00+01:00`, found ";
    for (const std::string text :
         {"", "2026-03-02", "2026-03-02 21:30:00Z", "2026-03-02T24:00:00Z", "2026-03-02T21:60:00Z",
          "2026-03-02T21:30:60Z", "2026-03-02T21:30Z", "2026-03-02T9:30:00Z", "2026-03-02T21:30:00.Z",
          "2026-03-02T21:30:00+0100", "2026-03-02T21:30:00+24:00", "2026-03-02T21:30:00Z "})
        EXPECT_EQ(wrong(text), form + "`" + text + "`");
    EXPECT_EQ(wrong("2026-03-02T21:30:00"),
              form + "`2026-03-02T21:30:00`; the offset is missing, `Z` or `+01:00`");
    EXPECT_EQ(wrong("2026-02-30T21:30:00Z"), "there is no day `2026-02-30` in any calendar");
    EXPECT_EQ(wrong("2200-01-01T00:00:00Z"),
              "expected a time from 1970 to 2199, found `2200-01-01T00:00:00Z`");
}

}  // namespace
}  // namespace curfew::config
