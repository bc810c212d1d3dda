// The main job, end to end: a policy in YAML, real SMB servers, real clients. The right sessions end, the
// wrong ones are untouched, and smbstatus and the clients themselves agree.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/integration/curfew_program.hpp"
#include "tests/integration/kdc.hpp"
#include "tests/integration/smb_client.hpp"

namespace curfew::testing {
namespace {

using Strings = std::vector<std::string>;

// Two servers must differ in more than their port: they are told apart by the ServerGuid, which Samba makes
// of this.
SambaOptions named(const std::string& name, SambaOptions options = {}) {
    options.global.push_back("netbios name = " + name);
    options.users.push_back({"svc-backup", "secret-backup"});
    return options;
}

Strings who_is_on(const SambaServer& server) {
    Strings sessions;
    for (const auto& session : server.smbstatus()) sessions.push_back(session.user + "@" + session.machine);
    std::sort(sessions.begin(), sessions.end());
    return sessions;
}

struct Wire {
    std::string name, max_protocol, encrypt, security;
    bool kerberos = false;
};
void PrintTo(const Wire& wire, std::ostream* out) {
    *out << wire.name;
}

class Enforcement : public ::testing::TestWithParam<Wire> {};

TEST_P(Enforcement, EndsExactlyWhatThePolicySays) {
    const auto& wire = GetParam();
    SambaOptions options;
    options.max_protocol = wire.max_protocol;
    options.encrypt = wire.encrypt;
    std::optional<Kdc> kdc;
    std::filesystem::path keytab;
    if (wire.kerberos) {
        kdc.emplace();
        keytab = kdc->make_keytab("services", {"cifs/fs1.curfew.test", "cifs/fs2.curfew.test"});
        options.kerberos = SambaKerberos{kdc->realm(), keytab, kdc->config_path()};
    }
    const SambaServer fs1{named("FS1", options)};
    const SambaServer fs2{named("FS2", options)};

    HeldSession anna{fs1, {.user = "anna", .client_address = "127.0.0.11"}};
    HeldSession working{fs1, {.user = "bob", .client_address = "127.0.0.12", .open_file = true}};
    HeldSession backup{fs1, {.user = "svc-backup", .client_address = "127.0.0.13"}};
    HeldSession shared{fs1, {.user = "anna", .client_address = "127.0.0.14", .second_user = "carol"}};
    HeldSession elsewhere{fs2, {.user = "anna", .client_address = "127.0.0.11"}};
    HeldSession spared{fs2, {.user = "carol", .client_address = "127.0.0.15"}};

    CurfewSite site;
    std::string credentials = "  default: {ntlm: {username: svc-curfew, password_file: password}}\n";
    std::vector<std::string> environment;
    if (wire.kerberos) {
        const auto own = kdc->make_keytab("curfew", {"svc-curfew"});
        std::filesystem::copy_file(own, site.dir() / "curfew.keytab");
        std::filesystem::permissions(site.dir() / "curfew.keytab", std::filesystem::perms{0600});
        credentials =
            "  default: {kerberos: {principal: svc-curfew@" + kdc->realm() + ", keytab: curfew.keytab}}\n";
        environment = kdc->env();
    }
    const std::string more = wire.security.empty() ? "" : "security: {" + wire.security + "}";
    site.write_whole_config("version: 1\nmode: enforce\ncredentials:\n" + credentials + "servers:\n" +
                            CurfewSite::entry("fs1.curfew.test", fs1, more) +
                            CurfewSite::entry("fs2.curfew.test", fs2, more) + R"(
protect:
  - {user: "svc-*", reason: service accounts}
rules:
  - name: carol may stay
    when: {user: carol}
    then: keep
  - name: nothing open
    when: {open_files: 0, client: 127.0.0.0/24}
    limits: {share: 100%}
    then: disconnect
)");

    const auto planned = parse_sweep(site.run({"plan", "--output", "json"}, environment).out);
    EXPECT_EQ(planned.servers, (Strings{"fs1.curfew.test ok", "fs2.curfew.test ok"}));
    EXPECT_EQ(planned.disconnects, (Strings{"fs1.curfew.test anna@127.0.0.11 nothing open",
                                            "fs2.curfew.test anna@127.0.0.11 nothing open"}));
    EXPECT_EQ(planned.withheld, (Strings{"fs1.curfew.test anna@127.0.0.14 nothing open: collateral",
                                         "fs1.curfew.test svc-backup@127.0.0.13 nothing open: protected",
                                         "fs1.curfew.test svc-curfew@127.0.0.1 nothing open: protected",
                                         "fs2.curfew.test svc-curfew@127.0.0.1 nothing open: protected"}));
    EXPECT_TRUE(anna.alive()) << "plan ends nothing";
    EXPECT_EQ(fs1.smbstatus().size() + fs2.smbstatus().size(), 7u);

    const auto result = site.run({"run", "--once", "--output", "json"}, environment);
    EXPECT_EQ(result.status, 0) << result.err;
    const auto done = parse_sweep(result.out);
    EXPECT_EQ(done.disconnects, (Strings{"fs1.curfew.test anna@127.0.0.11 nothing open: ended",
                                         "fs2.curfew.test anna@127.0.0.11 nothing open: ended"}));

    EXPECT_EQ(who_is_on(fs1),
              (Strings{"anna@127.0.0.14", "bob@127.0.0.12", "carol@127.0.0.14", "svc-backup@127.0.0.13"}))
        << "and curfew's own session was closed in good order";
    EXPECT_EQ(who_is_on(fs2), Strings{"carol@127.0.0.15"});
    EXPECT_FALSE(anna.alive());
    EXPECT_FALSE(elsewhere.alive());
    EXPECT_TRUE(working.alive());
    EXPECT_TRUE(backup.alive());
    EXPECT_TRUE(shared.alive());
    EXPECT_TRUE(spared.alive());
}

INSTANTIATE_TEST_SUITE_P(Samba, Enforcement,
                         ::testing::Values(Wire{"smb311_ntlm", "SMB3_11", "default", ""},
                                           Wire{"smb311_encrypted_ntlm", "SMB3_11", "required", ""},
                                           Wire{"smb311_kerberos", "SMB3_11", "default", "", true},
                                           Wire{"smb311_encrypted_kerberos", "SMB3_11", "required", "", true},
                                           Wire{"smb300_ntlm", "SMB3_00", "default", ""},
                                           Wire{"smb300_encrypted_kerberos", "SMB3_00", "required",
                                                "encryption: required", true},
                                           Wire{"smb210_ntlm", "SMB2_10", "default", ""},
                                           Wire{"smb210_kerberos", "SMB2_10", "default", "", true}),
                         [](const auto& wire) { return wire.param.name; });

}  // namespace
}  // namespace curfew::testing
