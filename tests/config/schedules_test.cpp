#include <filesystem>

#include <gtest/gtest.h>

#include "config/foresight.hpp"
#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

using Lines = std::vector<std::string>;
using policy::Truth;

// Of a UTC date and time in minutes.
core::WallTime at(int year, unsigned month, unsigned day, int hour = 0, int minute = 0) {
    return std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)} +
           std::chrono::hours{hour} + std::chrono::minutes{minute};
}

std::shared_ptr<const policy::Schedule> schedule(const Config& config, std::string_view name) {
    for (const Schedule& one : config.schedules)
        if (one.schedule->name() == name) return one.schedule;
    ADD_FAILURE() << "no schedule " << name;
    return nullptr;
}

// As in curfew.yaml, with a server in line 2 and `text` from line 4 on.
std::string with(std::string_view text) {
    return std::string(preamble) + std::string(text);
}

TEST(Schedules, AreReadWithTheirZoneHoursAndExceptions) {
    const auto config =
        good(with("schedules:\n"
                  "  office:\n"
                  "    timezone: Europe/Berlin\n"
                  "    during: ['mon-fri 06:00-20:00', sat]\n"
                  "    except: [2026-12-24, 2026-12-28..2026-12-31]\n"
                  "  closed: {outside: office}\n"
                  "  open: {outside: closed}\n"
                  "  own: {timezone: server, during: daily 20:00-06:00}\n"));
    const auto office = schedule(*config, "office");
    EXPECT_EQ(office->zone()->name(), "Europe/Berlin");
    EXPECT_EQ(office->inside({}, at(2026, 11, 23, 5)), Truth::yes);
    EXPECT_EQ(office->inside({}, at(2026, 11, 28, 22, 30)), Truth::yes);
    EXPECT_EQ(office->inside({}, at(2026, 11, 29, 12)), Truth::no);
    for (const unsigned day : {24U, 28U, 29U, 30U, 31U})
        EXPECT_EQ(office->inside({}, at(2026, 12, day, 12)), Truth::no) << day;
    EXPECT_EQ(office->inside({}, at(2026, 12, 25, 12)), Truth::yes);
    EXPECT_EQ(schedule(*config, "closed")->inside({}, at(2026, 12, 24, 12)), Truth::yes);
    EXPECT_EQ(schedule(*config, "open")->inside({}, at(2026, 12, 24, 12)), Truth::no);
    const auto own = schedule(*config, "own");
    EXPECT_FALSE(own->zone());
    EXPECT_EQ(own->inside({}, at(2026, 12, 24, 22)), Truth::unknown);
    EXPECT_EQ(config->schedules[0].at, (Position{"curfew.yaml", 6, 5}));
    EXPECT_EQ(config->schedules[0].path, "schedules.office");
}

TEST(Schedules, OfRulesAndProtection) {
    const auto config =
        good(with("schedules: {a: {timezone: UTC, during: mon}, b: {outside: a}}\n"
                  "protect: [{schedule: a}]\n"
                  "rules:\n"
                  "  - {name: one, when: {schedule: b}, then: disconnect}\n"
                  "  - {name: two, when: {not: {schedule: [a, b]}}, then: keep}\n"));
    const auto* node = std::get_if<policy::InSchedule>(&config->policy.rules[0].when.node);
    ASSERT_NE(node, nullptr);
    EXPECT_EQ(node->any_of, std::vector{schedule(*config, "b")});
    EXPECT_TRUE(std::holds_alternative<policy::InSchedule>(config->policy.protect[0].when.node));
    const auto& negation = std::get<policy::Not>(config->policy.rules[1].when.node);
    EXPECT_EQ(std::get<policy::InSchedule>(negation.condition->node).any_of.size(), 2U);
}

