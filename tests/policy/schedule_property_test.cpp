// Random schedules held against a clock on the wall: minute by minute, the C library is asked what it shows,
// and the schedule is read as a person would read it.

#include <ctime>
#include <random>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "builders.hpp"
#include "wall_clock.hpp"

namespace curfew::policy {
namespace {

using namespace build;
using std::chrono::days;
using std::chrono::local_days;
using std::chrono::minutes;

struct WrittenWindow {
    std::vector<local_days> dates;  // or, without any:
    unsigned weekdays = 0;          // one bit each, Sunday first
    int from = 0;                   // minutes
    int to = 0;                     // as written: at or before `from` is on the next day
};
struct Written {
    std::vector<WrittenWindow> windows;
    std::vector<DateRange> except;
    bool outside = false;
};

// What the wall shows.
struct Shown {
    local_days day;
    unsigned weekday = 0;
    int minute = 0;
};
Shown on_the_wall(core::WallTime at) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
    std::tm parts{};
    localtime_r(&seconds, &parts);
    const std::chrono::year_month_day date{std::chrono::year{parts.tm_year + 1900},
                                           std::chrono::month{static_cast<unsigned>(parts.tm_mon) + 1},
                                           std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
    return {local_days{date}, static_cast<unsigned>(parts.tm_wday), parts.tm_hour * 60 + parts.tm_min};
}

bool starts_on(const Written& written, const WrittenWindow& window, local_days day, unsigned weekday) {
    for (const auto& range : written.except)
        if (day >= range.first && day <= range.last) return false;
    for (const auto date : window.dates)
        if (date == day) return true;
    return (window.weekdays >> weekday & 1U) != 0;
}

bool reads_as_inside(const Written& written, const Shown& shown) {
    for (const auto& window : written.windows) {
        const bool today = starts_on(written, window, shown.day, shown.weekday);
        const bool yesterday = starts_on(written, window, shown.day - days{1}, (shown.weekday + 6) % 7);
        const bool overnight = window.to <= window.from;
        if (today && shown.minute >= window.from && (overnight || shown.minute < window.to))
            return !written.outside;
        if (yesterday && overnight && shown.minute < window.to) return !written.outside;
    }
    return written.outside;
}

Schedule made_of(const Written& written, const Zone& zone) {
    Timetable table;
    for (const auto& window : written.windows) {
        const minutes from{window.from};
        const minutes to{window.to + (window.to <= window.from ? 24 * 60 : 0)};
        for (unsigned day = 0; day < 7; ++day)
            if (window.weekdays >> day & 1U) table.weekly[day].push_back({from, to});
        for (const auto date : window.dates) table.dates[date].push_back({from, to});
    }
    table.except.push_back(std::make_shared<const DateSet>(written.except));
    Schedule schedule{"s", zone, std::move(table)};
    return written.outside ? Schedule::outside("o", schedule) : schedule;
}

class Scribe {
  public:
    explicit Scribe(unsigned seed) : random_(seed) {}
    unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }

    Written write(local_days around) {
        Written written;
        for (unsigned i = below(4); i > 0 || written.windows.empty(); i = i > 0 ? i - 1 : 0)
            written.windows.push_back(window(around));
        for (unsigned i = below(3); i > 0; --i) {
            const local_days first = near(around);
            written.except.push_back({first, first + days{below(2)}});
        }
        written.outside = below(3) == 0;
        return written;
    }

  private:
    local_days near(local_days around) { return around + days{static_cast<int>(below(7)) - 3}; }
    // Around the hours in which clocks are moved more often than at others.
    int time() {
        static constexpr int steps[] = {1, 15, 30, 60};
        const int step = steps[below(4)];
        const int time = static_cast<int>(below(2) ? below(4 * 60) : below(24 * 60));
        return time / step * step;
    }
    WrittenWindow window(local_days around) {
        WrittenWindow window;
        if (below(3) == 0)
            window.dates = {near(around), near(around)};
        else
            window.weekdays = 1 + below(127);
        window.from = time();
        window.to = below(6) == 0 ? 24 * 60 : time();
        return window;
    }
    std::mt19937 random_;
};

struct Place {
    const char* zone;
    const char* noon;  // UTC, a day or so around which clocks are moved there, or nothing special happens
};
constexpr Place places[] = {
    {"Europe/Berlin", "2026-03-29 12:00"},       {"Europe/Berlin", "2026-10-25 12:00"},
    {"America/New_York", "2027-03-14 12:00"},    {"America/New_York", "2027-11-07 12:00"},
    {"Australia/Lord_Howe", "2026-04-04 12:00"}, {"Australia/Lord_Howe", "2026-10-03 12:00"},
    {"America/Santiago", "2026-09-06 12:00"},  // where midnight itself is skipped
    {"America/Santiago", "2026-04-05 12:00"},    {"Asia/Kolkata", "2028-02-29 12:00"},
    {"Pacific/Apia", "2011-12-30 12:00"},  // a whole day is skipped
    {"Africa/Casablanca", "2026-03-22 12:00"},   {"UTC", "2026-12-31 12:00"},
};

class ScheduleProperty : public testing::Test {
  protected:
    ~ScheduleProperty() override {
        ::unsetenv("TZ");
        ::tzset();
    }
    static void hang_up_a_clock(const char* zone) {
        ::setenv("TZ", zone, 1);
        ::tzset();
    }
};

TEST_F(ScheduleProperty, minute_by_minute_it_is_what_the_wall_clock_says) {
    constexpr unsigned rounds = 12;
    constexpr auto half = std::chrono::hours{40};
    std::size_t changes = 0;
    for (const Place& place : places) {
        hang_up_a_clock(place.zone);
        const auto middle = utc(place.noon);
        std::vector<Shown> wall;
        for (auto at = middle - half; at < middle + half; at += minutes{1}) wall.push_back(on_the_wall(at));
        for (unsigned seed = 0; seed < rounds; ++seed) {
            Scribe scribe{seed};
            const auto written = scribe.write(on_the_wall(middle).day);
            const auto schedule = made_of(written, zone(place.zone));
            auto at = middle - half;
            auto next = schedule.next_change(std::nullopt, at);
            bool last = reads_as_inside(written, wall.front());
            for (const Shown& shown : wall) {
                const bool expected = reads_as_inside(written, shown);
                ASSERT_EQ(schedule.inside(std::nullopt, at), truth_of(expected))
                    << place.zone << " " << utc_text(at) << " UTC, seed " << seed;
                ASSERT_EQ(schedule.inside(std::nullopt, at + std::chrono::seconds{59}), truth_of(expected));
                if (expected != last) {
                    ++changes;
                    ASSERT_TRUE(next) << place.zone << " " << utc_text(at) << " UTC, seed " << seed;
                    ASSERT_EQ(utc_text(*next), utc_text(at)) << place.zone << ", seed " << seed;
                    next = schedule.next_change(std::nullopt, at);
                }
                last = expected;
                at += minutes{1};
            }
            ASSERT_TRUE(!next || *next >= at) << place.zone << " " << utc_text(*next) << ", seed " << seed;
        }
    }
    EXPECT_GT(changes, rounds * std::size(places) * 2);
}

}  // namespace
}  // namespace curfew::policy
