#include <gtest/gtest.h>

#include "core/session.hpp"
#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

using policy::Condition;
using std::chrono::seconds;

// The condition of a rule with this `when`.
Condition when(std::string_view text) {
    const auto config =
        good(std::string(preamble) + "rules: [{name: r, when: " + std::string(text) + ", then: keep}]");
    if (config->policy.rules.size() != 1) return {};
    return config->policy.rules[0].when;
}

template <class T> T only(const Condition& condition) {
    const T* node = std::get_if<T>(&condition.node);
    EXPECT_NE(node, nullptr) << "another kind of condition: " << condition.node.index();
    return node == nullptr ? T{} : *node;
}

TEST(Conditions, ReadEveryKey) {
    only<policy::Always>(when("any"));
    only<policy::Always>(when("'any'"));
    EXPECT_EQ(only<policy::UserMatches>(when("{user: 'svc-*'}")).any_of.at(0).text(), "svc-*");
    EXPECT_EQ(only<policy::UserMatches>(when("{user: ['', \"LAB\\\\anna\"]}")).any_of.at(1).text(),
              "LAB\\anna");
    EXPECT_EQ(only<policy::ClientMatches>(when("{client: [10.20.0.0/16, 'WKS-*']}")).any_of.size(), 2U);
    EXPECT_EQ(only<policy::ServerMatches>(when("{server: fs*}")).any_of.at(0).text(), "fs*");
    EXPECT_EQ(
        only<policy::TransportMatches>(when("{transport: ['\\Device\\NetBT_*', '']}")).any_of.at(0).text(),
        "\\Device\\NetBT_*");
    EXPECT_EQ(only<policy::ClientTypeMatches>(when("{client_type: ''}")).any_of.at(0).text(), "");
    EXPECT_EQ(only<policy::HasTag>(when("{tags: finance}")).any_of, std::vector<std::string>{"finance"});
    EXPECT_EQ(only<policy::IdleIn>(when("{idle: 30m}")).range.at_least, seconds{1'800});
    EXPECT_EQ(only<policy::IdleIn>(when("{idle: 0s}")).range.at_least, seconds{0});
    const auto connected = only<policy::ConnectedIn>(when("{connected: {at_least: 30m, below: 2h}}")).range;
    EXPECT_EQ(connected.at_least, seconds{1'800});
    EXPECT_EQ(connected.below, seconds{7'200});
    const auto exactly = only<policy::OpenFilesIn>(when("{open_files: 0}")).range;
    EXPECT_EQ(exactly.at_least, 0U);
    EXPECT_EQ(exactly.below, 1U);
    const auto some = only<policy::OpenFilesIn>(when("{open_files: {at_least: 1}}")).range;
    EXPECT_EQ(some.at_least, 1U);
    EXPECT_FALSE(some.below);
    EXPECT_EQ(only<policy::FlagIs>(when("{guest: true}")).flag, core::sess_guest);
    EXPECT_FALSE(only<policy::FlagIs>(when("{plaintext_password: false}")).set);
    EXPECT_EQ(only<policy::FlagIs>(when("{plaintext_password: true}")).flag, core::sess_noencryption);
}

TEST(Conditions, AllKeysOfAMapMustHold) {
    const auto both = only<policy::AllOf>(when("{idle: 30m, user: anna}"));
    EXPECT_EQ(both.conditions.size(), 2U);
    const auto any = only<policy::AnyOf>(when("{any: [{idle: 30m}, {user: anna, guest: true}]}"));
    ASSERT_EQ(any.conditions.size(), 2U);
    EXPECT_EQ(only<policy::AllOf>(any.conditions[1]).conditions.size(), 2U);
    EXPECT_EQ(only<policy::AllOf>(when("{all: [{idle: 30m}]}")).conditions.size(), 1U);
    const auto negation = only<policy::Not>(when("{not: {any: [{user: a}, {user: b}]}}"));
    ASSERT_NE(negation.condition, nullptr);
    EXPECT_EQ(only<policy::AnyOf>(*negation.condition).conditions.size(), 2U);
}

TEST(Conditions, DoNotWidenByASlip) {
    expect_mistakes({
        {"rules: [{name: r, then: keep, when: {idel: 30m}}]",
         {"curfew.yaml:4:38: rules[0].when.idel: unknown key; did you mean `idle`?"}},
        {"rules: [{name: r, then: keep, when: {port: tcp}}]",
         {"curfew.yaml:4:38: rules[0].when.port: unknown key; known here: `user`, `client`, `server`, "
          "`transport`, `client_type`, `tags`, `idle`, `quiet`, `connected`, `open_files`, `guest`, "
          "`plaintext_password`, `schedule`, `concurrent`, `any`, `all` or `not`"}},
        {"rules: [{name: r, then: keep, when: {transport: [], client_type: {a: b}}}]",
         {"curfew.yaml:4:49: rules[0].when.transport: expected a pattern such as `svc-*` or a list of them, "
          "found an empty list",
          "curfew.yaml:4:66: rules[0].when.client_type: expected a pattern such as `svc-*` or a list of "
          "them, "
          "found a map"}},
        {"rules:\n  - name: r\n    then: keep\n    when:\n      user:\n",
         {"curfew.yaml:8:7: rules[0].when.user: expected a pattern such as `svc-*` or a list of them, found "
          "nothing"}},
        {"rules: [{name: r, then: keep, when: {not: {user: []}}}]",
         {"curfew.yaml:4:50: rules[0].when.not.user: expected a pattern such as `svc-*` or a list of them, "
          "found an "
          "empty list"}},
        {"rules: [{name: r, then: keep, when: {not: {}}}]",
         {"curfew.yaml:4:43: rules[0].when.not: expected a map with one condition such as `{user: 'svc-*'}`, "
          "found "
          "an empty map"}},
        {"rules: [{name: r, then: keep, when: {not: {user: a, client: b}}}]",
         {"curfew.yaml:4:43: rules[0].when.not: `not` takes one key, for several are read in two ways; write "
          "`not: "
          "{any: [{…}, {…}]}` when none of them may hold, `not: {all: [{…}, {…}]}` when they may not all "
          "hold at "
          "once"}},
        {"rules: [{name: r, then: keep, when: {any: []}}]",
         {"curfew.yaml:4:43: rules[0].when.any: expected a list of conditions such as `[{user: anna}, {idle: "
          "30m}]`, found an empty list"}},
        {"rules: [{name: r, then: keep, when: {any: [{idle: 30m}, {}]}}]",
         {"curfew.yaml:4:57: rules[0].when.any[1]: expected a map of conditions such as `{idle: 30m}`, found "
          "an "
          "empty map"}},
        {"rules: [{name: r, then: keep, when: {all: {idle: 30m}}}]",
         {"curfew.yaml:4:43: rules[0].when.all: expected a list of conditions such as `[{user: anna}, {idle: "
          "30m}]`, found a map"}},
    });
}

TEST(Conditions, ExplainValues) {
    expect_mistakes({
        {"rules: [{name: r, then: keep, when: {idle: 30}}]",
         {"curfew.yaml:4:44: rules[0].when.idle: expected a duration such as `30m`, found `30`, a number "
          "without a "
          "unit; did you mean `30s` or `30m`?"}},
        {"rules: [{name: r, then: keep, when: {idle: {at_least: 2h, below: 30m}}}]",
         {"curfew.yaml:4:66: rules[0].when.idle.below: `below` must be greater than `at_least`, or nothing "
          "lies "
          "between them"}},
        {"rules: [{name: r, then: keep, when: {connected: {below: 0s}}}]",
         {"curfew.yaml:4:57: rules[0].when.connected.below: `below` must be greater than zero, or nothing "
          "lies "
          "below it"}},
        {"rules: [{name: r, then: keep, when: {idle: {atleast: 2h}}}]",
         {"curfew.yaml:4:45: rules[0].when.idle.atleast: unknown key; did you mean `at_least`?"}},
        {"rules: [{name: r, then: keep, when: {idle: [30m]}}]",
         {"curfew.yaml:4:44: rules[0].when.idle: expected a duration such as `30m`, or `{at_least: 30m, "
          "below: "
          "2h}`, found a list"}},
        {"rules: [{name: r, then: keep, when: {open_files: '0'}}]",
         {"curfew.yaml:4:50: rules[0].when.open_files: expected a whole number such as `0`, or `{at_least: "
          "1, "
          "below: 10}`, found `0`"}},
        {"rules: [{name: r, then: keep, when: {open_files: 4294967296}}]",
         {"curfew.yaml:4:50: rules[0].when.open_files: expected a whole number such as `0`, or `{at_least: "
          "1, "
          "below: 10}` from 0 to 1000000000, found `4294967296`"}},
        {"rules: [{name: r, then: keep, when: {guest: yes}}]",
         {"curfew.yaml:4:45: rules[0].when.guest: expected `true` or `false` without quotes, found `yes`"}},
        {"rules: [{name: r, then: keep, when: {guest: 'true'}}]",
         {"curfew.yaml:4:45: rules[0].when.guest: expected `true` or `false` without quotes, found `true`"}},
    });
}

TEST(Conditions, ExplainPatterns) {
    expect_mistakes({
        {"protect: [{user: \"CORP\\bob\"}]",
         {"curfew.yaml:4:18: protect[0].user: in double quotes a backslash begins an escape; write "
          "'CORP\\bob' in "
          "single quotes"}},
        {"protect: [{user: ['ok', \"a\\x2a\"]}]",
         {"curfew.yaml:4:25: protect[0].user[1]: in double quotes a backslash begins an escape; write "
          "'a\\x2a' in "
          "single quotes"}},
        {"protect:\n  - user: svc-backup\n      svc-admin\n",
         {"curfew.yaml:5:11: protect[0].user: expected a pattern such as `svc-*` on one line; YAML joins "
          "lines with "
          "spaces, and several are written as a list"}},
        {"protect: [{user: [null, ~]}]",
         {"curfew.yaml:4:19: protect[0].user[0]: expected a pattern such as `svc-*`, found `null`, which is "
          "nothing "
          "in YAML; a text needs quotes",
          "curfew.yaml:4:25: protect[0].user[1]: expected a pattern such as `svc-*`, found `~`, which is "
          "nothing in "
          "YAML; a text needs quotes"}},
        {"protect: [{user: 'list:oncall'}]",
         {"curfew.yaml:4:18: protect[0].user: there is no `oncall` in `lists`"}},
        {"protect: [{user: [[a]]}]",
         {"curfew.yaml:4:19: protect[0].user[0]: expected a pattern such as `svc-*`, found a list"}},
    });
}

TEST(Conditions, DoubtACommaInAPattern) {
    EXPECT_EQ(
        problems(std::string(preamble) + "rules: [{name: r, then: keep, when: {user: 'anna, bob'}}]"),
        std::vector<std::string>{"curfew.yaml:4:44: warning: rules[0].when.user: the comma is a part of this "
                                 "pattern; several are written as a list, `[a, b]`"});
}

// The sentences are the policy's own; here only that they arrive, where, and not twice.
TEST(Conditions, PassOnWhatThePolicySaysOfPatterns) {
    for (const std::string_view text : {"/a(/", "/a"}) {
        const auto compiled = policy::UserPattern::compile(text);
        ASSERT_FALSE(compiled);
        EXPECT_EQ(errors(std::string(preamble) + "protect: [{user: '" + std::string(text) + "'}]"),
                  std::vector<std::string>{"curfew.yaml:4:18: protect[0].user: `" + std::string(text) +
                                           "`: " + compiled.error().message});
    }
    const auto found = errors(std::string(preamble) + "protect: [{client: '10.20.*'}]");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].find("curfew.yaml:4:20: protect[0].client: "), 0U);
    EXPECT_NE(found[0].find("10.20.0.0/16"), std::string::npos);
}

TEST(Protect, CarriesItsReason) {
    const auto config = good(std::string(preamble) +
                             "protect: [{user: 'svc-*', guest: false, reason: services}, {tags: finance}]");
    ASSERT_EQ(config->policy.protect.size(), 2U);
    EXPECT_EQ(config->policy.protect[0].reason, "services");
    EXPECT_EQ(only<policy::AllOf>(config->policy.protect[0].when).conditions.size(), 2U);
    EXPECT_EQ(config->policy.protect[1].reason, "");
}

TEST(Protect, NeedsACondition) {
    expect_mistakes({
        {"protect: [{reason: all}]",
         {"curfew.yaml:4:11: protect[0]: a condition is missing beside `reason`; write whom to protect, such "
          "as "
          "`user: 'svc-*'`"}},
        {"protect: []",
         {"curfew.yaml:4:10: protect: expected a list of conditions such as `[{user: 'svc-*'}]`, found an "
          "empty "
          "list"}},
        {"protect: [{when: any}]",
         {"curfew.yaml:4:12: protect[0].when: unknown key; known here: `reason`, `user`, `client`, `server`, "
          "`transport`, `client_type`, `tags`, `idle`, `quiet`, `connected`, `open_files`, `guest`, "
          "`plaintext_password`, `schedule`, `concurrent`, `any`, `all` or `not`"}},
    });
}

}  // namespace
}  // namespace curfew::config::test
