// The two calls when things go wrong, and when there is much to say, against real servers.
#include <csignal>

#include <gtest/gtest.h>

#include "core/errors/net_api_status.hpp"
#include "core/errors/nt_status.hpp"
#include "core/errors/smb_error.hpp"
#include "tests/integration/asking.hpp"
#include "tests/integration/kdc.hpp"
#include "tests/integration/smb_client.hpp"

namespace curfew::testing {
namespace {

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

TEST(SessionApiFaults, ADeadKeptConnectionIsRebuilt) {
    const SambaServer server;
    Asking asking{server};
    ASSERT_TRUE(asking.enumerate());
    const auto sessions = server.smbstatus();
    ASSERT_EQ(sessions.size(), 1u);
    ASSERT_EQ(::kill(sessions.front().pid, SIGKILL), 0);
    const auto again = asking.enumerate();
    ASSERT_TRUE(again) << describe(again.error());
    EXPECT_EQ(users_of(*again), Strings{"svc-curfew@127.0.0.1"});
}

TEST(SessionApiFaults, ADeadServerIsReported) {
    SambaServer server;
    Asking asking{server};
    ASSERT_TRUE(asking.enumerate());
    server.stop();
    const auto again = asking.enumerate();
    ASSERT_FALSE(again);
    EXPECT_NE(describe(again.error()).find("Connection refused"), std::string::npos)
        << describe(again.error());
}

TEST(SessionApiFaults, AServerThatFallsSilentIsGivenUpAtTheDeadline) {
    SambaServer server;
    Asking asking{server};
    ASSERT_TRUE(asking.enumerate());
    const auto pid = server.smbstatus().front().pid;
    server.pause(pid);
    const auto silent = asking.enumerate({}, 300ms);
    ASSERT_FALSE(silent);
    EXPECT_EQ(silent.error().code, make_error_code(core::SmbError::timed_out));
    server.resume(pid);
    const auto again = asking.enumerate();
    EXPECT_TRUE(again) << describe(again.error());
}

TEST(SessionApiFaults, FiltersHoldAlthoughSambaIgnoresThem) {
    const SambaServer server;
    HeldSession anna{server, {.user = "anna", .client_address = "127.0.0.11"}};
    HeldSession bob{server, {.user = "bob", .client_address = "127.0.0.12"}};
    Asking asking{server};
    const auto of = [&](const char* client, const char* user) {
        core::SessionFilter filter;
        if (client) filter.client = core::ClientName::from(client);
        if (user) filter.user = core::UserName::from(user);
        const auto answer = asking.enumerate(filter);
        return answer ? users_of(*answer) : Strings{describe(answer.error())};
    };
    EXPECT_EQ(of("127.0.0.11", nullptr), Strings{"anna@127.0.0.11"});
    EXPECT_EQ(of(nullptr, "BOB"), Strings{"bob@127.0.0.12"});
    EXPECT_EQ(of("127.0.0.11", "bob"), Strings{});
}

TEST(SessionApiFaults, NobodyThereIsWhatTheServerSaysItIs) {
    const SambaServer server;
    Asking asking{server};
    ASSERT_TRUE(asking.enumerate());
    const auto nobody = asking.disconnect("127.0.0.99", "anna");
    ASSERT_FALSE(nobody);
    // Samba says "access denied" where Windows says NERR_ClientNameNotFound; only another look tells them
    // apart.
    EXPECT_EQ(nobody.error().error.code, make_error_code(core::NetApiStatus::access_denied));
    EXPECT_TRUE(nobody.error().sent);
}

// What was decided on an answer is not carried out on another connection, which would take time to make.
TEST(SessionApiFaults, ACallIsNotWorthANewConnection) {
    const SambaServer server;
    HeldSession anna{server, {.user = "anna", .client_address = "127.0.0.11"}};
    Asking asking{server};
    ASSERT_TRUE(asking.enumerate());
    asking.close();
    const auto refused = asking.disconnect("127.0.0.11", "anna");
    ASSERT_FALSE(refused);
    EXPECT_FALSE(refused.error().sent);
    EXPECT_TRUE(anna.alive());
}

TEST(SessionApiFaults, ManySessionsComeInManyFragments) {
    const SambaServer server;
    std::vector<std::unique_ptr<Asking>> people;
    for (int i = 0; i < 120; ++i) {
        people.push_back(std::make_unique<Asking>(server, core::Security{}, "anna"));
        const auto denied = people.back()->enumerate();
        ASSERT_FALSE(denied);
        ASSERT_EQ(denied.error().code, make_error_code(core::NetApiStatus::access_denied));
    }
    Asking asking{server};
    const auto all = asking.enumerate();
    ASSERT_TRUE(all) << describe(all.error());
    EXPECT_EQ(all->sessions.size(), 121u);
}

TEST(SessionApiFaults, ACorrectedPasswordIsReadAgain) {
    const SambaServer server;
    Asking asking{server};
    secret_file(asking.password_file(), "yesterday's");
    const auto refused = asking.enumerate();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(core::NtStatus::logon_failure))
        << describe(refused.error());
    const auto kept = asking.credential().acquire(in(0ms));
    EXPECT_FALSE(asking.enumerate());
    EXPECT_EQ(*asking.credential().acquire(in(0ms)), *kept) << "not acquired anew while the file is the same";
    secret_file(asking.password_file(), "secret-curfew");
    EXPECT_FALSE(asking.enumerate()) << "the refusal is what makes it read again";
    const auto accepted = asking.enumerate();
    EXPECT_TRUE(accepted) << describe(accepted.error());
}

TEST(SessionApiFaults, EverythingLeavesDescriptorsAsTheyWere) {
    const auto open_descriptors = [] {
        const std::filesystem::directory_iterator all{"/proc/self/fd"};
        return std::distance(begin(all), end(all));
    };
    const SambaServer server;
    Asking asking{server};
    ASSERT_TRUE(asking.enumerate());
    asking.close();
    const auto before = open_descriptors();
    for (int i = 0; i < 10; ++i) {
        ASSERT_TRUE(asking.enumerate());
        asking.close();
    }
    EXPECT_EQ(open_descriptors(), before);
}

// Kerberos needs its environment in this process: one realm for all tests of the suite.
class WithKerberos : public ::testing::Test {
  protected:
    WithKerberos() : keytab_(kdc_.make_keytab("services", {"cifs/localhost"})) {
        for (const auto& setting : kdc_.env()) {
            const auto equals = setting.find('=');
            if (equals == std::string::npos) {
                ::unsetenv(setting.c_str());
            } else {
                ::setenv(setting.substr(0, equals).c_str(), setting.substr(equals + 1).c_str(), 1);
            }
        }
        SambaOptions options;
        options.kerberos = SambaKerberos{kdc_.realm(), keytab_, kdc_.config_path()};
        server_.emplace(options);
        own_keytab_ = kdc_.make_keytab("curfew", {"svc-curfew"});
        std::filesystem::permissions(own_keytab_, std::filesystem::perms{0600});
    }
    core::ServerSpec spec() const { return {"localhost", "127.0.0.1", server_->port(), {}}; }
    std::string principal() const { return "svc-curfew@" + kdc_.realm(); }