TEST(Schedules, ServersHaveATimezoneOrTheDefaultOne) {
    const auto config = good(
        "version: 1\nservers: [fs1, {name: fs2, timezone: Asia/Kolkata}]\nserver_defaults: {timezone: UTC}\n"
        "credentials: {default: {ntlm: {username: svc, password_file: /secret}}}\n");
    EXPECT_EQ(config->servers[0].traits.timezone->name(), "UTC");
    EXPECT_EQ(config->servers[1].traits.timezone->name(), "Asia/Kolkata");
    EXPECT_EQ(good(preamble)->servers[0].traits.timezone, std::nullopt);
}

TEST(Schedules, NobodyHasToUseThem) {
    const TempDir dir;
    dir.write("holidays.txt", "2037-12-24\n");
    const Loaded loaded =
        load(dir.write("curfew.yaml", with("calendars: {holidays: {file: holidays.txt}}\n"
                                           "schedules: {a: {timezone: UTC, during: daily 08:00-09:00}}\n"
                                           "rules: [{name: r, when: any, then: keep}]\n")));
    EXPECT_EQ(dir.strip(loaded.diagnostics), Lines{});
}

TEST(Schedules, ExplainTheirSections) {
    expect_mistakes({
        {"schedules: []",
         {"curfew.yaml:4:12: schedules: expected a map of names, each a map with `timezone` and `during`, or "
          "`{outside: NAME}` for whenever another one is not in force, found an empty list"}},
        {"schedules: {}",
         {"curfew.yaml:4:12: schedules: expected a map of names, each a map with `timezone` and `during`, or "
          "`{outside: NAME}` for whenever another one is not in force, found an empty map"}},
        {"schedules: {a: mon}",
         {"curfew.yaml:4:16: schedules.a: expected a map with `timezone` and `during`, or `{outside: NAME}` "
          "for "
          "whenever another one is not in force, found `mon`"}},
        {"schedules: {'': {timezone: UTC, during: mon}}",
         {"curfew.yaml:4:13: schedules[\"\"]: a schedule needs a name without control characters"}},
        {"schedules: {a: {during: mon}}",
         {"curfew.yaml:4:16: schedules.a: `timezone` is missing; write a name such as `timezone: "
          "Europe/Berlin`, "
          "or `timezone: server` for each server's own"}},
        {"schedules: {a: {timezone: UTC}}",
         {"curfew.yaml:4:16: schedules.a: `during` is missing; write `during: [\"mon-fri 06:00-20:00\"]`, or "
          "`outside`"}},
        {"schedules: {a: {timezone: UTC, durng: mon}}",
         {"curfew.yaml:4:16: schedules.a: `during` is missing; write `during: [\"mon-fri 06:00-20:00\"]`, or "
          "`outside`",
          "curfew.yaml:4:32: schedules.a.durng: unknown key; did you mean `during`?"}},
        {"schedules: {a: {timezone: UTC, during: []}}",
         {"curfew.yaml:4:40: schedules.a.during: expected days and hours such as `mon-fri 06:00-20:00` or a "
          "list "
          "of them, found an empty list"}},
        {"schedules: {a: {timezone: UTC, during: mon, except: []}}",
         {"curfew.yaml:4:53: schedules.a.except: expected a calendar's name, a date such as `2026-12-24`, or "
          "a "
          "range or a list of them, found an empty list"}},
        {"schedules: {a: {timezone: Europe/Berln, during: mon}}",
         {"curfew.yaml:4:27: schedules.a.timezone: there is no time zone `Europe/Berln`; did you mean "
          "`Europe/Berlin`?"}},
        {"schedules: {a: {timezone: [UTC], during: mon}}",
         {"curfew.yaml:4:27: schedules.a.timezone: expected a time zone such as `Europe/Berlin`, found a "
          "list"}},
    });
}

