// What the two calls mean on a `windows` server, and who may make them, as other people's clients see it.
#include <cstdlib>

#include "tests/integration/asking.hpp"
#include "tests/integration/kdc.hpp"
#include "tests/integration/lab_foreign.hpp"

namespace curfew::testing {
namespace {

using core::Dialect;
using core::lab::LabEncryption;
using core::lab::Personality;

constexpr int access_denied = 5;
constexpr int invalid_parameter = 87;
constexpr int invalid_level = 124;
constexpr int more_data = 234;
constexpr int user_not_found = 2221;
constexpr int client_name_not_found = 2312;

using Names = std::vector<std::string>;

std::vector<core::lab::LabSession> people() {
    using std::chrono::minutes;
    return {lab_session("anna", "10.0.0.1", minutes{40}), lab_session("bob", "10.0.0.1", minutes{1}, 3),
            lab_session("anna", "10.0.0.2", minutes{5}, 1), lab_session("eve", "10.0.0.3", minutes{90})};
}

core::lab::LabServer windows_server(Dialect dialect = Dialect::smb311) {
    auto server = lab_server("fs.lab", people());
    server.max_dialect = dialect;
    return server;
}

struct Case {
    Question question;
    int status;
    Names who;
};

// What clients of both kinds are answered; those that a client cannot ask are left out for it.
const std::vector<Case>& enumerations() {
    static const std::vector<Case> cases{
        {filter("\\\\10.0.0.1", {}), 0, {"anna@\\\\10.0.0.1", "bob@\\\\10.0.0.1"}},
        {filter({}, "ANNA", 10), 0, {"anna@\\\\10.0.0.1", "anna@\\\\10.0.0.2"}},
        {filter("\\\\10.0.0.1", "bob", 502), 0, {"bob@\\\\10.0.0.1"}},
        {filter("\\\\10.0.0.9", {}), client_name_not_found, {}},
        {filter({}, "nobody", 0), user_not_found, {}},
        {filter("\\\\10.0.0.1", "eve", 2), user_not_found, {}},
        {filter("10.0.0.1", {}), invalid_parameter, {}},
        {filter("\\\\", {}), invalid_parameter, {}},
        {filter("", "eve"), 0, {"eve@\\\\10.0.0.3"}},
        {filter("\\\\10.0.0.2", ""), 0, {"anna@\\\\10.0.0.2"}}};
    return cases;
}
const std::vector<Case>& deletions() {
    static const std::vector<Case> cases{{del({}, {}), invalid_parameter, {}},
                                         {del("", ""), invalid_parameter, {}},
                                         {del("10.0.0.1", "anna"), invalid_parameter, {}},
                                         {del("\\\\10.0.0.9", "anna"), client_name_not_found, {}},
                                         {del("\\\\10.0.0.1", "nobody"), client_name_not_found, {}},
                                         {del({}, "nobody"), client_name_not_found, {}},
                                         {del("\\\\10.0.0.1", "Bob"), 0, {"bob@10.0.0.1"}},
                                         {del("\\\\10.0.0.1", "bob"), client_name_not_found, {}},
                                         {del("", "anna"), 0, {"anna@10.0.0.1", "anna@10.0.0.2"}},
                                         {del("\\\\10.0.0.3", {}), 0, {"eve@10.0.0.3"}}};
    return cases;
}

std::vector<Question> questions_of(const std::vector<Case>& cases) {
    std::vector<Question> questions;
    for (const auto& one : cases) questions.push_back(one.question);
    return questions;
}

std::string told(const Question& question) {
    return "client " + question.client.value_or("NULL") + " user " + question.user.value_or("NULL") +
           " level " + std::to_string(question.level);
}

void expect_windows_semantics(Foreign client, core::lab::LabServer server) {
    LabSite lab{{std::move(server)}};
    const auto login = login_to(lab, "fs.lab");
    const auto listed = ask(client, login, questions_of(enumerations()));
    ASSERT_EQ(listed.size(), enumerations().size()) << listed.back().trouble;
    for (std::size_t i = 0; i < listed.size(); ++i) {
        const auto& [question, status, names] = enumerations()[i];
        EXPECT_EQ(listed[i].status, status) << told(question) << listed[i].trouble;
        EXPECT_EQ(who(listed[i].sessions), names) << told(question);
        EXPECT_EQ(listed[i].total, names.size()) << told(question);
    }
    const auto ended = ask(client, login, questions_of(deletions()));
    ASSERT_EQ(ended.size(), deletions().size()) << ended.back().trouble;
    const auto calls = lab.calls("fs.lab");
    ASSERT_EQ(calls.size(), deletions().size());
    for (std::size_t i = 0; i < ended.size(); ++i) {
        const auto& [question, status, names] = deletions()[i];
        EXPECT_EQ(ended[i].status, status) << told(question) << ended[i].trouble;
        EXPECT_EQ(who(calls[i].ended), names) << told(question);
        EXPECT_EQ(calls[i].client, question.client) << "NULL is not empty, and nothing is lost on the way";
        EXPECT_EQ(calls[i].user, question.user);
    }
    EXPECT_TRUE(listed_now(lab.server("fs.lab")).empty());
}

TEST(LabForeignCalls, FiltersAndDeletionsBySambasPython) {
    for (const auto dialect : {Dialect::smb210, Dialect::smb311})
        expect_windows_semantics(Foreign::samba_python, windows_server(dialect));
}

TEST(LabForeignCalls, FiltersAndDeletionsByImpacket) {
    for (const auto dialect : {Dialect::smb210, Dialect::smb300})
        expect_windows_semantics(Foreign::impacket, windows_server(dialect));
    auto encrypted = windows_server(Dialect::smb300);
    encrypted.encryption = LabEncryption::required;
    expect_windows_semantics(Foreign::impacket, encrypted);
}

TEST(LabForeignCalls, EveryLevelByImpacket) {
    auto server = windows_server(Dialect::smb300);
    server.sessions = people_of_all_kinds();
    LabSite lab{{server}};
    const auto before = listed_now(lab.server("fs.lab"));
    for (const auto number : session_levels) {
        const auto answer = ask(Foreign::impacket, login_to(lab, "fs.lab"), level(number));
        expect_everybody(answer, number, Personality::windows, before, listed_now(lab.server("fs.lab")));
    }
}

// rpcclient names a level behind both filters only, and no text that is empty.
TEST(LabForeignCalls, EveryLevelByRpcclient) {
    auto server = windows_server();
    server.sessions = people_of_all_kinds();
    LabSite lab{{server}};
    const auto login = login_to(lab, "fs.lab");
    const auto before = listed_now(lab.server("fs.lab"));
    for (const auto number : session_levels) {
        const auto answer = ask(Foreign::rpcclient, login, filter("\\\\10.0.0.1", "bob", number));
        const auto after = listed_now(lab.server("fs.lab"));
        ASSERT_EQ(answer.sessions.size(), 1u) << number << answer.trouble;
        EXPECT_EQ(answer.total, 1u);
        expect_session(answer.sessions[0], as_listed(before[1], number, Personality::windows),
                       as_listed(after[1], number, Personality::windows), "level " + std::to_string(number));
    }
    EXPECT_EQ(ask(Foreign::rpcclient, login, filter("\\\\10.0.0.9", "bob", 502)).status,
              client_name_not_found);
    EXPECT_EQ(ask(Foreign::rpcclient, login, filter("10.0.0.1", "bob", 502)).status, invalid_parameter);
    EXPECT_EQ(ask(Foreign::rpcclient, login, del("\\\\10.0.0.1", "nobody")).status, client_name_not_found);
    EXPECT_TRUE(lab.ended("fs.lab").empty());
}

TEST(LabForeignCalls, ResumeHandlesLeadThroughTheWholeList) {
    LabSite lab{{windows_server()}};
    for (const auto number : session_levels) {
        auto all = level(number);
        auto one_by_one = all;
        one_by_one.preferred = 1;  // there is always room for one
        one_by_one.resume = 0;
        one_by_one.follow = true;
        auto a_few = one_by_one;
        a_few.preferred = number == 0 ? 60 : 180;
        const auto answers = ask(Foreign::samba_python, login_to(lab, "fs.lab"), {all, one_by_one});
        const auto few = ask(Foreign::samba_python, login_to(lab, "fs.lab"), std::vector{a_few});
        ASSERT_EQ(answers.size(), 1u + 5u) << "four and the caller" << answers.back().trouble;
        EXPECT_GT(few.size(), 1u);
        EXPECT_LT(few.size(), 5u);
        const auto names = who(answers[0].sessions);
        EXPECT_EQ(names.size(), 5u);
        EXPECT_EQ(answers[0].resume, std::nullopt);
        for (const auto& pages : {std::vector(answers.begin() + 1, answers.end()), few}) {
            Names joined;
            for (const auto& page : pages) {
                const bool last = &page == &pages.back();
                EXPECT_EQ(page.status, last ? 0 : more_data);
                EXPECT_EQ(page.total, names.size() - joined.size()) << "as many as are left";
                ASSERT_TRUE(page.resume);
                EXPECT_EQ(*page.resume == 0, last);
                for (auto& name : who(page.sessions)) joined.push_back(std::move(name));
            }
            EXPECT_EQ(joined, names) << "level " << number;
        }
    }
}

TEST(LabForeignCalls, LevelsThatNobodyKnows) {
    auto samba = windows_server();
    samba.name = "samba.lab";
    samba.personality = Personality::samba;
    LabSite lab{{windows_server(), samba}};
    for (const std::string name : {"fs.lab", "samba.lab"}) {
        auto question = level(3);
        question.resume = 7;
        const auto answer = ask(Foreign::samba_python, login_to(lab, name), question);
        EXPECT_EQ(answer.status, invalid_level) << answer.trouble;
        EXPECT_EQ(answer.resume, 7u);
        EXPECT_TRUE(answer.sessions.empty());
    }
}

TEST(LabForeignCalls, APlainUserMayReadTwoLevelsAndEndNobody) {
    auto samba = windows_server();
    samba.name = "samba.lab";
    samba.personality = Personality::samba;
    LabSite lab{{windows_server(), samba}};
    std::vector<Question> questions;
    for (const auto number : session_levels) questions.push_back(level(number));
    questions.push_back(del("\\\\10.0.0.1", "anna"));
    questions.push_back(del({}, "plain"));
    for (const auto client : {Foreign::samba_python, Foreign::impacket}) {
        for (const std::string name : {"fs.lab", "samba.lab"}) {
            auto login = login_to(lab, name);
            login.user = "plain";
            login.password = "secret-plain";
            const auto answers = ask(client, login, questions);
            ASSERT_EQ(answers.size(), questions.size()) << answers.back().trouble;
            for (std::size_t i = 0; i < questions.size(); ++i) {
                const bool anyone =
                    !questions[i].ends && (questions[i].level == 0 || questions[i].level == 10);
                const bool may = anyone && name == "fs.lab";
                EXPECT_EQ(answers[i].status, may ? 0 : access_denied) << name << " " << told(questions[i]);
                EXPECT_EQ(answers[i].sessions.size(), may ? 5u : 0u) << name << " " << told(questions[i]);
            }
            EXPECT_TRUE(lab.ended(name).empty());
        }
    }
}

TEST(LabForeignCalls, WhoEndsThemselvesHearsNoMore) {
    auto samba = windows_server();
    samba.name = "samba.lab";
    samba.personality = Personality::samba;
    LabSite lab{{windows_server(), samba}};
    for (const std::string name : {"fs.lab", "samba.lab"}) {
        const auto answers = ask(Foreign::samba_python, login_to(lab, name),
                                 {level(1), del("\\\\127.0.0.1", lab_account), level(1)});
        ASSERT_EQ(answers.size(), 3u);
        EXPECT_EQ(answers[0].status, 0);
        EXPECT_EQ(answers[1].status, -1);
        EXPECT_NE(answers[1].trouble.find("disconnected"), std::string::npos) << answers[1].trouble;
        EXPECT_EQ(answers[2].status, -1);
        EXPECT_EQ(lab.ended(name), Names{std::string(lab_account) + "@127.0.0.1"});
        EXPECT_EQ(listed_now(lab.server(name)).size(), 4u);
    }
}

// What tickets are for. Samba takes the domain for the realm.
constexpr const char* service_name = "fs.curfew.test";

// Kerberos needs its environment in this process, where the acceptor is, before the lab is.
class LabForeignKerberos : public ::testing::Test {
  protected:
    LabForeignKerberos() {
        for (const auto& setting : kdc_.env()) {
            const auto equals = setting.find('=');
            if (equals == std::string::npos) {
                ::unsetenv(setting.c_str());
            } else {
                ::setenv(setting.substr(0, equals).c_str(), setting.substr(equals + 1).c_str(), 1);
            }
        }
        kdc_.add_principal("kerberized", "secret-kerberized");
        kdc_.add_principal("plain", "secret-plain");
        core::lab::LabOptions options;
        options.keytab = kdc_.make_keytab("services", {std::string("cifs/") + service_name}).string();
        auto old = windows_server(Dialect::smb210);
        auto encrypted = windows_server();
        old.name = "old.lab";
        encrypted.name = "encrypted.lab";
        encrypted.encryption = LabEncryption::required;
        lab_.emplace(std::vector{windows_server(), old, encrypted}, options);
    }
    ForeignLogin login(const std::string& server, const std::string& user = "kerberized") {
        auto made = login_to(*lab_, server);
        made.name = service_name;
        made.user = user;
        made.password.clear();
        // Once in some hundred times Samba's own Kerberos does not understand what MIT's KDC answers (FAST).
        const auto cache = kdc_.kinit(user, "secret-" + user);
        kdc_.fetch_ticket(cache, std::string("cifs/") + service_name);
        made.ccache = cache.string();
        made.env = kdc_.env();
        return made;
    }

