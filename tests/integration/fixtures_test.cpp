#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/integration/kdc.hpp"
#include "tests/integration/samba_server.hpp"
#include "tests/integration/smb_client.hpp"
#include "tests/integration/srvsvc_probe.hpp"

namespace curfew::testing {
namespace {

using namespace std::chrono_literals;

HeldOptions from(const std::string& user, const std::string& address) {
    HeldOptions options;
    options.user = user;
    options.client_address = address;
    return options;
}

SambaSession session_of(const SambaServer& server, const std::string& user) {
    for (const auto& session : server.smbstatus())
        if (session.user == user) return session;
    return {};
}

ListedSession listed(const ProbeReply& reply, const std::string& user) {
    for (const auto& session : reply.sessions)
        if (session.user == user) return session;
    return {};
}

TEST(Process, RunReturnsOutputAndStatus) {
    const auto result = run({"sh", "-c", "cat; echo $NAME >&2; exit 3"}, {"NAME=value"}, "input");
    EXPECT_EQ(result.status, 3);
    EXPECT_EQ(result.out, "input");
    EXPECT_EQ(result.err, "value\n");
}

TEST(Process, RunTakesMoreThanAPipeHolds) {
    const std::string much(1 << 20, 'x');
    EXPECT_EQ(run({"cat"}, {}, much).out, much);
    EXPECT_EQ(run({"true"}, {}, much).status, 0);
}

TEST(Process, RunEndsWithItsTime) {
    EXPECT_EQ(run({"sh", "-c", "sleep 1000 & sleep 1000"}, {}, {}, 100ms).status, -1);
}

TEST(Process, AMissingProgramIsAnError) {
    EXPECT_THROW(run({"no-such-program"}), std::system_error);
}

TEST(Process, StopTakesTheWholeGroup) {
    const TempDir dir;
    SpawnOptions how;
    how.env = {"CURFEW_MARK=" + dir.path().string()};
    ChildProcess child({"sh", "-c", "trap '' TERM; sleep 60 & sleep 60"}, how);
    ASSERT_TRUE(eventually([&] { return processes_naming(dir.path().string()).size() == 3; }));
    child.stop(50ms);
    EXPECT_FALSE(child.running());
    EXPECT_TRUE(eventually([&] { return processes_naming(dir.path().string()).empty(); }));
}

TEST(Samba, ThreeSessionsOfThreeUsersFromThreeAddresses) {
    const SambaServer server;
    EXPECT_TRUE(server.smbstatus().empty());

    HeldSession anna(server, from("anna", "127.0.0.11"));
    HeldSession bob(server, from("bob", "127.0.0.12"));
    HeldSession carol(server, from("carol", "127.0.0.13"));
    std::set<std::string> seen;
    for (const auto& session : server.smbstatus()) seen.insert(session.user + "@" + session.machine);
    EXPECT_EQ(seen, (std::set<std::string>{"anna@127.0.0.11", "bob@127.0.0.12", "carol@127.0.0.13"}));

    const auto reply = probe_enumerate(server, "svc-curfew");
    ASSERT_EQ(reply.error, 0) << reply.text;
    EXPECT_EQ(reply.sessions.size(), 4U) << "and the probe's own";
    EXPECT_EQ(listed(reply, "bob").client, "127.0.0.12");
    EXPECT_EQ(listed(reply, "bob").open_files, 0U);

    const auto deleted = probe_delete(server, "svc-curfew", "\\\\127.0.0.12", "bob");
    EXPECT_EQ(deleted.error, 0) << deleted.text;
    EXPECT_TRUE(server.wait_for_sessions(2));
    EXPECT_TRUE(anna.alive());
    EXPECT_FALSE(bob.alive());
    carol.close();
    EXPECT_TRUE(server.wait_for_sessions(1));
}

TEST(Samba, TwoServersKeepApart) {
    const SambaServer first;
    const SambaServer second;
    EXPECT_NE(first.port(), second.port());
    HeldSession anna(first, from("anna", "127.0.0.11"));
    EXPECT_EQ(first.smbstatus().size(), 1U);
    EXPECT_TRUE(second.smbstatus().empty());
}

TEST(Samba, AMisspeltSettingIsAnError) {
    SambaOptions options;
    options.global = {"server min protokol = SMB3"};
    EXPECT_THROW(SambaServer{options}, std::runtime_error);
}

TEST(Samba, RightsAreGivenOneByOne) {
    SambaOptions options;
    options.users.push_back({"auditor", "secret-auditor", Rights::enumerate});
    const SambaServer server(options);
    HeldSession bob(server, from("bob", "127.0.0.12"));
    EXPECT_EQ(probe_enumerate(server, "anna").error, 5);
    EXPECT_EQ(probe_delete(server, "anna", "\\\\127.0.0.12", "bob").error, 5);
    EXPECT_EQ(probe_enumerate(server, "auditor").error, 0);
    EXPECT_EQ(probe_delete(server, "auditor", "\\\\127.0.0.12", "bob").error, 5);
    EXPECT_TRUE(bob.alive());
    EXPECT_EQ(probe_delete(server, "svc-curfew", "\\\\127.0.0.12", "bob").error, 0);
    EXPECT_TRUE(server.wait_for_sessions(0));
}

TEST(Samba, RpcclientCountsTheSame) {
    const SambaServer server;
    HeldSession anna(server, from("anna", "127.0.0.11"));
    const TempDir dir;
    const auto login = dir.write("login", "username = svc-curfew\npassword = secret-curfew\n");
    const auto result =
        run_or_throw({"rpcclient", "-s", server.conf_path(), "-p", std::to_string(server.port()), "-A", login,
                      "-d", "10", "127.0.0.1", "-c", "netsessenum"});
    EXPECT_NE((result.out + result.err).find("'anna'"), std::string::npos) << result.out << result.err;
}

TEST(Samba, TwoUsersOnOneConnectionShareItsProcess) {
    const SambaServer server;
    HeldOptions options = from("anna", "127.0.0.11");
    options.second_user = "bob";
    options.open_file = true;
    HeldSession both(server, options);
    EXPECT_EQ(server.smbstatus().size(), 2U);
    EXPECT_GT(session_of(server, "anna").pid, 0);
    EXPECT_EQ(session_of(server, "anna").pid, session_of(server, "bob").pid);
    EXPECT_EQ(session_of(server, "anna").client_port, session_of(server, "bob").client_port);
    const auto reply = probe_enumerate(server, "svc-curfew");
    EXPECT_EQ(reply.sessions.size(), 3U) << reply.text;
    EXPECT_EQ(listed(reply, "anna").open_files, 1U) << "opened before bob came";
    EXPECT_EQ(listed(reply, "bob").open_files, 0U);

    ASSERT_TRUE(both.alive());
    EXPECT_EQ(probe_delete(server, "svc-curfew", "\\\\127.0.0.11", "bob").error, 0);
    EXPECT_TRUE(server.wait_for_sessions(0)) << "anna goes with bob";
    EXPECT_FALSE(both.alive());
}

TEST(Samba, AFileHeldOpenIsCounted) {
    const SambaServer server;
    HeldOptions options = from("anna", "127.0.0.11");
    options.open_file = true;
    HeldSession anna(server, options);
    HeldSession bob(server, from("bob", "127.0.0.12"));
    EXPECT_EQ(server.open_files(), 1);
    const auto reply = probe_enumerate(server, "svc-curfew");
    EXPECT_EQ(listed(reply, "anna").open_files, 1U) << reply.text;
    EXPECT_EQ(listed(reply, "bob").open_files, 0U) << reply.text;
}

TEST(Samba, APausedSessionIsListedAndSilent) {
    SambaServer server;
    HeldSession anna(server, from("anna", "127.0.0.11"));
    const auto pid = session_of(server, "anna").pid;
    server.pause(pid);
    EXPECT_FALSE(anna.alive(200ms));
    EXPECT_EQ(listed(probe_enumerate(server, "svc-curfew"), "anna").client, "127.0.0.11");
    server.resume(pid);
    EXPECT_TRUE(anna.alive());
    server.pause(pid);
    EXPECT_THROW(server.pause(::getpid()), std::runtime_error);
    server.stop();
    EXPECT_TRUE(server.processes().empty());
}

TEST(Samba, ACutNetworkIsNotAlive) {
    const SambaServer server;
    HeldSession anna(server, from("anna", "127.0.0.11"));
    anna.cut_network();
    EXPECT_FALSE(anna.alive());
    EXPECT_TRUE(server.wait_for_sessions(0));
}

class Dialects : public ::testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(Dialects, TheServerSpeaksAtMostIts) {
    SambaOptions options;
    options.min_protocol = options.max_protocol = GetParam().first;
    const SambaServer server(options);
    HeldSession anna(server, from("anna", "127.0.0.11"));
    EXPECT_EQ(session_of(server, "anna").dialect, GetParam().second);
}

INSTANTIATE_TEST_SUITE_P(All, Dialects,
                         ::testing::Values(std::pair{"SMB2_02", "SMB2_02"}, std::pair{"SMB2_10", "SMB2_10"},
                                           std::pair{"SMB3_00", "SMB3_00"}, std::pair{"SMB3_02", "SMB3_02"},
                                           std::pair{"SMB3_11", "SMB3_11"}),
                         [](const auto& dialect) { return dialect.param.first; });

TEST(Samba, EncryptionAndSigningAreSeen) {
    SambaOptions options;
    options.encrypt = "required";
    options.signing = "mandatory";
    const SambaServer server(options);
    HeldSession anna(server, from("anna", "127.0.0.11"));
    HeldOptions older = from("bob", "127.0.0.12");
    older.max_protocol = "SMB3_00";
    HeldSession bob(server, older);
    EXPECT_EQ(session_of(server, "anna").encryption, "AES-128-GCM");
    EXPECT_EQ(session_of(server, "bob").encryption, "AES-128-CCM");
    EXPECT_EQ(session_of(server, "anna").signing, "AES-128-GMAC");
    EXPECT_EQ(session_of(server, "bob").signing, "AES-128-CMAC");
}

TEST(Samba, TheClientMayAskForEncryption) {
    const SambaServer server;
    HeldOptions options = from("anna", "127.0.0.11");
    options.encrypt = true;
    HeldSession anna(server, options);
    EXPECT_NE(session_of(server, "anna").encryption, "");
}

TEST(Samba, NothingIsLeftBehind) {
    std::filesystem::path dir;
    {
        SambaServer server;
        dir = server.dir();
        HeldSession anna(server, from("anna", "127.0.0.11"));
        probe_enumerate(server, "svc-curfew");
        EXPECT_GT(server.processes().size(), 3U) << "smbd and its helpers";
        server.stop();
        EXPECT_TRUE(server.processes().empty());
        EXPECT_FALSE(accepts_connections(server.port()));
    }
    EXPECT_TRUE(processes_naming(dir.string()).empty());
    EXPECT_FALSE(std::filesystem::exists(dir));
}

// A test program that is killed leaves smbd to init; the guard ends it and takes the directory away.
TEST(Samba, NothingIsLeftBehindByACrash) {
    const TempDir dir;
    const auto note = dir / "note";
    const pid_t pid = ::fork();
    if (pid == 0) {
        try {
            const Kdc kdc;
            const SambaServer server;
            HeldSession anna(server, from("anna", "127.0.0.11"));
            probe_enumerate(server, "svc-curfew");
            std::ofstream(dir / "kdc") << kdc.config_path().parent_path().string();
            std::ofstream(note) << server.dir().string();
            ::raise(SIGKILL);
        } catch (const std::exception& error) {
            std::ofstream(note) << error.what();
        }
        ::_exit(1);
    }
    ASSERT_GT(pid, 0);
    ASSERT_TRUE(eventually([&] { return ::waitpid(pid, nullptr, WNOHANG) == pid; }, 30s));
    for (const std::string& place : {read_file(note), read_file(dir / "kdc")}) {
        ASSERT_TRUE(place.starts_with("/tmp/cf-")) << place;
        EXPECT_TRUE(
            eventually([&] { return processes_naming(place).empty() && !std::filesystem::exists(place); }));
    }
}

TEST(Kerberos, ATicketOpensASession) {
    Kdc kdc;
    kdc.add_principal("anna", "secret-anna");
    SambaOptions options;
    options.kerberos = {kdc.realm(),
                        kdc.make_keytab("fs1.keytab", {"cifs/localhost", "cifs/fs1.curfew.test"}),
                        kdc.config_path()};
    const SambaServer server(options);
    HeldOptions held = from("anna", "127.0.0.11");
    held.host = "fs1.curfew.test";
    held.env = kdc.env();
    held.kerberos_ccache = kdc.kinit("anna", "secret-anna");
    HeldSession anna(server, held);
    ASSERT_EQ(server.smbstatus().size(), 1U);
    EXPECT_EQ(server.smbstatus().front().user, "anna");
    EXPECT_EQ(server.smbstatus().front().machine, "127.0.0.11");

    // The account's rights come with the ticket, and the ticket may come from a keytab.
    const auto keytab = kdc.make_keytab("svc.keytab", {"svc-curfew"});
    const auto enumerate = [&](const std::filesystem::path& cache) {
        auto env = kdc.env();
        env.push_back("KRB5CCNAME=FILE:" + cache.string());
        return run(
            {"rpcclient", "-s", server.conf_path(), "-I", "127.0.0.1", "-p", std::to_string(server.port()),
             "--use-kerberos=required", "--use-krb5-ccache=" + cache.string(), "fs1.curfew.test", "-d", "10",
             "-c", "netsessenum"},
            env);
    };
    const auto allowed = enumerate(kdc.kinit_keytab("svc-curfew", keytab));
    EXPECT_EQ(allowed.status, 0) << allowed.err;
    EXPECT_NE((allowed.out + allowed.err).find("'anna'"), std::string::npos);
    const auto denied = enumerate(kdc.kinit("anna", "secret-anna"));
    EXPECT_NE((denied.out + denied.err).find("WERR_ACCESS_DENIED"), std::string::npos)
        << denied.out << denied.err;
}

TEST(Kerberos, TheKdcSaysNoOrNothing) {
    Kdc kdc;
    kdc.add_principal("anna", "secret-anna");
    EXPECT_THROW(kdc.kinit("anna", "wrong"), std::runtime_error);
    EXPECT_THROW(kdc.add_principal("anna", "again"), std::runtime_error);
    kdc.pause();
    EXPECT_EQ(run({"kinit", "-c", "/dev/null", "anna"}, kdc.env(), "secret-anna\n", 300ms).status, -1);
    kdc.resume();
    EXPECT_TRUE(std::filesystem::exists(kdc.kinit("anna", "secret-anna")));
}

}  // namespace
}  // namespace curfew::testing
