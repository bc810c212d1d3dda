#include <gtest/gtest.h>

#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

constexpr std::string_view credentials =
    "credentials: {default: {ntlm: {username: a, password_file: b}}, x: {ntlm: {username: a, password_file: "
    "b}}}\n";

std::string file(std::string_view servers) {
    return "version: 1\n" + std::string(servers) + "\n" + std::string(credentials);
}

TEST(Servers, ANameIsEnough) {
    const auto config = good(file("servers: ['\\\\fs1.corp.example']"));
    ASSERT_EQ(config->servers.size(), 1U);
    const Server& server = config->servers[0];
    EXPECT_EQ(server.spec, (core::ServerSpec{"fs1.corp.example", "fs1.corp.example", 445, {}}));
    EXPECT_EQ(server.traits, (policy::ServerTraits{"fs1.corp.example", {}, policy::Kind::automatic, true}));
    EXPECT_EQ(server.credentials, "default");
    EXPECT_EQ(server.mode, policy::Mode::enforce);
    EXPECT_EQ(server.at, (Position{"curfew.yaml", 2, 11}));
    EXPECT_EQ(config->mode, policy::Mode::observe);
}

TEST(Servers, EntriesSayMore) {
    const auto config =
        good(file("servers:\n  - {name: fs2, address: '[::1]:4450', tags: [a, b], credentials: x, kind: "
                  "samba, shared_connections: "
                  "false, security: {min_dialect: '3.1.1', encryption: required}, mode: observe}"));
    ASSERT_EQ(config->servers.size(), 1U);
    const Server& server = config->servers[0];
    EXPECT_EQ(server.spec,
              (core::ServerSpec{"fs2", "::1", 4450, {core::Dialect::smb311, core::Encryption::required}}));
    EXPECT_EQ(server.traits, (policy::ServerTraits{"fs2", {"a", "b"}, policy::Kind::samba, false}));
    EXPECT_EQ(server.credentials, "x");
    EXPECT_EQ(server.mode, policy::Mode::observe);
}

TEST(Servers, DefaultsStandBehindEveryEntryKeyByKey) {
    const auto config =
        good(file("servers:\n  - fs1\n  - {name: fs2, tags: b, mode: enforce, security: {min_dialect: 3.0}}\n"
                  "server_defaults: {tags: [a], mode: observe, kind: windows, credentials: x, security: "
                  "{encryption: required}}"));
    ASSERT_EQ(config->servers.size(), 2U);
    const Server& plain = config->servers[0];
    EXPECT_EQ(plain.traits.tags, std::vector<std::string>{"a"});
    EXPECT_EQ(plain.mode, policy::Mode::observe);
    EXPECT_EQ(plain.credentials, "x");
    EXPECT_EQ(plain.traits.kind, policy::Kind::windows);
    const Server& own = config->servers[1];
    EXPECT_EQ(own.traits.tags, std::vector<std::string>{"b"});
    EXPECT_EQ(own.mode, policy::Mode::enforce);
    EXPECT_EQ(own.traits.kind, policy::Kind::windows);
    EXPECT_EQ(own.spec.security, (core::Security{core::Dialect::smb300, core::Encryption::required}));
}

