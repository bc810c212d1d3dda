#include "daemon/books/moment.hpp"

#include <gtest/gtest.h>

#include "daemon/books/local_hours.hpp"
#include "some_rows.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;

TEST(Moment, IsATimeOrHowLongAgo) {
    EXPECT_EQ(time_of(*parse_moment("2026-11-22T13:00:00+01:00"), at("20:00:00")), at("12:00:00"));
    EXPECT_EQ(time_of(*parse_moment("1h30m"), at("20:00:00")), at("18:30:00"));
    EXPECT_EQ(time_of(*parse_moment("90y"), at("20:00:00")), at("20:00:00") - 24h * 365 * 90);
}

TEST(Moment, SaysWhatIsWrong) {
    EXPECT_EQ(parse_moment("yesterday").error().message,
              "expected how long ago, such as `7d`, or a time with its offset such as "
              "`2026-03-02T21:30:00+01:00`, found `yesterday`");
    EXPECT_NE(parse_moment("2026-11-22T13:00:00").error().message.find("the offset is missing"),
              std::string::npos);
}

// Read in the zone that is set for it alone.
class LocalHours : public testing::Test {
  protected:
    LocalHours() { ::setenv("TZ", "Europe/Berlin", 1); }
    ~LocalHours() override { ::unsetenv("TZ"); }
};

TEST_F(LocalHours, FollowTheClocksOfTheMachine) {
    EXPECT_EQ(local_zone(at("12:00:00")), "Europe/Berlin");
    EXPECT_EQ(local_hour(at("22:59:59")), 23U);
    EXPECT_EQ(local_hour(at("23:00:00")), 0U);
    EXPECT_EQ(local_hour(*config::parse_timestamp("2026-07-01T22:00:00Z")), 0U);
}

}  // namespace
}  // namespace curfew::daemon
