// Files of policy tests: what is read, and what is said of mistakes.
#include <algorithm>

#include <gtest/gtest.h>

#include "config/tests/policy_test.hpp"
#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

constexpr std::string_view configuration =
    "version: 1\n"
    "servers: [{name: fs1, tags: [finance], kind: samba, timezone: Europe/Berlin}, {name: fs2, tags: "
    "[lab]}]\n"
    "credentials: {default: {ntlm: {username: svc, password_file: /secret}}}\n"
    "rules: [{name: idle workstations, when: {idle: 30m}, then: disconnect}]\n";
constexpr std::string_view clocks = "schedules: {nights: {timezone: UTC, during: 'daily 20:00-06:00'}}\n";

class PolicyTestsTest : public testing::Test {
  protected:
    PolicyTestsTest() { dir_.write("curfew.yaml", configuration); }

    LoadedTests read(std::string_view tests) const {
        return load_tests(dir_.write("t.yaml", "config: curfew.yaml\ntests:\n" + std::string(tests)));
    }
    std::vector<std::string> said(std::string_view tests) const {
        const auto loaded = read(tests);
        const auto out = dir_.strip(loaded.diagnostics);
        const bool warnings_alone =
            std::all_of(loaded.diagnostics.begin(), loaded.diagnostics.end(),
                        [](const auto& one) { return one.severity == Severity::warning; });
        EXPECT_EQ(loaded.tests.has_value(), warnings_alone);
        return out;
    }
    PolicyTest only(std::string_view test) const {
        auto loaded = read(test);
        for (const auto& one : dir_.strip(loaded.diagnostics)) ADD_FAILURE() << one;
        if (!loaded.tests || loaded.tests->tests.size() != 1) return {};
        return loaded.tests->tests.front();
    }

    TempDir dir_;
};
using Lines = std::vector<std::string>;

