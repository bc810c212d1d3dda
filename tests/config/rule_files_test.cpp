#include <gtest/gtest.h>

#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

using Lines = std::vector<std::string>;
using policy::Mode;

std::string main_file(std::string_view rules) {
    return std::string(preamble) + "rules:\n" + std::string(rules);
}

// Of a main file with `- ENTRY` among its rules, and finance.yaml.
std::shared_ptr<const Config> with_file(std::string_view entry, std::string_view finance) {
    const TempDir dir;
    dir.write("finance.yaml", finance);
    const Loaded loaded = load(dir.write("curfew.yaml", main_file("  - " + std::string(entry) + "\n")));
    for (const auto& line : dir.strip(loaded.diagnostics)) ADD_FAILURE() << line;
    return loaded.config ? loaded.config : std::make_shared<const Config>();
}

TEST(RuleFiles, AreReadInTheirPlaceAndByName) {
    const TempDir dir;
    dir.write("rules.d/b.yaml", "- {name: three, when: any, then: keep}\n");
    dir.write("rules.d/a.yaml",
              "- {name: one, when: any, then: disconnect}\n- {name: two, when: any, then: keep}\n");
    const Loaded loaded = load(
        dir.write("curfew.yaml",
                  main_file("  - {name: first, when: {guest: true}, then: keep}\n  - file: rules.d/*.yaml\n"
                            "  - {name: last, when: any, then: keep}\n")));
    EXPECT_EQ(dir.strip(loaded.diagnostics), Lines{});
    ASSERT_NE(loaded.config, nullptr);
    Lines names;
    for (const auto& rule : loaded.config->policy.rules) names.push_back(rule.key.name);
    EXPECT_EQ(names, (Lines{"first", "one", "two", "three", "last"}));
    EXPECT_EQ(loaded.files.size(), 3U);
}

