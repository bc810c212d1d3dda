// Files made to do harm: an error with a position, soon, and in little memory. The time is asserted with room
// for a sanitizer and a busy machine.
#include <chrono>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

constexpr std::size_t megabyte = std::size_t{1} << 20U;

std::string repeated(std::string_view unit, std::size_t size = megabyte - 200) {
    std::string out;
    out.reserve(size + unit.size());
    while (out.size() + unit.size() <= size) out += unit;
    return out;
}

// The first error; empty, and a failure, where there is none. What takes for ever is ended by ctest.
std::string first_error(const std::string& text) {
    const auto found = errors(text);
    EXPECT_FALSE(found.empty()) << text.substr(0, 40);
    return found.empty() ? "" : found.front();
}

TEST(Hostile, AliasesThatMultiply) {
    std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
    for (char c = 'b'; c < 'v'; ++c) {
        bomb += std::string{c} + ": &" + c + " [";
        for (int i = 0; i < 10; ++i)
            bomb += std::string("*") + static_cast<char>(c - 1) + (i < 9 ? "," : "]\n");
    }
    EXPECT_EQ(first_error(bomb),
              "curfew.yaml:5:4: e: more than 200000 values in one file, aliases written out; split it with "
              "`file:`");
    std::string long_text = "a: &a '" + std::string(500'000, 'x') + "'\nb: [";
    for (int i = 0; i < 100'000; ++i) long_text += "*a,";
    EXPECT_EQ(first_error(long_text + "]\n").substr(0, 17), "curfew.yaml:2:74:");
}

TEST(Hostile, NestingWithoutEnd) {
    const std::string deep = ": nested more than 64 levels deep";
    EXPECT_EQ(first_error(repeated("[")), "curfew.yaml:1:65" + deep);
    EXPECT_EQ(first_error(repeated("{")), "curfew.yaml:1:65" + deep);
    EXPECT_EQ(first_error(repeated("- ")).substr(0, 21), "curfew.yaml:1:129: [0");
    std::string maps;
    for (std::size_t i = 0; i < 1'000; ++i) maps += std::string(i, ' ') + "a:\n";
    EXPECT_EQ(first_error(maps).substr(0, 21), "curfew.yaml:65:65: a.");
}

TEST(Hostile, MoreThanAnybodyWrites) {
    EXPECT_EQ(first_error(std::string(megabyte + 1, '#')),
              "curfew.yaml:1:1: the file is larger than 1024 KiB; split it with `file:`");
    for (const std::string_view unit : {"[x,", "a: b\n", "- x\n", "&a ", "!a ", "? ", ": ", "'", "\"", "a ",
                                        "*a ", "#x\n", "\n", "|\n", "-\n", "[],", "<<: {a: 1}\n"})
        first_error(repeated(unit));
    first_error("a: [" + repeated("a,"));
    first_error("{" + repeated("a: b,"));
    first_error("servers: [" + repeated(","));
    first_error("a: '" + repeated("ä"));
}

TEST(Hostile, ThousandsOfMistakesAreCut) {
    std::string text(preamble);
    for (int i = 0; i < 40'000; ++i) text += "key" + std::to_string(i) + ": x\n";
    const auto found = errors(text);
    ASSERT_EQ(found.size(), 1'001U);
    EXPECT_EQ(found.back(),
              "curfew.yaml:1004:1: more than 1000 errors; those found after this one are not shown");
}

TEST(Hostile, ThousandsOfNamesAgainstThousands) {
    std::string text =
        "version: 1\ncredentials: {default: {ntlm: {username: a, password_file: b}}}\nservers:\n";
    for (int i = 0; i < 20'000; ++i)
        text += "- {name: fs" + std::to_string(i) + ", tags: [t" + std::to_string(i) + "]}\n";
    text += "protect: [{tags: [";
    for (int i = 0; i < 20'000; ++i) text += "u" + std::to_string(i) + ",";
    EXPECT_EQ(first_error(text + "]}]\n"),
              "curfew.yaml:20004:19: protect[0].tags[0]: no server bears the tag `u0`; did you mean `t0`?");
}

TEST(Hostile, SchedulesWithoutEnd) {
    std::string chain(preamble);
    chain += "schedules:\n  s0: {timezone: UTC, during: [mon";
    for (int i = 0; i < 2'000; ++i) chain += ",mon 00:00-06:00,2026-01-01";
    chain += "]}\n";
    for (int i = 1; i < 20'000; ++i)
        chain += "  s" + std::to_string(i) + ": {outside: s" + std::to_string(i - 1) + "}\n";
    EXPECT_EQ(
        first_error(chain + "x: y\n"),
        "curfew.yaml:20005:1: x: unknown key; known here: `version`, `mode`, `servers`, `server_defaults`, "
        "`credentials`, `polling`, `clients`, `limits`, `lists`, `calendars`, `schedules`, `protect`, "
        "`rules`, `log`, `audit`, `control`, `http`, `notify` or `reload`");
    EXPECT_EQ(first_error(std::string(preamble) + "schedules: {a: {timezone: " + repeated("x", 500'000) +
                          ", during: mon}}")
                  .substr(0, 64),
              "curfew.yaml:4:27: schedules.a.timezone: there is no time zone `x");
    std::string zones(preamble);
    zones += "schedules:\n";
    for (int i = 0; i < 10'000; ++i)
        zones +=
            "  s" + std::to_string(i) + ": {timezone: Europe/Berln" + std::to_string(i) + ", during: mon}\n";
    EXPECT_EQ(first_error(zones),
              "curfew.yaml:5:18: schedules.s0.timezone: there is no time zone `Europe/Berln0`; did you mean "
              "`Europe/Berlin`?");
}

TEST(Hostile, AHundredMegabytesAreNotRead) {
    const TempDir dir;
    const std::string file = dir.write("curfew.yaml", "version: 1\n");
    std::filesystem::resize_file(file, 100 * megabyte);
    EXPECT_EQ(
        dir.strip(load(file).diagnostics),
        std::vector<std::string>{"curfew.yaml:1:1: the file is larger than 1024 KiB; split it with `file:`"});
    EXPECT_EQ(load("/dev/zero").diagnostics.size(), 1U);
}

TEST(Hostile, MessagesStayShortAndPrintable) {
    const std::string name(5'000, 'x');
    for (const std::string& found :
         errors(std::string(preamble) + name + ": " + name + "\nmode: \"\\e[31m" + name + "\"\n")) {
        EXPECT_LT(found.size(), 500U);
        EXPECT_EQ(found.find('\x1b'), std::string::npos);
    }
}

}  // namespace
}  // namespace curfew::config::test