TEST_F(PolicyTestsTest, OneSession) {
    const auto test = only(
        "- name: an idle workstation goes\n"
        "  at: 2026-03-02T21:30:00+01:00\n"
        "  server: FS1\n"
        "  session: {user: 'LAB\\anna', client: 10.20.1.7, idle: 31m, connected: 3h, open_files: 0, guest: "
        "false,\n"
        "            plaintext_password: true, client_type: x, transport: y}\n"
        "  held: 10m\n"
        "  expect: {decision: disconnect, rule: idle workstations}\n");
    EXPECT_EQ(test.name, "an idle workstation goes");
    EXPECT_EQ(test.at.line, 3U);
    const auto& one = std::get<OneSession>(test.what);
    EXPECT_EQ(one.server.name, "fs1");
    EXPECT_EQ(one.server.tags, std::vector<std::string>{"finance"});
    EXPECT_EQ(one.at.time_since_epoch(), core::Seconds{1'772'483'400});
    EXPECT_EQ(one.session.user, "LAB\\anna");
    EXPECT_EQ(one.session.client, "10.20.1.7");
    EXPECT_EQ(one.session.idle, core::Seconds{1'860});
    EXPECT_EQ(one.session.connected, core::Seconds{10'800});
    EXPECT_EQ(one.session.open_files, 0U);
    EXPECT_EQ(one.session.guest, false);
    EXPECT_EQ(one.session.plaintext_password, true);
    EXPECT_EQ(one.session.client_type, "x");
    EXPECT_EQ(one.session.transport, "y");
    EXPECT_EQ(one.held, core::Seconds{600});
    EXPECT_EQ(one.expect.outcome, "disconnect");
    EXPECT_EQ(one.expect.rule, "idle workstations");
}

TEST_F(PolicyTestsTest, WhatIsLeftOutIsUnknownAndHeldForever) {
    const auto test = only("- {name: a, server: fs2, session: {user: ''}, expect: {decision: keep}}\n");
    const auto& one = std::get<OneSession>(test.what);
    EXPECT_EQ(one.session.user, "");
    EXPECT_FALSE(one.session.client || one.session.idle || one.session.connected || one.session.open_files ||
                 one.session.guest || one.session.plaintext_password || one.held || one.expect.rule);
}

TEST_F(PolicyTestsTest, SeveralSessions) {
    const auto test = only(
        "- name: a\n"
        "  server: {name: fs1, tags: [finance, lab], kind: windows}\n"
        "  sessions: [{user: 'LAB\\Anna', client: WKS-1}, {user: bob, client: '\\\\10.0.0.1'}]\n"
        "  expect: {ends: [{user: anna, client: '\\\\wks-1'}], withheld: []}\n");
    const auto& all = std::get<AllSessions>(test.what);
    EXPECT_EQ(all.sessions.size(), 2U);
    EXPECT_EQ(all.server.tags, (std::vector<std::string>{"finance", "lab"}));
    EXPECT_EQ(all.server.kind, policy::Kind::windows);
    ASSERT_TRUE(all.server.timezone);  // of the server of this name
    ASSERT_EQ(all.expect.ends->size(), 1U);
    EXPECT_EQ(all.expect.ends->front().client_key, "wks-1");
    EXPECT_EQ(all.expect.ends->front().user_key, "anna");
    EXPECT_TRUE(all.expect.withheld->empty());
}

TEST_F(PolicyTestsTest, NeverFixesOnlyWhatItSays) {
    using policy::Fact;
    const auto never = [&](std::string_view what) {
        return std::get<NeverEnded>(
                   only("- {name: a, expect: {never: disconnect}, for_all: " + std::string(what) + "}\n")
                       .what)
            .premises;
    };
    EXPECT_EQ(never("{session: {user: a}}").session.user, "a");
    EXPECT_EQ(never("{session: {user: a}}").fixed, std::set<Fact>{});
    EXPECT_EQ(never("{server: {tags: finance}}").fixed, std::set<Fact>{Fact::tags});
    EXPECT_EQ(never("{server: {tags: []}}").fixed, std::set<Fact>{Fact::tags});
    EXPECT_EQ(never("{server: {name: other, timezone: UTC}}").fixed,
              (std::set<Fact>{Fact::server, Fact::timezone}));
    EXPECT_EQ(never("{server: fs1}").fixed, (std::set<Fact>{Fact::server, Fact::tags, Fact::timezone}));
    EXPECT_EQ(never("{server: fs1}").server.kind, policy::Kind::samba);
    EXPECT_EQ(never("{server: fs1}, at: 2026-03-02T21:30:00Z").fixed.count(Fact::time), 1U);
}

TEST_F(PolicyTestsTest, NamesMistakesInTests) {
    EXPECT_EQ(said("- {nam: a, server: fs1, session: {user: a}, expect: {decision: keep}}\n"),
              (Lines{"t.yaml:3:3: tests[0]: `name` is missing; say what the test is about",
                     "t.yaml:3:4: tests[0].nam: unknown key; did you mean `name`?"}));
    EXPECT_EQ(
        said("- {name: a, server: fs1, session: {user: a}, sessions: [{user: a}], expect: {decision: "
             "keep}}\n"),
        Lines{"t.yaml:3:56: tests[0].sessions: give one of `session`, `sessions` or `for_all`, not several"});
    EXPECT_EQ(said("- {name: a, server: fs1, expect: {decision: keep}}\n"),
              Lines{"t.yaml:3:3: tests[0]: one of `session`, `sessions` or `for_all` is missing"});
    EXPECT_EQ(
        said("- {name: a, session: {}, expect: {decison: keep}}\n"),
        (Lines{
            "t.yaml:3:3: tests[0]: `server` is missing; name one of the configuration, or describe one as in "
            "`{name: fs1, tags: [finance]}`",
            "t.yaml:3:22: tests[0].session: expected a session such as `{user: anna, client: 10.20.1.7, "
            "idle: 31m}`, found an empty map",
            "t.yaml:3:34: tests[0].expect: `decision` is missing; write `decision: keep`, `disconnect` or "
            "`pending`",
            "t.yaml:3:35: tests[0].expect.decison: unknown key; did you mean `decision`?"}));
    EXPECT_EQ(
        said("- {name: a, server: fs1, session: {idel: 1h}, expect: {decision: keep}}\n"
             "- {name: a, server: fs2, session: {idle: 30}, expect: {decision: gone, rule: idle "
             "workstation}}\n"),
        (Lines{
            "t.yaml:3:36: tests[0].session.idel: unknown key; did you mean `idle`?",
            "t.yaml:4:10: tests[1].name: a test named `a` stands in line 3 already; names are unique",
            "t.yaml:4:42: tests[1].session.idle: expected a duration such as `30m`, found `30`, a number "
            "without a "
            "unit; did you mean `30s` or `30m`?",
            "t.yaml:4:66: tests[1].expect.decision: expected `keep`, `disconnect` or `pending`, found `gone`",
            "t.yaml:4:78: tests[1].expect.rule: there is no rule `idle workstation` in the configuration; "
            "did you mean `idle workstations`?"}));
}

TEST_F(PolicyTestsTest, NamesMistakesInServersAndTimes) {
    EXPECT_EQ(said("- {name: a, server: fs3, session: {user: a}, expect: {decision: keep}}\n"),
              Lines{"t.yaml:3:21: tests[0].server: there is no server `fs3` in the configuration; did you "
                    "mean `fs1`?; "
                    "one that is not in it is described, as in `{name: fs3, tags: [finance]}`"});
    EXPECT_EQ(
        said("- {name: a, at: 2026-03-02, server: {tags: [finanse], kind: smb}, session: {user: a}, expect: "
             "{decision: keep}}\n"),
        (Lines{
            "t.yaml:3:17: tests[0].at: expected a time with its offset such as `2026-03-02T21:30:00+01:00`, "
            "found `2026-03-02`",
            "t.yaml:3:37: tests[0].server: `name` is missing; write `name: fs1.corp.example`",
            "t.yaml:3:45: warning: tests[0].server.tags[0]: no server of the configuration bears the tag "
            "`finanse`; did you mean `finance`?",
            "t.yaml:3:61: tests[0].server.kind: expected `auto`, `windows` or `samba`, found `smb`"}));
    dir_.write("curfew.yaml", std::string(configuration) + std::string(clocks));
    EXPECT_EQ(said("- {name: a, server: fs1, session: {user: a}, expect: {decision: keep}}\n"),
              Lines{"t.yaml:3:3: tests[0]: `at` is missing, and the policy goes by the clock; write `at: "
                    "2026-03-02T21:30:00+01:00`"});
}

TEST_F(PolicyTestsTest, NamesMistakesInPlansAndProofs) {
    EXPECT_EQ(
        said("- {name: a, server: fs1, sessions: [], expect: {}}\n"),
        (Lines{
            "t.yaml:3:36: tests[0].sessions: expected a list of sessions; each is a session such as `{user: "
            "anna, client: 10.20.1.7, idle: 31m}`, found an empty list",
            "t.yaml:3:48: tests[0].expect: expected a map such as `{ends: [{user: anna, client: "
            "10.20.1.7}], withheld: []}`, found an empty map"}));
    EXPECT_EQ(
        said("- {name: a, server: fs1, sessions: [{user: a, client: b}], expect: {ends: [{user: b, client: "
             "b}, "
             "{user: a}], withheld: nobody}}\n"),
        (Lines{"t.yaml:3:76: tests[0].expect.ends[0]: no session of this test is of the user `b` from `b`",
               "t.yaml:3:98: tests[0].expect.ends[1]: `client` is missing; write `client: 10.20.1.7`",
               "t.yaml:3:120: tests[0].expect.withheld: expected a list, each a map such as `{user: anna, "
               "client: 10.20.1.7}`, or `[]` for nobody, found `nobody`"}));
    EXPECT_EQ(
        said("- {name: a, server: fs1, held: 5m, for_all: {}, expect: {never: keep}}\n"),
        (Lines{
            "t.yaml:3:21: tests[0].server: in a test with `for_all` the server stands in it: `for_all: "
            "{server: …}`",
            "t.yaml:3:32: tests[0].held: a test with `for_all` has no `held`: every `for` is taken to be "
            "over",
            "t.yaml:3:45: tests[0].for_all: expected what is fixed, such as `{session: {user: svc-backup}}`, "
            "found an empty map",
            "t.yaml:3:65: tests[0].expect.never: expected `disconnect`, found `keep`"}));
}

TEST_F(PolicyTestsTest, NamesMistakesInTheFile) {
    const auto of = [&](std::string_view text) {
        return dir_.strip(load_tests(dir_.write("t.yaml", text)).diagnostics);
    };
    EXPECT_EQ(of("test: []"),
              (Lines{"t.yaml:1:1: `config` is missing; write `config: curfew.yaml`, relative to this file",
                     "t.yaml:1:1: `tests` is missing; write a list of tests",
                     "t.yaml:1:1: test: unknown key; did you mean `tests`?"}));
    EXPECT_EQ(of("config: curfew.yaml\ntests: []"),
              Lines{"t.yaml:2:8: tests: expected a list of tests; each is a test with `name`, `server`, "
                    "`session` and "
                    "`expect`, with `sessions` instead, or with `for_all`, found an empty list"});
    EXPECT_EQ(dir_.strip(load_tests(dir_.path("none.yaml")).diagnostics),
              Lines{"none.yaml: cannot be read: No such file or directory"});
    dir_.write("curfew.yaml", "version: 2\n");
    EXPECT_EQ(of("config: curfew.yaml\ntests: [{}]").size(), 4U);
}

TEST_F(PolicyTestsTest, TheConfigurationIsBesideTheFile) {
    dir_.write("sub/t.yaml",
               "config: ../curfew.yaml\ntests: [{name: a, for_all: {session: {user: a}}, expect: "
               "{never: disconnect}}]\n");
    const auto loaded = load_tests(dir_.path("sub/t.yaml"));
    ASSERT_TRUE(loaded.tests);
    EXPECT_EQ(loaded.tests->config->servers.size(), 2U);
}

}  // namespace
}  // namespace curfew::config::test