TEST(Schedules, ExplainOutside) {
    const std::string stands_alone =
        ": beside `outside` nothing else is said: zone, hours and exceptions are those of the other "
        "schedule; "
        "remove the key";
    expect_mistakes({
        {"schedules: {office: {timezone: UTC, during: mon}, closed: {outside: ofice}}",
         {"curfew.yaml:4:69: schedules.closed.outside: there is no `ofice` in `schedules`; did you mean "
          "`office`?"}},
        {"schedules: {a: {timezone: UTC, during: mon}, b: {timezone: UTC, outside: a, except: [2026-01-01]}}",
         {"curfew.yaml:4:60: schedules.b.timezone" + stands_alone,
          "curfew.yaml:4:85: schedules.b.except" + stands_alone}},
        {"schedules: {a: {outside: a}}",
         {"curfew.yaml:4:26: schedules.a.outside: this comes back to `a` in a circle; one of its schedules "
          "has to "
          "say its hours with `during`"}},
        {"schedules: {a: {outside: b}, b: {outside: c}, c: {outside: b}}",
         {"curfew.yaml:4:43: schedules.b.outside: this comes back to `b` in a circle; one of its schedules "
          "has to "
          "say its hours with `during`"}},
        {"schedules: {a: {outside: [b]}}",
         {"curfew.yaml:4:26: schedules.a.outside: expected the name of another schedule, found a list"}},
    });
}

TEST(Schedules, ExplainDaysAndHours) {
    const auto mistake = [](const std::string& during, const std::string& message) {
        EXPECT_EQ(errors(with("schedules: {a: {timezone: UTC, during: ['" + during + "']}}")),
                  Lines{"curfew.yaml:4:41: schedules.a.during[0]: " + message})
            << during;
    };
    const std::string days = "; days are `mon` to `sun`, `daily`, or a date such as `2026-12-24`";
    mistake("monday 06:00-20:00", "expected a day, found `monday`; did you mean `mon`?");
    mistake("Mon 06:00-20:00", "expected a day, found `Mon`; did you mean `mon`?");
    mistake("mno", "expected a day, found `mno`; did you mean `mon`?");
    mistake("weekdays", "expected a day, found `weekdays`" + days);
    mistake("mon-", "expected a day, found ``" + days);
    mistake("mon-fri-sun", "expected a day, found `fri-sun`; did you mean `fri`?");
    mistake("mon-mon", "a range from a day to itself, `mon-mon`; write `mon`, or `daily` for the whole week");
    mistake("mon,,tue", "expected a day on either side of the comma; they are listed as `mon,wed`");
    mistake("mon,", "expected a day on either side of the comma; they are listed as `mon,wed`");
    mistake("2026-02-29", "there is no day `2026-02-29` in any calendar");
    mistake("2026-2-9", "expected a date such as `2026-12-24`, found `2026-2-9`");
    mistake("24.12.2026", "expected a date such as `2026-12-24`, found `24.12.2026`");
    mistake("2026-12-24..2026-12-26",
            "ranges of dates stand in `except` and in calendars; list the dates here, found "
            "`2026-12-24..2026-12-26`");
    mistake("06:00-20:00", "the days come first; did you mean `daily 06:00-20:00`?");
    mistake("mon 6:00-20:00",
            "expected hours such as `06:00-20:00`, found `6:00-20:00`; did you mean `06:00-20:00`?");
    const std::string times = "; times are `00:00` to `23:59`, and `24:00` for the end of the day";
    mistake("mon 06:00", "expected hours such as `06:00-20:00`, found `06:00`" + times);
    mistake("mon 06:60-20:00", "expected hours such as `06:00-20:00`, found `06:60-20:00`" + times);
    mistake("mon 06:00-24:01", "expected hours such as `06:00-20:00`, found `06:00-24:01`" + times);
    mistake("mon 06:00:00-20:00", "expected hours such as `06:00-20:00`, found `06:00:00-20:00`" + times);
    mistake(
        "mon 24:00-06:00",
        "nothing begins at `24:00`, the end of the day; write `00:00` of the next one, found `24:00-06:00`");
    const std::string spaces = "; one space stands between the days and the hours and none elsewhere";
    const std::string form = "expected days and hours such as `mon-fri 06:00-20:00`, found ";
    mistake("mon, tue 06:00-20:00", form + "`mon, tue 06:00-20:00`" + spaces);
    mistake("mon 06:00 - 20:00", form + "`mon 06:00 - 20:00`" + spaces);
    mistake("mon ", form + "`mon `" + spaces);
    mistake("mon, tue", form + "`mon, tue`" + spaces);
}

