// Scenarios made to do harm: an error, soon, and in little memory. The time is asserted with room for a
// sanitizer and a busy machine.
#include <chrono>
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/config/lab_support.hpp"
#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

constexpr std::size_t megabyte = std::size_t{1} << 20U;

std::vector<std::string> soon(const std::string& text) {
    const auto start = std::chrono::steady_clock::now();
    auto found = said(read_scenario(text));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{10}) << text.substr(0, 80);
    return found;
}

using Lines = std::vector<std::string>;

TEST(ScenarioHostile, ServersWithoutEnd) {
    EXPECT_EQ(soon("version: 1\nservers: [{name: 'a{n}', count: 20000}]\n"), Lines{});
    EXPECT_EQ(soon("version: 1\nservers: [{name: 'a{n}', count: 10000}, {name: 'b{n}', count: 10000},\n"
                   "{name: c}, {name: d, tag: x}]\n"),
              (Lines{"lab.yaml:3:1: servers[2]: with this the lab has more than 20000 servers",
                     "lab.yaml:3:22: servers[3].tag: unknown key; did you mean `tags`?"}));
    // All of them would have to be tried to see that the last one is wrong.
    std::string text = "version: 1\nservers:\n";
    for (int i = 0; i < 20'000; ++i) text += "- {name: '10.{n}', count: 20000}\n";
    EXPECT_EQ(soon(text).size(), 2U);
}

TEST(ScenarioHostile, SessionsWithoutEnd) {
    const std::string begin = "version: 1\nservers:\n- {name: 'fs{n}', count: ";
    const std::string one = "{user: u, client: c, count: ";
    EXPECT_EQ(soon(begin + "10, sessions: [" + one + "50000}, " + one + "50000}]}\n"), Lines{});
    EXPECT_EQ(soon(begin + "1, sessions: [" + one + "50000}, " + one + "50001}]}\n"),
              Lines{"lab.yaml:3:39: servers[0].sessions: a server has at most 100000 sessions, these are "
                    "100001"});
    EXPECT_EQ(soon(begin + "10, sessions: [" + one + "100000}]}\n- {name: x, sessions: [" + one + "1}]}\n"),
              Lines{"lab.yaml:4:3: servers[1]: with this the lab has more than 1000000 sessions"});
    // Every alias a list of sessions, every server 20,000 alike.
    std::string text = begin + "1, sessions: &a [";
    for (int i = 0; i < 100; ++i) text += one + "1000}, ";
    text += "]}\n";
    for (int i = 0; i < 100; ++i)
        text += "- {name: '" + std::to_string(i) + "x{n}', count: 20000, sessions: *a}\n";
    EXPECT_EQ(soon(text), Lines{"lab.yaml:4:3: servers[1]: with this the lab has more than 20000 servers"});
}

TEST(ScenarioHostile, TextWithoutEnd) {
    const std::string name(256, 'x');
    EXPECT_EQ(soon("version: 1\nservers: [{name: a, sessions: [{user: " + name + "x, client: c}]}]\n"),
              Lines{"lab.yaml:2:39: servers[0].sessions[0].user: expected the name of a user of at most 256 "
                    "bytes, found `" +
                    std::string(80, 'x') + "…`"});
    const std::string session = "{user: " + name + ", client: " + name + ", count: 100000}";
    EXPECT_EQ(soon("version: 1\nservers:\n- {name: a, sessions: [" + session + "]}\n- {name: b, sessions: [" +
                   session + "]}\n"),
              Lines{"lab.yaml:4:3: servers[1]: with this the lab has more than 64 MiB of names, tags and "
                    "faults"});
    std::string tags;
    for (int i = 0; i < 3'000; ++i) tags += "a,";
    EXPECT_EQ(soon("version: 1\nservers: [{name: 'a{n}', count: 20000, tags: [" + tags + "]}]\n"),
              Lines{"lab.yaml:2:11: servers[0]: with this the lab has more than 64 MiB of names, tags and "
                    "faults"});
    std::string faults;
    for (int i = 0; i < 3'000; ++i) faults += "{fault: reset},";
    EXPECT_EQ(soon("version: 1\nservers: [{name: 'a{n}', count: 20000, faults: [" + faults + "]}]\n"),
              Lines{"lab.yaml:2:11: servers[0]: with this the lab has more than 64 MiB of names, tags and "
                    "faults"});
}

TEST(ScenarioHostile, ThousandsOfNamesAgainstThousands) {
    std::string text = "version: 1\nhabits:\n";
    for (int i = 0; i < 5'000; ++i) text += "  h" + std::to_string(i) + ": {works: 1s, pauses: 1s}\n";
    text += "servers:\n- name: a\n  sessions:\n";
    for (int i = 0; i < 10'000; ++i) text += "  - {user: u, client: c, habit: hh7}\n";
    const auto found = soon(text);
    ASSERT_EQ(found.size(), 1'001U);
    // Twenty slips are worth a search each.
    const std::string mistake = ":33: servers[0].sessions[";
    EXPECT_EQ(found[19],
              "lab.yaml:5025" + mistake + "19].habit: there is no `hh7` in `habits`; did you mean `h17`?");
    EXPECT_EQ(found[20], "lab.yaml:5026" + mistake + "20].habit: there is no `hh7` in `habits`");
}

// `file:` is not part of a scenario, so nobody is told to use it.
TEST(ScenarioHostile, FilesThatAreTooLarge) {
    EXPECT_EQ(soon(std::string(megabyte + 1, '#')),
              Lines{"lab.yaml:1:1: the file is larger than 1024 KiB; what is alike is written once, with "
                    "`count`"});
    std::string many = "version: 1\nservers: [";
    for (int i = 0; i < 200'000; ++i) many += "a,";
    EXPECT_EQ(soon(many + "]\n"),
              Lines{"lab.yaml:2:400001: servers[199995]: more than 200000 values in one file, aliases "
                    "written out; what is alike is written once, with `count`"});
}

TEST(ScenarioHostile, FilesThatCannotBeRead) {
    const TempDir dir;
    const std::string file = dir.write("lab.yaml", "version: 1\nservers: [{name: fs1}]\n");
    EXPECT_EQ(said(load_scenario(file)), Lines{});
    EXPECT_EQ(said(load_scenario(dir.path("none.yaml"))),
              Lines{dir.path("none.yaml") + ": cannot be read: No such file or directory"});
    EXPECT_EQ(said(load_scenario(dir.path("."))), Lines{dir.path(".") + ": cannot be read: Is a directory"});
    EXPECT_EQ(said(load_scenario("/dev/zero")), Lines{"/dev/zero: cannot be read: not a regular file"});
    std::filesystem::resize_file(file, 100 * megabyte);
    EXPECT_EQ(said(load_scenario(file)).size(), 1U);
}

}  // namespace
}  // namespace curfew::config::test
