#include <filesystem>

#include <gtest/gtest.h>

#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

core::CredentialSpec credential(std::string_view text) {
    const Loaded loaded =
        load_text("version: 1\nservers: [fs1]\ncredentials: {default: " + std::string(text) + "}\n",
                  "/etc/curfew/curfew.yaml");
    for (const Diagnostic& diagnostic : loaded.diagnostics)
        if (diagnostic.severity == Severity::error) ADD_FAILURE() << to_string(diagnostic);
    return loaded.config ? loaded.config->credentials.at("default") : core::CredentialSpec{};
}

core::CredentialSpec kerberos(
    std::string name, std::variant<core::KerberosKeytab, core::KerberosCcache, core::PasswordFile> source) {
    return core::KerberosCredential{std::move(name), std::move(source)};
}

TEST(Credentials, PathsAreRelativeToTheirFile) {
    EXPECT_EQ(credential("{kerberos: {principal: svc@R, keytab: svc.keytab}}"),
              kerberos("svc@R", core::KerberosKeytab{"/etc/curfew/svc.keytab"}));
    EXPECT_EQ(credential("{kerberos: {principal: svc@R, keytab: ../svc.keytab}}"),
              kerberos("svc@R", core::KerberosKeytab{"/etc/svc.keytab"}));
    EXPECT_EQ(credential("{kerberos: {principal: svc@R, password_file: /run/p}}"),
              kerberos("svc@R", core::PasswordFile{"/run/p"}));
    EXPECT_EQ(credential(R"({ntlm: {username: 'CORP\svc', password_file: svc.password}})"),
              core::CredentialSpec(core::NtlmCredential{R"(CORP\svc)", {"/etc/curfew/svc.password"}}));
}

TEST(Credentials, PathsOfARelativeFileAreAbsoluteToo) {
    const auto config =
        good("version: 1\nservers: [fs1]\ncredentials: {default: {ntlm: {username: a, password_file: p}}}\n");
    EXPECT_EQ(
        config->credentials.at("default"),
        core::CredentialSpec(core::NtlmCredential{"a", {(std::filesystem::current_path() / "p").string()}}));
}

TEST(Credentials, TheServiceManagersAreLeftToTheDaemon) {
    EXPECT_EQ(credential("{kerberos: {principal: svc@R, keytab: 'credential:svc.keytab'}}"),
              kerberos("svc@R", core::KerberosKeytab{"credential:svc.keytab"}));
}

TEST(Credentials, CachesMayBeOfAnotherKind) {
    EXPECT_EQ(credential("{kerberos: {principal: svc@R, ccache: 'KEYRING:persistent:0'}}"),
              kerberos("svc@R", core::KerberosCcache{"KEYRING:persistent:0"}));
    EXPECT_EQ(credential("{kerberos: {principal: svc@R, ccache: 'FILE:/tmp/cc'}}"),
              kerberos("svc@R", core::KerberosCcache{"/tmp/cc"}));
    EXPECT_EQ(credential("{kerberos: {principal: svc@R, ccache: cc}}"),
              kerberos("svc@R", core::KerberosCcache{"/etc/curfew/cc"}));
}

TEST(Credentials, ExplainMistakes) {
    const auto wrong = [](std::string_view text) {
        return errors("version: 1\nservers: [fs1]\ncredentials:\n  default: " + std::string(text) + "\n");
    };
    using Lines = std::vector<std::string>;
    EXPECT_EQ(
        wrong("{}"),
        Lines{"curfew.yaml:4:12: credentials.default: expected a map with `kerberos: {principal, keytab}` or "
              "`ntlm: {username, password_file}`, found an empty map"});
    EXPECT_EQ(
        wrong("{kerberos: {principal: a}}"),
        Lines{
            "curfew.yaml:4:23: credentials.default.kerberos: one of `keytab`, `ccache` or `password_file` is "
            "missing"});
    EXPECT_EQ(
        wrong("{kerberos: {principal: a, keytab: b, ccache: c}}"),
        Lines{"curfew.yaml:4:57: credentials.default.kerberos.ccache: give one of `keytab`, `ccache` or "
              "`password_file`, not several"});
    EXPECT_EQ(
        wrong("{kerberos: {keytab: b}, ntlm: {username: a, password_file: b}}"),
        (Lines{"curfew.yaml:4:23: credentials.default.kerberos: `principal` is missing; write `principal: "
               "name@REALM`",
               "curfew.yaml:4:42: credentials.default.ntlm: give one of `kerberos` or `ntlm`, not several"}));
    EXPECT_EQ(
        wrong("{ntlm: {username: \"CORP\\bob\"}}"),
        (Lines{
            "curfew.yaml:4:19: credentials.default.ntlm: `password_file` is missing; write `password_file: "
            "name.password`",
            "curfew.yaml:4:30: credentials.default.ntlm.username: in double quotes a backslash begins an "
            "escape; write 'CORP\\bob' in single quotes"}));
    EXPECT_EQ(
        wrong("{kerberos: {principal: a, keytab: $CREDENTIALS_DIRECTORY/k}}"),
        Lines{"curfew.yaml:4:46: credentials.default.kerberos.keytab: variables and `~` are not expanded in "
              "paths; write the path in full, or `credential:NAME` for $CREDENTIALS_DIRECTORY/NAME"});
    EXPECT_EQ(
        wrong("{kerberos: {principal: a, keytab: 'credential:'}}"),
        Lines{"curfew.yaml:4:46: credentials.default.kerberos.keytab: behind `credential:` comes the name of "
              "one of the service manager's credentials, found ``"});
    EXPECT_EQ(
        wrong("{kerberos: {principal: a, keytab: 'MEMORY:x'}}"),
        Lines{"curfew.yaml:4:46: credentials.default.kerberos.keytab: a keytab is a file; give its path"});
    EXPECT_EQ(
        wrong("{kerberos: {principal: a, ccache: 'FILE:cc'}}"),
        Lines{"curfew.yaml:4:46: credentials.default.kerberos.ccache: leave `FILE:` out; the path alone is a "
              "file"});
}

TEST(Credentials, AreReferredTo) {
    EXPECT_EQ(
        errors("version: 1\nservers:\n  - fs1\n  - {name: fs2, credentials: belrin}\ncredentials:\n"
               "  berlin: {ntlm: {username: a, password_file: b}}\n"),
        (std::vector<std::string>{
            "curfew.yaml:3:5: servers[0]: there is no `default` in `credentials`, which a server uses that "
            "names "
            "none; define it, or name another with `credentials:`",
            "curfew.yaml:4:30: servers[1].credentials: there is no `belrin` in `credentials`; did you mean "
            "`berlin`?"}));
    EXPECT_EQ(errors("version: 1\nservers: [fs1, fs2]\nserver_defaults: {credentials: x}\n"),
              std::vector<std::string>{
                  "curfew.yaml:3:32: server_defaults.credentials: there is no `x` in `credentials`"});
    EXPECT_EQ(problems(std::string(preamble) + "rules: [{name: r, when: any, then: keep}]\n"),
              std::vector<std::string>{});
    EXPECT_EQ(problems("version: 1\nservers: [fs1]\nrules: [{name: r, when: any, then: keep}]\ncredentials:\n"
                       "  default: {ntlm: {username: a, password_file: b}}\n  old: {ntlm: {username: a, "
                       "password_file: b}}\n"),
              std::vector<std::string>{
                  "curfew.yaml:6:8: warning: credentials.old: no server uses these credentials"});
}

}  // namespace
}  // namespace curfew::config::test