TEST(Schedules, ExplainExceptions) {
    expect_mistakes({
        {"schedules: {a: {timezone: UTC, during: mon, except: holidays}}",
         {"curfew.yaml:4:53: schedules.a.except: there is no `holidays` in `calendars`"}},
        {"schedules: {a: {timezone: UTC, during: mon, except: [2026-12-24..2026-12-20, 2026-13-01]}}",
         {"curfew.yaml:4:54: schedules.a.except[0]: the range `2026-12-24..2026-12-20` ends before it "
          "begins; the "
          "earlier date comes first",
          "curfew.yaml:4:78: schedules.a.except[1]: there is no day `2026-13-01` in any calendar"}},
        {"schedules: {a: {timezone: UTC, during: mon, except: [2026-12-24..]}}",
         {"curfew.yaml:4:54: schedules.a.except[0]: expected a date such as `2026-12-24`, found ``"}},
    });
}

TEST(Schedules, DanglingNamesAreErrors) {
    expect_mistakes({
        {"schedules: {closed: {timezone: UTC, during: mon}}\n"
         "rules: [{name: r, when: {schedule: [closed, closd]}, then: keep}]",
         {"curfew.yaml:5:45: rules[0].when.schedule[1]: there is no `closd` in `schedules`; did you mean "
          "`closed`?"}},
        {"rules: [{name: r, when: {schedule: closed}, then: keep}]",
         {"curfew.yaml:4:36: rules[0].when.schedule: there is no `closed` in `schedules`"}},
        {"rules: [{name: r, when: {schedule: []}, then: keep}]",
         {"curfew.yaml:4:36: rules[0].when.schedule: expected the name of a schedule or a list of them, "
          "found an "
          "empty list"}},
        // One that is wrong itself is there all the same.
        {"schedules: {a: {timezone: UTC, during: x}, b: {outside: a}}\n"
         "rules: [{name: r, when: {schedule: [a, b]}, then: keep}]",
         {"curfew.yaml:4:40: schedules.a.during: expected a day, found `x`; days are `mon` to `sun`, "
          "`daily`, or a "
          "date such as `2026-12-24`"}},
        {"protect: [{schedule: x}]",
         {"curfew.yaml:4:22: protect[0].schedule: there is no `x` in `schedules`"}},
    });
    EXPECT_EQ(
        errors("version: 1\nservers: [{name: fs1, timezone: server}]\n"
               "credentials: {default: {ntlm: {username: svc, password_file: /secret}}}\n"),
        Lines{"curfew.yaml:2:33: servers[0].timezone: there is no time zone `server`; write a name of the "
              "IANA database such as `Europe/Berlin`"});
}

