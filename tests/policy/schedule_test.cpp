// Instants are in UTC, so that nothing in a table depends on what it tests.

#include <gtest/gtest.h>

#include "builders.hpp"
#include "wall_clock.hpp"

namespace curfew::policy {
namespace {

using namespace build;
constexpr auto yes = Truth::yes;
constexpr auto no = Truth::no;

struct Case {
    std::string_view at;  // UTC
    Truth inside;
};

void expect(const Schedule& schedule, const std::vector<Case>& cases) {
    for (const auto& [at, inside] : cases)
        EXPECT_EQ(schedule.inside(std::nullopt, utc(at)), inside) << at << " UTC";
}

// Every instant at which it opens or closes, from `from` on.
std::vector<std::string> changes(const Schedule& schedule, std::string_view from, std::size_t most) {
    std::vector<std::string> out;
    std::optional<core::WallTime> at = utc(from);
    while (out.size() < most && (at = schedule.next_change(std::nullopt, *at))) {
        const bool opens = schedule.inside(std::nullopt, *at) == yes;
        out.push_back(utc_text(*at) + (opens ? " opens" : " closes"));
    }
    return out;
}
using Lines = std::vector<std::string>;

// 2026-11-23 is a Monday, and Berlin an hour ahead.
TEST(Schedule, windows_are_half_open) {
    expect(schedule("Europe/Berlin", {"mon-fri 06:00-20:00"}), {{"2026-11-23 04:59:59", no},
                                                                {"2026-11-23 05:00:00", yes},
                                                                {"2026-11-23 18:59:59", yes},
                                                                {"2026-11-23 19:00:00", no},
                                                                {"2026-11-27 12:00", yes},
                                                                {"2026-11-28 12:00", no},
                                                                {"2026-11-29 12:00", no}});
}

TEST(Schedule, a_window_that_runs_into_the_next_day_belongs_to_the_day_on_which_it_starts) {
    expect(schedule("UTC", {"fri 20:00-06:00"}), {{"2026-11-27 05:00", no},
                                                  {"2026-11-27 19:59", no},
                                                  {"2026-11-27 20:00", yes},
                                                  {"2026-11-28 05:59", yes},
                                                  {"2026-11-28 06:00", no},
                                                  {"2026-11-28 20:00", no}});
}

TEST(Schedule, ranges_of_days_run_over_the_end_of_the_week) {
    expect(schedule("UTC", {"fri-mon 08:00-09:00"}), {{"2026-11-26 08:30", no},
                                                      {"2026-11-27 08:30", yes},
                                                      {"2026-11-28 08:30", yes},
                                                      {"2026-11-29 08:30", yes},
                                                      {"2026-11-30 08:30", yes},
                                                      {"2026-12-01 08:30", no}});
}

TEST(Schedule, days_without_hours_are_whole_days) {
    expect(schedule("Europe/Berlin", {"sat,sun"}), {{"2026-11-27 22:59", no},
                                                    {"2026-11-27 23:00", yes},
                                                    {"2026-11-29 22:59", yes},
                                                    {"2026-11-29 23:00", no}});
}

TEST(Schedule, the_end_of_the_day_is_24_00) {
    const auto evening = schedule("UTC", {"mon 20:00-24:00"});
    EXPECT_EQ(changes(evening, "2026-11-22 00:00", 2),
              (Lines{"2026-11-23 20:00 opens", "2026-11-24 00:00 closes"}));
    // Not the same as one that ends at 00:00 of its own day, but it might as well be.
    EXPECT_EQ(changes(schedule("UTC", {"mon 20:00-00:00"}), "2026-11-22 00:00", 2),
              changes(evening, "2026-11-22 00:00", 2));
}

TEST(Schedule, from_an_hour_to_the_same_is_24_hours) {
    EXPECT_EQ(changes(schedule("UTC", {"mon 20:00-20:00"}), "2026-11-22 00:00", 2),
              (Lines{"2026-11-23 20:00 opens", "2026-11-24 20:00 closes"}));
    EXPECT_EQ(changes(schedule("UTC", {"mon 00:00-00:00"}), "2026-11-22 00:00", 2),
              (Lines{"2026-11-23 00:00 opens", "2026-11-24 00:00 closes"}));
}

TEST(Schedule, windows_that_touch_or_overlap_are_one) {
    EXPECT_EQ(changes(schedule("UTC", {"mon 08:00-12:00", "mon 12:00-14:00", "mon 13:00-18:00", "mon"}),
                      "2026-11-22 00:00", 2),
              (Lines{"2026-11-23 00:00 opens", "2026-11-24 00:00 closes"}));
    EXPECT_EQ(changes(schedule("UTC", {"mon", "mon 22:00-06:00", "tue 05:00-07:00"}), "2026-11-22 00:00", 2),
              (Lines{"2026-11-23 00:00 opens", "2026-11-24 07:00 closes"}));
}

TEST(Schedule, dates_are_days_too) {
    EXPECT_EQ(changes(schedule("Europe/Berlin", {"2026-11-26 22:00-04:00", "2026-12-24,2026-12-25"}),
                      "2026-01-01 00:00", 9),
              (Lines{"2026-11-26 21:00 opens", "2026-11-27 03:00 closes", "2026-12-23 23:00 opens",
                     "2026-12-25 23:00 closes"}));
    EXPECT_EQ(changes(schedule("UTC", {"2028-02-29"}), "2026-01-01 00:00", 9),
              (Lines{"2028-02-29 00:00 opens", "2028-03-01 00:00 closes"}));
}

TEST(Schedule, an_exception_takes_away_what_starts_on_its_day_and_nothing_else) {
    // Tuesday: the night from Monday is Monday's.
    EXPECT_EQ(changes(schedule("UTC", {"mon-wed 20:00-06:00"}, {"2026-11-24"}), "2026-11-22 00:00", 4),
              (Lines{"2026-11-23 20:00 opens", "2026-11-24 06:00 closes", "2026-11-25 20:00 opens",
                     "2026-11-26 06:00 closes"}));
    EXPECT_EQ(changes(schedule("UTC", {"daily"}, {"2026-11-24..2026-11-26"}), "2026-11-23 00:00", 2),
              (Lines{"2026-11-24 00:00 closes", "2026-11-27 00:00 opens"}));
    EXPECT_EQ(changes(schedule("UTC", {"2026-11-24"}, {"2026-11-24"}), "2026-11-23 00:00", 2), Lines{});
}

TEST(Schedule, every_set_of_exceptions_counts) {
    auto table = timetable({"daily"}, {"2026-11-24"});
    table.except.push_back(timetable({}, {"2026-11-25"}).except.front());
    EXPECT_EQ(changes({"s", zone("UTC"), table}, "2026-11-23 00:00", 2),
              (Lines{"2026-11-24 00:00 closes", "2026-11-26 00:00 opens"}));
}

TEST(Schedule, outside_is_whenever_the_other_is_not_in_force) {
    const auto office = schedule("Europe/Berlin", {"mon-fri 06:00-20:00"}, {"2026-11-24"});
    const auto closed = Schedule::outside("closed", office);
    expect(closed, {{"2026-11-23 04:59", yes},
                    {"2026-11-23 05:00", no},
                    {"2026-11-23 19:00", yes},
                    {"2026-11-24 12:00", yes}});
    const auto open_again = Schedule::outside("open", closed);
    expect(open_again, {{"2026-11-23 05:00", yes}, {"2026-11-24 12:00", no}});
    EXPECT_EQ(changes(closed, "2026-11-23 12:00", 2),
              (Lines{"2026-11-23 19:00 opens", "2026-11-25 05:00 closes"}));
}

// Berlin, 29 March 2026: at 02:00, which is 01:00 UTC, it is 03:00.
TEST(Schedule, clocks_go_forward_a_skipped_hour_never_happens) {
    EXPECT_EQ(changes(schedule("Europe/Berlin", {"sun 02:00-03:00"}), "2026-03-28 12:00", 1),
              (Lines{"2026-04-05 00:00 opens"}));
    EXPECT_EQ(changes(schedule("Europe/Berlin", {"sun 02:30-05:00"}), "2026-03-28 12:00", 2),
              (Lines{"2026-03-29 01:00 opens", "2026-03-29 03:00 closes"}));
    EXPECT_EQ(changes(schedule("Europe/Berlin", {"sun 01:30-02:30"}), "2026-03-28 12:00", 2),
              (Lines{"2026-03-29 00:30 opens", "2026-03-29 01:00 closes"}));
    // A night of seven hours on the wall lasts six.
    EXPECT_EQ(changes(schedule("Europe/Berlin", {"sat 23:00-06:00"}), "2026-03-28 12:00", 2),
              (Lines{"2026-03-28 22:00 opens", "2026-03-29 04:00 closes"}));
}

// Berlin, 25 October 2026: at 03:00, which is 01:00 UTC, it is 02:00 again.
TEST(Schedule, clocks_go_back_a_repeated_hour_is_inside_both_times) {
    EXPECT_EQ(changes(schedule("Europe/Berlin", {"sun 02:00-03:00"}), "2026-10-24 12:00", 2),
              (Lines{"2026-10-25 00:00 opens", "2026-10-25 02:00 closes"}));
    expect(schedule("Europe/Berlin", {"sun 02:00-02:30"}), {{"2026-10-24 23:59", no},
                                                            {"2026-10-25 00:00", yes},
                                                            {"2026-10-25 00:30", no},
                                                            {"2026-10-25 01:00", yes},
                                                            {"2026-10-25 01:30", no}});
    EXPECT_EQ(changes(schedule("Europe/Berlin", {"sun 02:30-03:30"}), "2026-10-24 12:00", 4),
              (Lines{"2026-10-25 00:30 opens", "2026-10-25 01:00 closes", "2026-10-25 01:30 opens",
                     "2026-10-25 02:30 closes"}));
    EXPECT_EQ(changes(schedule("Europe/Berlin", {"sat 23:00-06:00"}), "2026-10-24 12:00", 2),
              (Lines{"2026-10-24 21:00 opens", "2026-10-25 05:00 closes"}));
}

TEST(Schedule, zones_are_not_all_whole_hours) {
    EXPECT_EQ(changes(schedule("Asia/Kolkata", {"mon 00:00-01:00"}), "2026-11-22 00:00", 2),
              (Lines{"2026-11-22 18:30 opens", "2026-11-22 19:30 closes"}));
    // Lord Howe, 5 April 2026: at 02:00 (+11:00), which is 15:00 UTC the day before, it is 01:30 (+10:30).
    EXPECT_EQ(changes(schedule("Australia/Lord_Howe", {"sun 01:30-02:00"}), "2026-04-04 12:00", 2),
              (Lines{"2026-04-04 14:30 opens", "2026-04-04 15:30 closes"}));
    // 4 October 2026: at 02:00 (+10:30), which is 15:30 UTC the day before, it is 02:30.
    EXPECT_EQ(changes(schedule("Australia/Lord_Howe", {"sun 02:00-02:30"}), "2026-10-03 12:00", 1),
              (Lines{"2026-10-10 15:00 opens"}));
    // Samoa went over the date line: there was no 30 December 2011.
    EXPECT_EQ(
        changes(schedule("Pacific/Apia", {"2011-12-30", "2011-12-31 08:00-09:00"}), "2011-12-29 00:00", 9),
        (Lines{"2011-12-30 18:00 opens", "2011-12-30 19:00 closes"}));
}

TEST(Schedule, the_servers_own_clock_is_the_servers) {
    const auto morning = schedule("server", {"mon 06:00-07:00"});
    EXPECT_EQ(morning.inside(zone("Europe/Berlin"), utc("2026-11-23 05:30")), yes);
    EXPECT_EQ(morning.inside(zone("UTC"), utc("2026-11-23 05:30")), no);
    EXPECT_EQ(utc_text(*morning.next_change(zone("Asia/Kolkata"), utc("2026-11-22 00:00"))),
              "2026-11-23 00:30");
    // A schedule with a zone of its own does not ask for the server's.
    EXPECT_EQ(schedule("UTC", {"mon 06:00-07:00"}).inside(zone("Europe/Berlin"), utc("2026-11-23 06:30")),
              yes);
}

TEST(Schedule, what_is_not_known_is_unknown_inside_and_outside) {
    const auto own = schedule("server", {"daily"});
    EXPECT_EQ(own.inside(std::nullopt, utc("2026-11-23 05:30")), Truth::unknown);
    EXPECT_EQ(Schedule::outside("o", own).inside(std::nullopt, utc("2026-11-23 05:30")), Truth::unknown);
    EXPECT_EQ(own.next_change(std::nullopt, utc("2026-11-23 05:30")), std::nullopt);
    // What the system knows of zones ends: before that a clock that is years off is found out.
    const auto berlin = schedule("Europe/Berlin", {"daily"});
    expect(berlin, {{"1969-12-31 23:59:59", Truth::unknown},
                    {"1970-01-01 00:00", yes},
                    {"2037-12-31 23:59:59", yes},
                    {"2038-01-01 00:00", Truth::unknown}});
    expect(Schedule::outside("o", berlin), {{"2038-01-01 00:00", Truth::unknown}});
    EXPECT_EQ(changes(berlin, "2026-11-23 00:00", 9), Lines{});
    EXPECT_EQ(berlin.inside(std::nullopt, core::WallTime::max()), Truth::unknown);
    EXPECT_EQ(berlin.inside(std::nullopt, core::WallTime::min()), Truth::unknown);
}

TEST(Schedule, a_schedule_without_windows_never_opens) {
    EXPECT_EQ(changes(schedule("UTC", {}), "2026-11-23 00:00", 9), Lines{});
    expect(schedule("UTC", {}), {{"2026-11-23 00:00", no}});
}

TEST(InSchedule, holds_in_any_of_those_named) {
    const auto at = utc("2026-11-23 12:00");
    const auto seen = windows({{.user = "anna"}});
    const auto holds = [&](std::vector<std::shared_ptr<const Schedule>> schedules, const ServerFacts& facts) {
        return evaluate({InSchedule{std::move(schedules)}}, facts, seen.sessions.front(), at);
    };
    const auto open = shared(schedule("UTC", {"mon"}));
    const auto closed = shared(schedule("UTC", {"tue"}));
    const auto own = shared(schedule("server", {"mon"}));
    EXPECT_EQ(holds({open}, seen.server), yes);
    EXPECT_EQ(holds({closed}, seen.server), no);
    EXPECT_EQ(holds({closed, open}, seen.server), yes);
    EXPECT_EQ(holds({closed, own}, seen.server), Truth::unknown);
    EXPECT_EQ(holds({open, own}, seen.server), yes);
    EXPECT_EQ(holds({}, seen.server), Truth::unknown);
    auto berlin = seen.server;
    berlin.traits.timezone = zone("Europe/Berlin");
    EXPECT_EQ(holds({own}, berlin), yes);
    EXPECT_EQ(evaluate(not_({InSchedule{{own}}}), seen.server, seen.sessions.front(), at), Truth::unknown);
    EXPECT_EQ(evaluate(not_({InSchedule{{open}}}), seen.server, seen.sessions.front(), at), no);
}

TEST(InSchedule, a_plan_is_of_the_time_of_its_look) {
    auto seen = windows({{.user = "anna"}});
    const Condition on_mondays{InSchedule{{shared(schedule("UTC", {"mon"}))}}};
    const auto rules = policy({disconnect("all", all({user({"anna"}), on_mondays}))});
    seen.at.wall = utc("2026-11-23 23:59:59");
    EXPECT_EQ(summary(plan_server(rules, seen), rules), Lines{"ends 10.20.1.7 anna x1"});
    seen.at.wall = utc("2026-11-24 00:00");
    EXPECT_EQ(summary(plan_server(rules, seen), rules), Lines{});
}

}  // namespace
}  // namespace curfew::policy
