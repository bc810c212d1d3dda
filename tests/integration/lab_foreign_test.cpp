// The lab's servers and other people's clients. The product's client and the lab share codecs and could both
// be wrong in the same way; these three share nothing with either.
#include "tests/integration/lab_foreign.hpp"

#include <gtest/gtest.h>

namespace curfew::testing {
namespace {

using core::Dialect;
using core::lab::Call;
using core::lab::FaultKind;
using core::lab::LabEncryption;
using core::lab::Personality;

// The server speaks this one dialect, so that what is answered is answered in it.
struct Wire {
    const char* name;
    Dialect dialect;
    LabEncryption server;
    bool client_encrypts;
};
void PrintTo(const Wire& wire, std::ostream* out) {
    *out << wire.name;
}

core::lab::LabServer server_on(const Wire& wire, Personality personality, const std::string& name) {
    auto server = lab_server(name, people_of_all_kinds());
    server.personality = personality;
    server.min_dialect = server.max_dialect = wire.dialect;
    server.encryption = wire.server;
    return server;
}

class LabForeignWire : public ::testing::TestWithParam<Wire> {
  protected:
    ForeignLogin login(const std::string& server) {
        auto made = login_to(lab_, server);
        made.encrypt = GetParam().client_encrypts;
        return made;
    }
    LabSite lab_{{server_on(GetParam(), Personality::windows, "windows.lab"),
                  server_on(GetParam(), Personality::samba, "samba.lab")}};
};

TEST_P(LabForeignWire, SambasPythonReadsEveryLevelAndEndsOne) {
    for (const std::string name : {"windows.lab", "samba.lab"}) {
        auto& server = lab_.server(name);
        const bool samba = server.personality() == Personality::samba;
        const auto before = listed_now(server);
        std::vector<Question> questions;
        for (const auto number : session_levels) questions.push_back(level(number));
        questions.push_back(del("\\\\10.0.0.2", "anna"));
        const auto answers = ask(Foreign::samba_python, login(name), questions);
        const auto after = [&] {
            auto sessions = before;
            for (auto& one : sessions) {
                *one.connected += core::Seconds{30};
                *one.idle += core::Seconds{30};
            }
            return sessions;
        }();
        ASSERT_EQ(answers.size(), questions.size()) << name << answers.back().trouble;
        for (std::size_t i = 0; i < session_levels.size(); ++i) {
            if (samba && session_levels[i] > 1) {
                EXPECT_EQ(answers[i].status, 124) << name << " level " << session_levels[i];
                EXPECT_TRUE(answers[i].sessions.empty());
            } else {
                expect_everybody(answers[i], session_levels[i], server.personality(), before, after);
            }
        }
        EXPECT_EQ(answers.back().status, 0) << answers.back().trouble;
        EXPECT_EQ(lab_.ended(name), std::vector<std::string>{"anna@10.0.0.2"});
        EXPECT_TRUE(eventually([&] { return listed_now(server).size() == before.size() - 1; }));
    }
}

TEST_P(LabForeignWire, RpcclientReadsAndEnds) {
    for (const std::string name : {"windows.lab", "samba.lab"}) {
        auto& server = lab_.server(name);
        const auto before = listed_now(server);
        const auto all = ask(Foreign::rpcclient, login(name), level(1));
        expect_everybody(all, 1, server.personality(), before, listed_now(server));
        const auto ended = ask(Foreign::rpcclient, login(name), del("\\\\WKS-7", "J\xC3\xBCrgen"));
        EXPECT_EQ(ended.status, 0) << ended.trouble;
        EXPECT_EQ(lab_.ended(name), std::vector<std::string>{"J\xC3\xBCrgen@WKS-7"});
    }
}

INSTANTIATE_TEST_SUITE_P(
    Each, LabForeignWire,
    ::testing::Values(
        Wire{"smb311", Dialect::smb311, LabEncryption::offered, false},
        Wire{"smb311_encryption_required_by_server", Dialect::smb311, LabEncryption::required, false},
        Wire{"smb311_encryption_required_by_client", Dialect::smb311, LabEncryption::offered, true},
        Wire{"smb302", Dialect::smb302, LabEncryption::offered, false},
        Wire{"smb302_encryption_required_by_server", Dialect::smb302, LabEncryption::required, false},
        Wire{"smb300_encryption_required_by_client", Dialect::smb300, LabEncryption::offered, true},
        Wire{"smb210", Dialect::smb210, LabEncryption::offered, false}),
    [](const auto& wire) { return std::string{wire.param.name}; });

// What they make of the answers above is worth something only if they would have noticed.
TEST(LabForeign, SambasClientsVerifyWhatIsSigned) {
    for (const auto dialect : {Dialect::smb210, Dialect::smb302, Dialect::smb311}) {
        auto server = lab_server("fs.lab", people_of_all_kinds());
        server.min_dialect = server.max_dialect = dialect;
        LabSite lab{{server}};
        core::lab::Fault fault;
        fault.kind = FaultKind::wrong_signature;
        fault.call = Call::session_enum;
        lab.server("fs.lab").faults().set(fault);
        for (const auto client : {Foreign::samba_python, Foreign::rpcclient}) {
            const auto answer = ask(client, login_to(lab, "fs.lab"), level(1));
            EXPECT_EQ(answer.status, -1);
            EXPECT_NE(answer.trouble, "");
        }
        EXPECT_EQ(lab.fleet().journal().total(Call::session_enum), 2u) << "both came as far as the call";
    }
}

TEST(LabForeign, AClientThatWantsEncryptionDoesNotGetItAt210) {
    auto server = lab_server("fs.lab", people_of_all_kinds());
    server.max_dialect = Dialect::smb210;
    LabSite lab{{server}};
    auto login = login_to(lab, "fs.lab");
    login.encrypt = true;
    for (const auto client : {Foreign::samba_python, Foreign::rpcclient})
        EXPECT_EQ(ask(client, login, level(1)).status, -1);
    EXPECT_EQ(lab.fleet().journal().total(Call::session_enum), 0u);
}

TEST(LabForeign, AWrongPasswordIsRefused) {
    LabSite lab{{lab_server("fs.lab", people_of_all_kinds())}};
    auto login = login_to(lab, "fs.lab");
    login.password = "not-it";
    for (const auto client : {Foreign::samba_python, Foreign::rpcclient, Foreign::impacket}) {
        const auto answer = ask(client, login, level(1));
        EXPECT_EQ(answer.status, -1);
        EXPECT_NE(answer.trouble.find("attempted logon is invalid"), std::string::npos) << answer.trouble;
    }
    EXPECT_EQ(lab.fleet().journal().total(Call::session_enum), 0u);
}

// 250 sessions are some 30 KB, so that the answer comes in several fragments and by several reads.
TEST(LabForeign, ManySessionsComeWhole) {
    for (const auto encryption : {LabEncryption::offered, LabEncryption::required}) {
        auto crowd = lab_session("user{n}", "10.1.0.1", std::chrono::minutes{5}, 2);
        crowd.count = 250;
        auto server = lab_server("fs.lab", {crowd});
        server.encryption = encryption;
        LabSite lab{{server}};
        const auto before = listed_now(lab.server("fs.lab"));
        for (const auto client : {Foreign::samba_python, Foreign::rpcclient, Foreign::impacket}) {
            const auto answer = ask(client, login_to(lab, "fs.lab"), level(1));
            expect_everybody(answer, 1, Personality::windows, before, listed_now(lab.server("fs.lab")));
        }
    }
}

}  // namespace
}  // namespace curfew::testing