TEST(RuleFiles, AScopeIsAddedToEveryRuleOfTheirs) {
    const auto config = with_file("{file: finance.yaml, scope: {tags: finance, guest: false}}",
                                  "- {name: a, when: {any: [{idle: 30m}, {user: x}]}, then: disconnect}\n"
                                  "- {name: b, when: any, then: keep}\n");
    ASSERT_EQ(config->policy.rules.size(), 2U);
    policy::ServerFacts finance;
    finance.traits.name = "fs1";
    finance.traits.tags = {"finance"};
    policy::ServerFacts other;
    other.traits.name = "fs2";
    policy::SessionFacts session;
    session.user = "x";
    session.reported.idle = core::Seconds{3'600};
    session.reported.flags = 0;
    const auto holds = [&](std::size_t rule, const policy::ServerFacts& server) {
        const auto truth =
            policy::evaluate(config->policy.rules[rule].when, server, session, core::WallTime{});
        return std::string(policy::to_string(truth));
    };
    EXPECT_EQ(holds(0, finance), "true");
    EXPECT_EQ(holds(1, finance), "true");
    EXPECT_EQ(holds(0, other), "false");
    EXPECT_EQ(holds(1, other), "false") << "nor may they keep what is not theirs";
    session.reported.flags.reset();
    EXPECT_EQ(holds(0, finance), "unknown");
    EXPECT_EQ(holds(1, finance), "unknown");
    session.reported.flags = core::sess_guest;
    EXPECT_EQ(holds(0, finance), "false");
}

TEST(RuleFiles, ACeilingLowersModeAndLimits) {
    const std::string rules =
        "- {name: a, when: {idle: 30m}, then: disconnect, mode: enforce, limits: {share: 100%, per_server: "
        "9/1m}}\n"
        "- {name: b, when: {idle: 40m}, then: disconnect}\n"
        "- {name: c, when: {idle: 50m}, then: keep}\n";
    const auto config = with_file(
        "{file: finance.yaml, at_most: {mode: observe, limits: {per_server: 5/1m, share: 5%}}}", rules);
    ASSERT_EQ(config->policy.rules.size(), 3U);
    const auto& [a, b, c] =
        std::tie(config->policy.rules[0], config->policy.rules[1], config->policy.rules[2]);
    EXPECT_EQ(a.mode, Mode::observe);
    EXPECT_EQ(b.mode, Mode::observe);
    EXPECT_EQ(c.mode, Mode::enforce) << "keeping needs no permission";
    const auto limits = policy::limits_of(config->policy, a);
    EXPECT_EQ(limits.share_fleet, policy::Share{500});
    EXPECT_EQ(limits.share_server, policy::Share{500});
    EXPECT_EQ(a.limits.share_fleet, policy::Share{10'000});
    ASSERT_NE(a.at_most, nullptr);
    EXPECT_EQ(a.at_most, b.at_most) << "one for all rules of the file";
    EXPECT_EQ(a.at_most->limits.per_server, (std::vector<policy::RateLimit>{{5, core::Seconds{60}}}));
    EXPECT_EQ(a.at_most->limits.fleet, std::nullopt);

    const auto higher = with_file("{file: finance.yaml, at_most: {mode: enforce}}",
                                  "- {name: a, when: any, then: disconnect, mode: observe}\n"
                                  "- {name: b, when: {idle: 1m}, then: disconnect}\n");
    ASSERT_EQ(higher->policy.rules.size(), 2U);
    EXPECT_EQ(higher->policy.rules[0].mode, Mode::observe);
    EXPECT_EQ(higher->policy.rules[1].mode, Mode::enforce);
    EXPECT_EQ(higher->policy.rules[1].at_most, nullptr);
}

TEST(RuleFiles, EntriesHaveACeilingEach) {
    const TempDir dir;
    dir.write("a.yaml", "- {name: a, when: {idle: 1m}, then: disconnect}\n");
    dir.write("b.yaml", "- {name: b, when: {idle: 1m}, then: disconnect}\n");
    const auto keys = [&](const std::string& a, const std::string& b) {
        const Loaded loaded = load(dir.write(
            "curfew.yaml", main_file("  - {file: a.yaml, at_most: {limits: {fleet: " + a +
                                     "}}}\n  - {file: b.yaml, at_most: {limits: {fleet: " + b + "}}}\n")));
        return std::pair{loaded.config->policy.rules[0].at_most->key,
                         loaded.config->policy.rules[1].at_most->key};
    };
    const auto before = keys("5/1m", "5/1m");
    EXPECT_NE(before.first, before.second);
    const auto after = keys("6/1m", "5/1m");
    EXPECT_NE(after.first, before.first);
    EXPECT_EQ(after.second, before.second);
}

TEST(RuleFiles, ScopeAndCeilingArePartOfEachRule) {
    const std::string rules = "- {name: a, when: {idle: 30m}, then: disconnect}\n";
    const auto digest = [&](const std::string& entry) {
        const auto config = with_file("{file: finance.yaml" + entry + "}", rules);
        return config->policy.rules.empty() ? "" : config->policy.rules[0].key.digest;
    };
    const std::string plain = digest("");
    EXPECT_EQ(plain, good(main_file("  " + rules))->policy.rules[0].key.digest)
        << "where it stands is nothing";
    const std::string scoped = digest(", scope: {tags: finance}");
    EXPECT_NE(scoped, plain);
    EXPECT_EQ(scoped, digest(", scope: { 'tags': \"finance\" }"));
    EXPECT_NE(scoped, digest(", scope: {server: fs1}"));
    const std::string bounded = digest(", at_most: {mode: observe}");
    EXPECT_NE(bounded, plain);
    EXPECT_NE(bounded, digest(", at_most: {mode: enforce}"));
}

TEST(RuleFiles, ReportAllMistakesOfAllFilesTogether) {
    const TempDir dir;
    const std::string file =
        dir.write("curfew.yaml",
                  main_file("  - {name: one, when: any, then: keep}\n"
                            "  - {file: a.yaml, scope: any, at_most: {mode: never, limit: 5/1m}, name: x}\n"
                            "  - {file: 'nothing/*.yaml'}\n"
                            "  - {file: ./a.yaml, scope: {}, at_most: {}}\n"
                            "  - {file: b.yaml, scope: {tags: finanze, user: list:x}}\n"
                            "  - {flie: b.yaml}\n"));
    dir.write(
        "a.yaml",
        "- {name: one, when: any, then: keep}\n- {file: b.yaml}\n- {name: two, wehn: any, then: keep}\n");
    dir.write("b.yaml", "{name: three, when: any, then: keep}\n");
    EXPECT_EQ(
        dir.strip(load(file).diagnostics),
        (Lines{
            "curfew.yaml:6:27: rules[1].scope: expected a map of conditions such as `{tags: finance}`; "
            "without "
            "`scope` the rules reach everywhere, found `any`",
            "curfew.yaml:6:48: rules[1].at_most.mode: expected `observe` or `enforce`, found `never`",
            "curfew.yaml:6:55: rules[1].at_most.limit: unknown key; did you mean `limits`?",
            "curfew.yaml:6:69: rules[1].name: unknown key; known here: `file`, `scope` or `at_most`",
            "curfew.yaml:7:12: rules[2].file: no file matches `nothing/*.yaml`; create one, or remove this "
            "entry",
            "curfew.yaml:8:12: rules[3].file: `./a.yaml` is read already; include every file once",
            "curfew.yaml:8:29: rules[3].scope: expected a map of conditions such as `{tags: finance}`; "
            "without "
            "`scope` the rules reach everywhere, found an empty map",
            "curfew.yaml:8:42: rules[3].at_most: expected a map with `mode` and `limits`, found an empty map",
            "curfew.yaml:9:34: rules[4].scope.tags: no server bears the tag `finanze`; did you mean "
            "`finance`?",
            "curfew.yaml:9:49: rules[4].scope.user: there is no `x` in `lists`",
            "curfew.yaml:10:5: rules[5]: `name` is missing; give the rule one, for logs and audit",
            "curfew.yaml:10:5: rules[5]: `when` is missing; write `when: any` for a rule about every session",
            "curfew.yaml:10:5: rules[5]: `then` is missing; write `then: disconnect` or `then: keep`",
            "curfew.yaml:10:6: rules[5].flie: unknown key; did you mean `file`?",
            "a.yaml:1:10: [0].name: a rule named `one` stands in curfew.yaml line 5 already; names are "
            "unique",
            "a.yaml:2:10: [1].file: a file of rules reads no others; write this entry into the file that "
            "reads "
            "this one",
            "a.yaml:3:3: [2]: `when` is missing; write `when: any` for a rule about every session",
            "a.yaml:3:15: [2].wehn: unknown key; did you mean `when`?",
            "b.yaml:1:1: expected a list of rules, each with `name`, `when` and `then`, found a map"}));
}

}  // namespace
}  // namespace curfew::config::test
