// Harm that comes by other ways than the first file: what it includes, expressions, zones, anchors, policy
// tests. What takes for ever is ended by ctest.
#include <filesystem>

#include <gtest/gtest.h>

#include "config/tests/policy_test.hpp"
#include "policy/pattern.hpp"
#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t hundred_megabytes = std::size_t{100} << 20U;

Lines errors_behind_preamble(std::string_view text) {
    return errors(std::string(preamble).append(text));
}

TEST(HostileFiles, ExpressionsThatGrowWhenCompiled) {
    const std::string no_expression = ": not a regular expression: ";
    EXPECT_EQ(errors_behind_preamble("protect: [{user: '/((a{100}){100}){100}/'}]\n"),
              Lines{"curfew.yaml:4:18: protect[0].user: `/((a{100}){100}){100}/`" + no_expression +
                    "invalid repetition size: {100}"});
    EXPECT_EQ(errors_behind_preamble("protect: [{client: '/\\pL{1000}/'}]\n"),
              Lines{"curfew.yaml:4:20: protect[0].client: `/\\pL{1000}/`" + no_expression +
                    "pattern too large - compile failed"});
}

// Where an engine tries one way after the other, each of these takes longer than anybody waits.
// Each is allowed by itself. What is too much is told, and the rest costs nothing more.
TEST(HostileFiles, ManyExpressionsThatGrowWhenCompiled) {
    std::string patterns;
    for (int i = 0; i < 1000; ++i) patterns += "'/\\pL{200}" + std::to_string(i) + "/', ";
    const auto found = errors(std::string(preamble) + "protect: [{user: [" + patterns + "a]}]\n");
    ASSERT_FALSE(found.empty());
    EXPECT_NE(found.front().find("are too large together; write globs, or fewer"), std::string::npos)
        << found.front();
    std::string modest;
    for (int i = 0; i < 1000; ++i) modest += "'/svc-[a-z]+-" + std::to_string(i) + "/', ";
    EXPECT_EQ(errors(std::string(preamble) + "protect: [{user: [" + modest + "a]}]\n"), Lines{});
}