TEST(Schedules, TheSeamIsPointedOut) {
    const auto warned = [](std::string_view during) {
        const auto found = problems(with("schedules: {a: {timezone: UTC, during: " + std::string(during) +
                                         "}}\nrules: [{name: r, when: any, then: keep}]\n"));
        return found.empty() ? "" : found.front();
    };
    EXPECT_EQ(
        warned("['mon-fri 20:00-06:00', 'sat,sun']"),
        "curfew.yaml:4:40: warning: schedules.a.during: this closes on mon at 00:00: a window belongs to the "
        "day on which it starts, and none that starts on sun runs into mon; write `daily 20:00-06:00` if "
        "that "
        "night is meant too, or put the open hours into a schedule and name it with `outside`");
    EXPECT_NE(warned("['sat,sun', 'mon-fri 20:00-24:00', 'mon-fri 23:00-06:00']"), "");
    EXPECT_NE(warned("['tue-sun 22:00-05:00', 'mon 08:00-24:00']"), "");
    // Said as the reference says it, or with nothing to be closed.
    EXPECT_EQ(warned("['daily 20:00-06:00', 'sat,sun']"), "");
    EXPECT_EQ(warned("['mon-fri 20:00-06:00']"), "");
    EXPECT_EQ(warned("['mon-fri 20:00-06:00', 'sat,sun', 'mon 00:00-06:00']"), "");
    // A weekend from Friday evening to Sunday midnight.
    EXPECT_EQ(warned("['fri 20:00-06:00', 'sat,sun']"), "");
    EXPECT_EQ(warned("['sat,sun']"), "");
}

TEST(Schedules, WhatTheTimeTellsIsWarnedOf) {
    const TempDir dir;
    dir.write("old.txt", "2025-12-24\n2026-01-01..2026-01-02\n");
    dir.write("new.txt", "2025-12-24\n2027-01-01\n");
    const Loaded loaded = load(
        dir.write("curfew.yaml", with("calendars: {old: {file: old.txt}, new: {file: new.txt}}\n"
                                      "schedules:\n"
                                      "  move: {timezone: Europe/Berlin, during: 2026-11-26 22:00-04:00}\n"
                                      "  taken: {timezone: UTC, during: 2026-12-24, except: 2026-12-24}\n"
                                      "  never_taken: {outside: taken}\n"
                                      "  own: {timezone: server, during: 2020-01-01}\n"
                                      "  weekly: {timezone: UTC, during: mon}\n"
                                      "rules: [{name: r, when: any, then: keep}]\n")));
    ASSERT_NE(loaded.config, nullptr);
    const std::string never = ": this schedule never opens: every window is past, or taken away by `except`";
    const std::string past = ": all dates of this calendar are past; it excepts nothing any more";
    EXPECT_EQ(dir.strip(warnings_at(*loaded.config, at(2026, 1, 3, 23))),
              Lines{"curfew.yaml:7:10: warning: schedules.taken" + never});
    EXPECT_EQ(dir.strip(warnings_at(*loaded.config, at(2026, 1, 4))),
              (Lines{"curfew.yaml:4:18: warning: calendars.old" + past,
                     "curfew.yaml:7:10: warning: schedules.taken" + never}));
    EXPECT_EQ(dir.strip(warnings_at(*loaded.config, at(2026, 11, 27, 2, 59))).size(), 2U);
    EXPECT_EQ(dir.strip(warnings_at(*loaded.config, at(2026, 11, 27, 3))),
              (Lines{"curfew.yaml:4:18: warning: calendars.old" + past,
                     "curfew.yaml:6:9: warning: schedules.move" + never,
                     "curfew.yaml:7:10: warning: schedules.taken" + never}));
}

TEST(Schedules, OfAServersClockAreJudgedByTheZonesThereAre) {
    const std::string text =
        "version: 1\nservers: [{name: fs1, timezone: Pacific/Kiritimati}, {name: fs2, timezone: "
        "Pacific/Pago_Pago}]\n"
        "credentials: {default: {ntlm: {username: svc, password_file: /secret}}}\n"
        "schedules: {own: {timezone: server, during: 2026-11-26}}\n";
    const auto config = good(text);
    EXPECT_EQ(warnings_at(*config, at(2026, 11, 27, 10, 59)).size(), 0U) << "still Thursday in Pago Pago";
    EXPECT_EQ(warnings_at(*config, at(2026, 11, 27, 11)).size(), 1U);
    const auto zones = server_zones(*config);
    ASSERT_EQ(zones.size(), 2U);
    EXPECT_EQ(zones[0].name(), "Pacific/Kiritimati");
}

}  // namespace
}  // namespace curfew::config::test
