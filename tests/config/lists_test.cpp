#include <chrono>
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

using Lines = std::vector<std::string>;
using policy::Truth;

// With two lists, in a.txt and b.txt.
std::string main_file(std::string_view rules) {
    return std::string(preamble) + "lists: {a: {file: a.txt}, b: {file: b.txt}}\n" + std::string(rules);
}

// Of `a.txt` with this content, in a rule with this condition; `b` is in use and sound.
Lines problems_of(std::string_view content, std::string_view when = "{user: list:a}") {
    const TempDir dir;
    dir.write("a.txt", content);
    dir.write("b.txt", "bob\n");
    return dir.strip(
        load(dir.write("curfew.yaml", main_file("protect: [{user: list:b}]\nrules: [{name: r, when: " +
                                                std::string(when) + ", then: keep}]\n")))
            .diagnostics);
}

TEST(Lists, StandWhereverPatternsStand) {
    const TempDir dir;
    dir.write(
        "a.txt",
        "\xEF\xBB\xBF# On call\r\n\r\nanna\r\n  O'Brien Jr. \t# since May\nteam[#]1\n/adm[0-9]/\nLAB\\bob");
    dir.write("b.txt", "10.20.0.0/16\n[fe80::1]\n\\\\WKS-17\n");
    const Loaded loaded = load(dir.write(
        "curfew.yaml",
        main_file("rules:\n"
                  "  - {name: r, then: keep, when: {user: [carl, list:a], client: 'list:b', server: list:a,\n"
                  "     transport: list:a, client_type: ['list:a', x]}}\n")));
    EXPECT_EQ(dir.strip(loaded.diagnostics), Lines{});
    ASSERT_NE(loaded.config, nullptr);
    EXPECT_EQ(loaded.files, (Lines{dir.path("curfew.yaml"), dir.path("a.txt"), dir.path("b.txt")}));
    const auto& all = std::get<policy::AllOf>(loaded.config->policy.rules[0].when.node).conditions;
    ASSERT_EQ(all.size(), 5U);
    const auto& users = std::get<policy::UserMatches>(all[0].node).any_of;
    ASSERT_EQ(users.size(), 2U);
    EXPECT_EQ(users[1].text(), "list:a");
    for (const auto* name : {"ANNA", "o'brien jr.", "team#1", "adm7"})
        EXPECT_EQ(users[1].matches("", false, name), Truth::yes) << name;
    EXPECT_EQ(users[1].matches("lab", true, "bob"), Truth::yes);
    EXPECT_EQ(users[1].matches("lab", true, "team"), Truth::no);
    const auto& clients = std::get<policy::ClientMatches>(all[1].node).any_of;
    EXPECT_EQ(clients.at(0).matches({core::IpAddress::parse("fe80::1"), std::nullopt}), Truth::yes);
    EXPECT_EQ(clients.at(0).matches({std::nullopt, "wks-17"}), Truth::yes);
    EXPECT_EQ(std::get<policy::ServerMatches>(all[2].node).any_of.at(0).matches("anna"), Truth::yes);
    EXPECT_EQ(std::get<policy::TransportMatches>(all[3].node).any_of.at(0).matches("anna"), Truth::yes);
    EXPECT_EQ(std::get<policy::ClientTypeMatches>(all[4].node).any_of.size(), 2U);
}

TEST(Lists, ExplainEveryLine) {
    EXPECT_EQ(
        problems_of("ok\n  te#am # x\nb\x01ob\n'anna'\nlist:b\n\xFF\nx\"\nab\xC2\x80\n[#]#\n"),
        (Lines{"a.txt:2:3: is this `#` part of the name, or does a comment begin? Write a blank before a "
               "comment, and `[#]` where a name holds one",
               "a.txt:3:1: expected a name, found the control characters of `b\\x01ob`",
               "a.txt:4:1: quotes would be part of the name here; write it without them",
               "a.txt:5:1: a list holds names and patterns, and no other lists",
               "a.txt:6:1: this is no text in UTF-8",
               "a.txt:8:1: expected a name, found the control characters of `ab\\x80`",
               "a.txt:9:1: is this `#` part of the name, or does a comment begin? Write a blank before a "
               "comment, and `[#]` where a name holds one"}));
    EXPECT_EQ(problems_of("anna, bob\n"),
              Lines{"a.txt:1:1: warning: the comma is a part of this name; several stand on a line each"});
}

TEST(Lists, WithoutANameAreErrors) {
    const Lines empty{"a.txt:1:1: the list holds no name; write one a line, such as `anna`"};
    EXPECT_EQ(problems_of(""), empty);
    EXPECT_EQ(problems_of("# to be filled in\n\n"), empty);
    // Under `not` it would be everyone.
    EXPECT_EQ(problems_of("\n", "{not: {user: list:a}}"), empty);
}

TEST(Lists, MistakesInPatternsAreToldOnceForEachKindOfPlace) {
    EXPECT_EQ(problems_of("anna\n10.20.*\n", "{user: list:a}"), Lines{});
    const Lines found =
        problems_of("anna\n 10.20.*\n/a(/\n",
                    "{client: list:a, any: [{client: list:a}, {user: list:a}, {user: list:a}]}");
    ASSERT_EQ(found.size(), 3U);
    EXPECT_NE(found[0].find("a.txt:2:2: '10.20.*' can only mean an address"), std::string::npos) << found[0];
    EXPECT_NE(found[0].find("write 10.20.0.0/16"), std::string::npos) << found[0];
    EXPECT_EQ(found[1].substr(0, 47), "a.txt:3:1: `/a(/`: not a regular expression: mi");
    EXPECT_EQ(found[2], found[1]);
}

