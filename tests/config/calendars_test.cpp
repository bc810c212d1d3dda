#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

using Lines = std::vector<std::string>;

std::string main_file(std::string_view calendars, std::string_view more = "") {
    return std::string(preamble) + "calendars: " + std::string(calendars) +
           "\nrules: [{name: r, when: any, then: keep}]\n" + std::string(more);
}

// Of a calendar with this content, in holidays.txt.
Lines problems_of(std::string_view content) {
    const TempDir dir;
    dir.write("holidays.txt", content);
    return dir.strip(
        load(dir.write("curfew.yaml", main_file("{holidays: {file: holidays.txt}}"))).diagnostics);
}

std::chrono::local_days day(int year, unsigned month, unsigned number) {
    return std::chrono::local_days{std::chrono::year{year} / static_cast<int>(month) /
                                   static_cast<int>(number)};
}

TEST(Calendars, HoldADateOrARangeALine) {
    const TempDir dir;
    dir.write("lists/holidays.txt",
              "\xEF\xBB\xBF# Berlin\r\n\r\n2026-12-25\n  2026-12-26\t# Boxing Day\n2026-12-28..2026-12-31\n"
              "2026-12-25\n2028-02-29");
    const Loaded loaded = load(dir.write("curfew.yaml", main_file("{holidays: {file: lists/holidays.txt}}")));
    EXPECT_EQ(dir.strip(loaded.diagnostics), Lines{});
    ASSERT_NE(loaded.config, nullptr);
    ASSERT_EQ(loaded.config->calendars.size(), 1U);
    const auto& dates = *loaded.config->calendars[0].dates;
    EXPECT_EQ(dates.ranges(), (std::vector<policy::DateRange>{{day(2026, 12, 25), day(2026, 12, 26)},
                                                              {day(2026, 12, 28), day(2026, 12, 31)},
                                                              {day(2028, 2, 29), day(2028, 2, 29)}}));
    EXPECT_FALSE(dates.contains(day(2026, 12, 27)));
    EXPECT_TRUE(dates.contains(day(2026, 12, 29)));
    EXPECT_FALSE(dates.contains(day(2027, 1, 1)));
    EXPECT_EQ(loaded.files, (Lines{dir.path("curfew.yaml"), dir.path("lists/holidays.txt")}));
}

TEST(Calendars, ExplainEveryLine) {
    EXPECT_EQ(
        problems_of("2026-12-24\n24.12.2026\n   2026-02-30 # none\n2026-12-26..2026-12-24\nChristmas\n"
                    "2026-12-24 2026-12-25\n\xFF\n"),
        (Lines{"holidays.txt:2:1: expected a date such as `2026-12-24`, found `24.12.2026`",
               "holidays.txt:3:4: there is no day `2026-02-30` in any calendar",
               "holidays.txt:4:1: the range `2026-12-26..2026-12-24` ends before it begins; the earlier "
               "date comes first",
               "holidays.txt:5:1: expected a date such as `2026-12-24`, found `Christmas`",
               "holidays.txt:6:1: expected a date such as `2026-12-24`, found `2026-12-24 2026-12-25`",
               "holidays.txt:7:1: this is no text in UTF-8"}));
}

TEST(Calendars, WithoutADateAreErrors) {
    const Lines empty{"holidays.txt:1:1: the calendar holds no date; write one a line, such as `2026-12-24`"};
    EXPECT_EQ(problems_of(""), empty);
    EXPECT_EQ(problems_of("# to be filled in\n\n"), empty);
}

TEST(Calendars, ExplainTheirSection) {
    expect_mistakes({
        {"calendars: []",
         {"curfew.yaml:4:12: calendars: expected a map of names, each a map such as `{file: holidays.txt}`, "
          "found "
          "an empty list"}},
        {"calendars: {holidays: holidays.txt}",
         {"curfew.yaml:4:23: calendars.holidays: expected a map such as `{file: holidays.txt}`, found "
          "`holidays.txt`"}},
        {"calendars: {holidays: {path: holidays.txt}}",
         {"curfew.yaml:4:23: calendars.holidays: `file` is missing; write `file: holidays.txt`, one date or "
          "range "
          "a line",
          "curfew.yaml:4:24: calendars.holidays.path: unknown key; known here: `file`"}},
        {"calendars: {holidays: {file: /nonexistent/holidays.txt}}",
         {"curfew.yaml:4:30: calendars.holidays.file: cannot read `/nonexistent/holidays.txt`: No such file "
          "or "
          "directory"}},
        // The name is there all the same.
        {"calendars: {holidays: {file: []}}\nschedules: {a: {timezone: UTC, during: mon, except: holidays}}",
         {"curfew.yaml:4:30: calendars.holidays.file: expected the path of a file, found an empty list"}},
        {"calendars: {holidays: {file: []}}\nschedules: {a: {timezone: UTC, during: mon, except: holiday}}",
         {"curfew.yaml:4:30: calendars.holidays.file: expected the path of a file, found an empty list",
          "curfew.yaml:5:53: schedules.a.except: there is no `holiday` in `calendars`; did you mean "
          "`holidays`?"}},
        {"calendars: {2026: {file: []}}",
         {"curfew.yaml:4:13: calendars.2026: in `except` this name would be taken for a date; begin it with "
          "a "
          "letter",
          "curfew.yaml:4:26: calendars.2026.file: expected the path of a file, found an empty list"}},
    });
}