TEST(HostileFiles, ExpressionsThatExplodeElsewhere) {
    const std::string name(100'000, 'a');
    for (const char* text :
         {"/(a*)*b/", "/(a|a)*b/", "/(a+)+b/", "/(.*)(.*)(.*)(.*)(.*)b/", "/(a?){500}a{500}b/"}) {
        const auto pattern = policy::NamePattern::compile(text);
        ASSERT_TRUE(pattern) << text;
        EXPECT_NE(pattern->matches(name), policy::Truth::yes) << text;
    }
}

TEST(HostileFiles, AnchorsInOddPlaces) {
    // They are values like others wherever they may stand; what is wrong with one is told of the text itself.
    EXPECT_EQ(
        errors("&file version: &one 1\n&more servers: &all [&fs fs1, &e {name: &n fs2}]\ncredentials: &c\n"
               "  default: &d {ntlm: {username: &u svc, password_file: *u}}\nrules:\n"
               "- {name: *n, when: &any any, *any : [{idle: &t 1h}], then: keep}\n"),
        (Lines{
            "curfew.yaml:6:25: rules[0].any: unknown key; known here: `file`, `name`, `when`, `then`, `for`, "
            "`mode`, `rollout`, `limits`, `from`, `until`, `reason`, `owner` or `ticket`"}));
    for (const char* text :
         {"protect: &p\n", "protect: [&p ]\n", "protect: [*p]\n", "protect: *p\n", "protect: &p [*p]\n",
          "protect: &p &q [{user: a}]\n", "protect: [{user: &a *a}]\n", "&p\n", "*p : x\n",
          "protect: [{&p user: a, *p : b}]\n", "rules: [*rules]\n", "protect: [{user: &\n}]\n",
          "protect: [{user: *}]\n", "? &k [a]\n: b\n"}) {
        const auto found = errors_behind_preamble(text);
        ASSERT_FALSE(found.empty()) << text;
        EXPECT_EQ(found.front().substr(0, 12), "curfew.yaml:") << text;
        EXPECT_NE(found.front().substr(0, 14), "curfew.yaml:0:") << text;
    }
}

TEST(HostileFiles, ZonesThatArePaths) {
    for (const char* zone :
         {"../../../etc/passwd", "/dev/zero", "Europe/../../zoneinfo/UTC", "Europe", ".", ""}) {
        const auto found =
            errors_behind_preamble("schedules: {s: {timezone: '" + std::string(zone) + "', during: mon}}\n");
        ASSERT_EQ(found.size(), 1U) << zone;
        EXPECT_EQ(found.front().substr(0, 38), "curfew.yaml:4:27: schedules.s.timezone") << found.front();
    }
}

TEST(HostileFiles, CirclesOfIncludes) {
    const TempDir dir;
    dir.write("a/servers.yaml", "- fs1\n- file: ../b/*.yaml\n");
    dir.write("b/servers.yaml", "- fs2\n- file: ../a/servers.yaml\n- file: '*.yaml'\n");
    dir.write("r.yaml", "- {name: r, when: any, then: keep}\n");
    std::filesystem::create_symlink("r.yaml", dir.path("same.yaml"));
    const std::string file = dir.write(
        "curfew.yaml",
        "version: 1\ncredentials: {default: {ntlm: {username: a, password_file: b}}}\n"
        "servers:\n- file: a/*.yaml\nrules:\n- file: r.yaml\n- file: same.yaml\n- file: curfew.yaml\n");
    EXPECT_EQ(dir.strip(load(file).diagnostics),
              (Lines{"curfew.yaml:7:9: rules[1].file: `same.yaml` is read already; include every file once",
                     "curfew.yaml:8:9: rules[2].file: `curfew.yaml` is read already; include every file once",
                     "a/../b/servers.yaml:2:9: [1].file: `a/../b/../a/servers.yaml` is read already; include "
                     "every file once",
                     "a/../b/servers.yaml:3:9: [2].file: `a/../b/servers.yaml` is read already; include "
                     "every file once"}));
}

TEST(HostileFiles, IncludedWithoutEnd) {
    const TempDir dir;
    const std::string file =
        dir.write("curfew.yaml",
                  "version: 1\ncredentials: {default: {ntlm: {username: a, password_file: b}}}\n"
                  "servers: [fs1, {file: large.yaml}, {file: 0.yaml}]\nrules: [{file: large-rules.yaml}]\n");
    for (const char* name : {"large.yaml", "large-rules.yaml"})
        std::filesystem::resize_file(dir.write(name, "- fs2\n"), hundred_megabytes);
    for (int i = 0; i < 1'100; ++i)
        dir.write(std::to_string(i) + ".yaml", "- file: " + std::to_string(i + 1) + ".yaml\n");
    const auto found = dir.strip(load(file).diagnostics);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_NE(found[0].find("more than 1000 files"), std::string::npos) << found[0];
    EXPECT_EQ(found[1], "large.yaml:1:1: the file is larger than 1024 KiB; split it with `file:`");
}

TEST(HostileFiles, PolicyTests) {
    const TempDir dir;
    const auto of = [&](const std::string& text) {
        return dir.strip(load_tests(dir.write("t.yaml", text)).diagnostics);
    };
    dir.write("curfew.yaml", std::string(preamble));
    const std::string begin = "config: curfew.yaml\ntests:\n";
    EXPECT_EQ(of("config: t.yaml\ntests: [{}]\n").front(),
              "t.yaml:1:9: config: the configuration `t.yaml` cannot be tested; its errors follow");
    EXPECT_EQ(of(begin + "- &t {name: a, for_all: *t, expect: {never: disconnect}}\n"),
              Lines{"t.yaml:3:25: tests[0].for_all: this alias stands inside of what it refers to"});
    EXPECT_EQ(of(begin + "\t- {}\n"),
              Lines{"t.yaml:3:1: a tab in the indentation; YAML indents with spaces"});
    EXPECT_EQ(of("config: \xff\n"), Lines{"t.yaml:1:9: the byte 0xFF is not UTF-8; save the file as UTF-8"});
    std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
    for (char c = 'b'; c < 'k'; ++c) {
        bomb += std::string{c} + ": &" + c + " [";
        for (int i = 0; i < 10; ++i) bomb += std::string("*") + static_cast<char>(c - 1) + ",";
        bomb += "]\n";
    }
    EXPECT_EQ(of(bomb),
              Lines{"t.yaml:5:4: e: more than 200000 values in one file, aliases written out; write several "
                    "files of tests"});
    std::filesystem::resize_file(dir.path("t.yaml"), hundred_megabytes);
    EXPECT_EQ(dir.strip(load_tests(dir.path("t.yaml")).diagnostics),
              Lines{"t.yaml:1:1: the file is larger than 1024 KiB; write several files of tests"});
}

}  // namespace
}  // namespace curfew::config::test