    Kdc kdc_;
    std::filesystem::path keytab_;
    std::filesystem::path own_keytab_;
    std::optional<SambaServer> server_;
    TempDir dir_;
};

TEST_F(WithKerberos, EveryWayToATicket) {
    kdc_.add_principal("anna", "secret-anna");
    Asking by_keytab{spec(),
                     core::KerberosCredential{principal(), core::KerberosKeytab{own_keytab_.string()}}};
    const auto listed = by_keytab.enumerate();
    ASSERT_TRUE(listed) << describe(listed.error());
    EXPECT_EQ(users_of(*listed), Strings{"svc-curfew@127.0.0.1"});

    const auto cache = kdc_.kinit_keytab("svc-curfew", own_keytab_);
    Asking by_cache{spec(), core::KerberosCredential{principal(), core::KerberosCcache{cache.string()}}};
    EXPECT_TRUE(by_cache.enumerate());

    const auto password = secret_file(dir_ / "password", "secret-anna");
    Asking by_password{spec(),
                       core::KerberosCredential{"anna@" + kdc_.realm(), core::PasswordFile{password}}};
    const auto denied = by_password.enumerate();
    ASSERT_FALSE(denied) << "logged on, and without rights";
    EXPECT_EQ(denied.error().code, make_error_code(core::NetApiStatus::access_denied))
        << describe(denied.error());
}

TEST_F(WithKerberos, CredentialsAreSharedAndAcquiredAnewBeforeTheyExpire) {
    core::GssCredential credential{
        core::KerberosCredential{principal(), core::KerberosKeytab{own_keytab_.string()}}};
    const auto now = std::chrono::steady_clock::now();
    const auto first = credential.acquire(now);
    ASSERT_TRUE(first) << describe(first.error());
    EXPECT_EQ(*credential.acquire(now + 1min), *first);
    EXPECT_NE(*credential.acquire(now + 30 * 24h), *first);
    const auto third = credential.acquire(now);
    credential.refused();
    EXPECT_NE(*credential.acquire(now), *third);
}

TEST_F(WithKerberos, ASilentKdcHoldsUpOnlyThoseWhoNeedIt) {
    kdc_.pause();
    Asking by_keytab{spec(),
                     core::KerberosCredential{principal(), core::KerberosKeytab{own_keytab_.string()}}};
    Asking by_password{*server_};
    const auto waiting = by_keytab.enumerate({}, 500ms);
    ASSERT_FALSE(waiting);
    EXPECT_EQ(waiting.error().code, make_error_code(core::SmbError::timed_out)) << describe(waiting.error());
    EXPECT_EQ(by_keytab.credential().pool().abandoned(), 1u) << "the call that hangs is counted";
    EXPECT_TRUE(by_password.enumerate()) << "NTLM has threads of its own";
    kdc_.resume();
    EXPECT_TRUE(eventually([&] { return by_keytab.credential().pool().abandoned() == 0; }, 20s));
    const auto answered = by_keytab.enumerate();
    EXPECT_TRUE(answered) << describe(answered.error());
}

TEST_F(WithKerberos, AnUnknownServiceNameIsSaidAndNtlmIsNotTriedInstead) {
    auto elsewhere = spec();
    elsewhere.name = "fs9.curfew.test";
    Asking asking{elsewhere,
                  core::KerberosCredential{principal(), core::KerberosKeytab{own_keytab_.string()}}};
    const auto refused = asking.enumerate();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, make_error_code(core::SmbError::authentication));
    EXPECT_NE(describe(refused.error()).find("cifs/fs9.curfew.test"), std::string::npos)
        << describe(refused.error());
}

}  // namespace
}  // namespace curfew::testing