TEST(Lists, HaveToBeThere) {
    EXPECT_EQ(
        problems_of("anna\n",
                    "{any: [{user: list:a}, {user: [list:aa, bob]}, {client: 'list:'}, {user: List:a}]}"),
        (Lines{"curfew.yaml:6:56: rules[0].when.any[1].user[0]: there is no `aa` in `lists`; did you mean "
               "`a`?",
               "curfew.yaml:6:81: rules[0].when.any[2].client: there is no `` in `lists`; did you mean `a`?",
               "curfew.yaml:6:98: rules[0].when.any[3].user: expected `list:` in small letters before the "
               "name of a list, found `List:a`"}));
    EXPECT_EQ(problems_of("anna\n", "any"),
              Lines{"curfew.yaml:4:12: warning: lists.a: no condition uses this list"});
}

TEST(Lists, ExplainTheirSection) {
    expect_mistakes({
        {"lists: []",
         {"curfew.yaml:4:8: lists: expected a map of names, each a map such as `{file: oncall.txt}`, found "
          "an "
          "empty list"}},
        {"lists: {a: [anna]}",
         {"curfew.yaml:4:12: lists.a: expected a map such as `{file: oncall.txt}`, found a list"}},
        {"lists: {a: {flie: x}}",
         {"curfew.yaml:4:12: lists.a: `file` is missing; write `file: oncall.txt`, one name a line",
          "curfew.yaml:4:13: lists.a.flie: unknown key; did you mean `file`?"}},
        {"lists: {a: {file: /nonexistent/a.txt}}\nprotect: [{user: list:a}, {user: list:b}]",
         {"curfew.yaml:4:19: lists.a.file: cannot read `/nonexistent/a.txt`: No such file or directory",
          "curfew.yaml:5:34: protect[1].user: there is no `b` in `lists`; did you mean `a`?"}},
        {"lists: {\"a\\tb\": {file: []}}",
         {"curfew.yaml:4:9: lists[\"a\\x09b\"]: a list needs a name without control characters",
          "curfew.yaml:4:24: lists[\"a\\x09b\"].file: expected the path of a file, found an empty list"}},
    });
}

TEST(Lists, AreReadWithTheCareOfIncludes) {
    const TempDir dir;
    const std::string file = dir.write(
        "curfew.yaml",
        std::string(preamble) +
            "lists:\n  twice: {file: a.txt}\n  again: {file: ./a.txt}\n  self: {file: curfew.yaml}\n"
            "  fifo: {file: f}\n  large: {file: l.txt}\n"
            "protect: [{user: [list:twice, list:again, list:self, list:fifo, list:large]}]\n"
            "rules: [{name: r, when: any, then: keep}]\n");
    dir.write("a.txt", "anna\n");
    ASSERT_EQ(::mkfifo(dir.path("f").c_str(), 0600), 0);
    dir.write("l.txt", "");
    std::filesystem::resize_file(dir.path("l.txt"), std::size_t{100} << 20U);
    EXPECT_EQ(
        dir.strip(load(file).diagnostics),
        (Lines{"curfew.yaml:6:17: lists.again.file: `./a.txt` is read already; include every file once",
               "curfew.yaml:7:16: lists.self.file: `curfew.yaml` is read already; include every file once",
               "curfew.yaml:8:16: lists.fifo.file: cannot read `f`: not a regular file",
               "l.txt:1:1: the file is larger than 1024 KiB; split it"}));
}

// Of the rules `uses` and `other`, and of the whole.
Lines digests(std::string_view content, std::string_view list = "list:a") {
    const TempDir dir;
    dir.write("a.txt", content);
    dir.write("b.txt", "bob\n");
    std::filesystem::current_path(dir.path(""));
    const Loaded loaded = load_text(main_file("rules:\n"
                                              "  - {name: uses, when: {any: [{guest: true}, {not: {user: " +
                                              std::string(list) +
                                              "}}]}, then: disconnect}\n"
                                              "  - {name: other, when: {user: [list:b]}, then: keep}\n"),
                                    "curfew.yaml");
    std::filesystem::current_path("/");
    if (!loaded.config) {
        for (const auto& line : dir.strip(loaded.diagnostics)) ADD_FAILURE() << line;
        return Lines(3);
    }
    return {loaded.config->policy.rules[0].key.digest, loaded.config->policy.rules[1].key.digest,
            loaded.config->digest};
}

TEST(Lists, ChangeTheRulesThatUseThem) {
    const Lines before = digests("anna\nbob\n");
    const Lines same = digests("# who\nbob\nanna # b\nbob\n");
    EXPECT_EQ(same[0], before[0]);
    EXPECT_NE(same[2], before[2]) << "another file all the same";
    const Lines changed = digests("anna\n");
    EXPECT_NE(changed[0], before[0]);
    EXPECT_EQ(changed[1], before[1]);
    EXPECT_NE(changed[2], before[2]);
    EXPECT_NE(digests("bob\n", "list:a")[0], digests("bob\n", "list:b")[0]);
    EXPECT_EQ(digests("anna\nbob\n"), before);
}

TEST(Lists, MayHoldManyNamesAndFewerPatterns) {
    std::string many;
    for (int i = 0; i < 90'000; ++i) many += "user" + std::to_string(i) + "\n";
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(problems_of(many), Lines{});
    std::string patterns;
    for (int i = 0; i < 300'000; ++i) patterns += "a*\n";
    EXPECT_EQ(problems_of("x\n" + patterns),
              Lines{"a.txt:10002:1: more than 10000 patterns in one list; plain names are not counted"});
    // Far above what it takes, with room for a sanitizer and a busy machine.
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{60});
}

}  // namespace
}  // namespace curfew::config::test