    Kdc kdc_;
    std::optional<LabSite> lab_;
};

// The account has no password that the lab knows: a logon by NTLM in its place would fail.
TEST_F(LabForeignKerberos, SambasClientsListAndEnd) {
    const Names everybody{"anna@\\\\10.0.0.1", "bob@\\\\10.0.0.1", "anna@\\\\10.0.0.2", "eve@\\\\10.0.0.3",
                          "kerberized@\\\\127.0.0.1"};
    for (const std::string name : {"fs.lab", "old.lab", "encrypted.lab"}) {
        for (const auto client : {Foreign::samba_python, Foreign::rpcclient}) {
            const auto answer = ask(client, login(name), level(1));
            EXPECT_EQ(answer.status, 0) << name << answer.trouble;
            EXPECT_EQ(who(answer.sessions), everybody) << name;
        }
        const auto bob = ask(Foreign::samba_python, login(name), del("\\\\10.0.0.1", "bob"));
        EXPECT_EQ(bob.status, 0) << name << bob.trouble;
        const auto eve = ask(Foreign::rpcclient, login(name), del("\\\\10.0.0.3", "eve"));
        EXPECT_EQ(eve.status, 0) << name << eve.trouble;
        EXPECT_EQ(lab_->ended(name), (Names{"bob@10.0.0.1", "eve@10.0.0.3"}));
        EXPECT_EQ(lab_->calls(name).front().caller, "kerberized");
    }
    const auto plain = ask(Foreign::samba_python, login("fs.lab", "plain"), {level(10), level(1)});
    ASSERT_EQ(plain.size(), 2u) << plain.back().trouble;
    EXPECT_EQ(plain[0].status, 0);
    EXPECT_EQ(plain[1].status, access_denied) << "an account of the scenario keeps its rights";
}

TEST_F(LabForeignKerberos, NtlmInsideSpnegoStillWorksBesideAKeytab) {
    for (const auto client : {Foreign::samba_python, Foreign::rpcclient, Foreign::impacket})
        EXPECT_EQ(ask(client, login_to(*lab_, "fs.lab"), level(1)).status, 0);
}

TEST_F(LabForeignKerberos, CurfewsOwnClientListsAndEnds) {
    for (const std::string name : {"fs.lab", "old.lab", "encrypted.lab"}) {
        core::ServerSpec spec{service_name, lab_->server(name).address(), lab_->fleet().port(), {}};
        core::CredentialSpec credential =
            core::KerberosCredential{"kerberized@" + kdc_.realm(),
                                     core::KerberosCcache{kdc_.kinit("kerberized", "secret-kerberized")}};
        Asking asking{std::move(spec), std::move(credential)};
        const auto all = asking.enumerate();
        ASSERT_TRUE(all) << describe(all.error());
        EXPECT_EQ(all->level, core::Level::transports);
        EXPECT_EQ(users_of(*all), (Names{"anna@10.0.0.1", "anna@10.0.0.2", "bob@10.0.0.1", "eve@10.0.0.3",
                                         "kerberized@127.0.0.1"}));
        const auto ended = asking.disconnect("10.0.0.2", "anna");
        EXPECT_TRUE(ended) << describe(ended.error().error);
        EXPECT_EQ(lab_->ended(name), Names{"anna@10.0.0.2"});
    }
}

}  // namespace
}  // namespace curfew::testing