TEST(Calendars, AreReadWithTheCareOfIncludes) {
    const TempDir dir;
    const std::string file = dir.write(
        "curfew.yaml",
        main_file("\n  twice: {file: a.txt}\n  again: {file: ./a.txt}\n  self: {file: curfew.yaml}\n"
                  "  directory: {file: d}\n  fifo: {file: f}\n  large: {file: l.txt}\n"
                  "  glob: {file: '*.txt'}"));
    dir.write("a.txt", "2026-12-24\n");
    std::filesystem::create_directory(dir.path("d"));
    ASSERT_EQ(::mkfifo(dir.path("f").c_str(), 0600), 0);
    dir.write("l.txt", "");
    std::filesystem::resize_file(dir.path("l.txt"), std::size_t{100} << 20U);
    EXPECT_EQ(
        dir.strip(load(file).diagnostics),
        (Lines{
            "curfew.yaml:6:17: calendars.again.file: `./a.txt` is read already; include every file once",
            "curfew.yaml:7:16: calendars.self.file: `curfew.yaml` is read already; include every file once",
            "curfew.yaml:8:21: calendars.directory.file: cannot read `d`: Is a directory",
            "curfew.yaml:9:16: calendars.fifo.file: cannot read `f`: not a regular file",
            "curfew.yaml:11:16: calendars.glob.file: cannot read `*.txt`: No such file or directory",
            "l.txt:1:1: the file is larger than 1024 KiB; split it"}));
}

// Of the rules `uses`, which names a schedule with a calendar, and `other`, and of the whole.
Lines digests(std::string_view content, std::string_view hours = "mon-fri 06:00-20:00",
              std::string_view zone = "UTC", std::string_view except = "[holidays, 2026-12-24]") {
    const TempDir dir;
    dir.write("holidays.txt", content);
    const std::string text =
        std::string(preamble) +
        "calendars: {holidays: {file: holidays.txt}}\nschedules: {a: " + "{timezone: " + std::string(zone) +
        ", during: " + std::string(hours) + ", except: " + std::string(except) +
        "}, b: {outside: a}}\n"
        "rules:\n"
        "  - {name: direct, when: {schedule: a}, then: disconnect}\n"
        "  - {name: deep, when: {any: [{not: {schedule: b}}, {guest: true}]}, then: keep}\n"
        "  - {name: other, when: any, then: keep}\n";
    const Loaded loaded = load(dir.write("curfew.yaml", text));
    EXPECT_EQ(dir.strip(loaded.diagnostics), Lines{});
    if (!loaded.config) return Lines(4);
    Lines out;
    for (const auto& rule : loaded.config->policy.rules) out.push_back(rule.key.digest);
    out.push_back(loaded.config->digest);
    return out;
}

TEST(Calendars, ChangeTheRulesThatGoByThem) {
    const Lines before = digests("2026-12-25\n");
    // Words and order are not what it means; a file is another file all the same.
    const Lines same =
        digests("# Christmas\n2026-12-25\n", "mon-fri 06:00-20:00", "UTC", "[2026-12-24, holidays]");
    for (int rule = 0; rule < 3; ++rule) EXPECT_EQ(same[rule], before[rule]);
    for (const Lines& changed :
         {digests("2026-12-26\n"), digests("2026-12-25\n", "mon-fri 06:00-20:01"),
          digests("2026-12-25\n", "2026-11-23 06:00-20:00"),
          digests("2026-12-25\n", "mon-fri 06:00-20:00", "Europe/Berlin"),
          digests("2026-12-25\n", "mon-fri 06:00-20:00", "server"),
          digests("2026-12-25\n", "mon-fri 06:00-20:00", "UTC", "[holidays, 2026-12-23]"),
          digests("2026-12-25\n", "mon-fri 06:00-20:00", "UTC", "holidays")}) {
        EXPECT_NE(changed[0], before[0]);
        EXPECT_NE(changed[1], before[1]);
        EXPECT_EQ(changed[2], before[2]) << "this rule goes by no schedule";
    }
}

TEST(Calendars, AreInTheDigestOfTheWhole) {
    const auto whole = [](std::string_view content) {
        const TempDir dir;
        dir.write("holidays.txt", content);
        std::filesystem::current_path(dir.path(""));
        const auto loaded = load_text(main_file("{holidays: {file: holidays.txt}}"), "curfew.yaml");
        std::filesystem::current_path("/");
        EXPECT_EQ(dir.strip(loaded.diagnostics), Lines{});
        return loaded.config ? loaded.config->digest : "";
    };
    EXPECT_EQ(whole("2026-12-25\n"), whole("2026-12-25\n"));
    EXPECT_NE(whole("2026-12-25\n"), whole("2026-12-26\n"));
}

}  // namespace
}  // namespace curfew::config::test