TEST(Servers, ExplainMistakes) {
    const std::vector<Mistake> mistakes{
        {"servers: []",
         {"curfew.yaml:2:10: servers: expected a list of servers; each is the name of a server, or a map "
          "with `name` "
          "or `file`, found an empty list"}},
        {"servers: fs1",
         {"curfew.yaml:2:10: servers: expected a list of servers; each is the name of a server, or a map "
          "with `name` "
          "or `file`, found `fs1`"}},
        {"servers: [fs1, FS1]",
         {"curfew.yaml:2:16: servers[1]: the server `FS1` stands in curfew.yaml line 2 already; remove one "
          "of the two "
          "(case does not count)"}},
        {"servers: [straße, STRASSE, ÄRZTE, ärzte]",
         {"curfew.yaml:2:35: servers[3]: the server `ärzte` stands in curfew.yaml line 2 already; remove one "
          "of the "
          "two (case does not count)"}},
        {"servers: [fs1:445]",
         {"curfew.yaml:2:11: servers[0]: expected the name of a server, found `fs1:445`; a port belongs in "
          "`address:`"}},
        {"servers: [\"fs1\\tx\"]",
         {"curfew.yaml:2:11: servers[0]: in double quotes a backslash begins an escape; write 'fs1\\tx' in "
          "single "
          "quotes"}},
        {"servers: [{address: fs1}]",
         {"curfew.yaml:2:11: servers[0]: `name` is missing; write `name: fs1.corp.example`"}},
        {"servers: [{nmae: fs1}]",
         {"curfew.yaml:2:11: servers[0]: `name` is missing; write `name: fs1.corp.example`",
          "curfew.yaml:2:12: servers[0].nmae: unknown key; did you mean `name`?"}},
        {"servers:\n  -\n  - fs1",
         {"curfew.yaml:3:3: servers[0]: expected the name of a server, or a map with `name` or `file`, found "
          "nothing"}},
        {"servers: [{name: fs1, zone: Europe/Berlin}]",
         {"curfew.yaml:2:23: servers[0].zone: unknown key; known here: `name`, `address`, `tags`, "
          "`credentials`, `kind`, `shared_connections`, `timezone`, `security` or `mode`"}},
        {"servers: [{name: fs1, kind: smaba, mode: off, security: {min_dialect: 2.0}}]",
         {"curfew.yaml:2:29: servers[0].kind: expected `auto`, `windows` or `samba`, found `smaba`; did you "
          "mean "
          "`samba`?",
          "curfew.yaml:2:42: servers[0].mode: expected `observe` or `enforce`, found `off`",
          "curfew.yaml:2:71: servers[0].security.min_dialect: expected `2.1`, `3.0`, `3.0.2` or `3.1.1`, "
          "found "
          "`2.0`; did you mean `2.1`?"}},
        {"servers: [{name: fs1, address: 10.0.0.0/24}]",
         {"curfew.yaml:2:32: servers[0].address: expected `host`, `host:port` or `[address]:port`, found "
          "`10.0.0.0/24`; slashes and backslashes are not allowed"}},
        {"servers: [fs1]\nserver_defaults: {name: x}",
         {"curfew.yaml:3:19: server_defaults.name: unknown key; known here: `tags`, `credentials`, `kind`, "
          "`shared_connections`, `timezone`, `security` or `mode`"}},
    };
    for (const auto& [text, expected] : mistakes) EXPECT_EQ(errors(file(text)), expected) << text;
}

TEST(Servers, TagsAndNamesInConditionsMustExist) {
    const std::string servers =
        "servers: [{name: fs1.corp, tags: [finance]}, {name: FS2.corp, tags: [berlin]}]";
    EXPECT_EQ(
        errors(file(servers) + "rules: [{name: r, when: {tags: [berlin, finanec, x]}, then: keep}]\n"),
        (std::vector<std::string>{"curfew.yaml:4:41: rules[0].when.tags[1]: no server bears the tag "
                                  "`finanec`; did you mean `finance`?",
                                  "curfew.yaml:4:50: rules[0].when.tags[2]: no server bears the tag `x`"}));
    EXPECT_EQ(errors(file(servers) + "protect: [{not: {tags: Berlin}}]\n"),
              std::vector<std::string>{"curfew.yaml:4:24: protect[0].not.tags: no server bears the tag "
                                       "`Berlin`; did you mean `berlin`?"});
    const Loaded loaded = load_text(
        file(servers) + "rules: [{name: r, when: {server: [fs2.CORP, fs3.corp, 'x*', '/y/']}, then: keep}]\n",
        "curfew.yaml");
    ASSERT_NE(loaded.config, nullptr);
    ASSERT_EQ(loaded.diagnostics.size(), 2U);
    EXPECT_EQ(
        to_string(loaded.diagnostics[1]),
        "curfew.yaml:4:45: warning: rules[0].when.server[1]: no server has the name `fs3.corp`; did you mean "
        "`fs1.corp`?");
}

// What did not decode may bear the tag: one mistake, one line.
TEST(Servers, UnreadOnesAreNotHeldAgainstTheRules) {
    EXPECT_EQ(
        errors(file("servers: [fs1, {name: fs2, tags: [b], knd: x}]") +
               "rules: [{name: r, when: {tags: c}, then: keep}]"),
        std::vector<std::string>{"curfew.yaml:2:39: servers[1].knd: unknown key; did you mean `kind`?"});
}

}  // namespace
}  // namespace curfew::config::test
