// A real smbd and a `samba` server of the lab with the same people on both, asked the same questions by the
// same foreign client: whatever the answers can show has to be the same.
#include "tests/integration/lab_foreign.hpp"
#include "tests/integration/samba_server.hpp"
#include "tests/integration/smb_client.hpp"

namespace curfew::testing {
namespace {

using Names = std::vector<std::string>;

// One person to come, on both servers.
struct Guest {
    std::string user;
    std::string client;
    bool open_file = false;
    std::optional<std::string> with = std::nullopt;  // a second one on the same connection
};

SambaOptions smbd_options() {
    SambaOptions options;
    options.users.push_back({"plain", "secret-plain", Rights::none});
    return options;
}

core::lab::LabServer lab_twin(const std::vector<Guest>& guests) {
    auto server = lab_server("twin.lab", {});
    server.personality = core::lab::Personality::samba;
    for (const auto& guest : guests) {
        const std::uint32_t files = guest.open_file ? 1 : 0;
        server.sessions.push_back(lab_session(guest.user, guest.client, core::Seconds{0}, files));
        if (guest.with) server.sessions.push_back(lab_session(*guest.with, guest.client, core::Seconds{0}));
    }
    return server;
}

class Twins {
  public:
    explicit Twins(const std::vector<Guest>& guests) : smbd_(smbd_options()) {
        for (const auto& guest : guests) {
            HeldOptions how;
            how.user = guest.user;
            how.client_address = guest.client;
            how.open_file = guest.open_file;
            how.second_user = guest.with;
            held_.push_back(std::make_unique<HeldSession>(smbd_, how));
        }
        lab_.emplace(std::vector{lab_twin(guests)});
    }

    struct Both {
        std::vector<Answer> smbd, lab;
    };
    Both ask_both(Foreign client, const std::vector<Question>& questions,
                  const std::string& user = lab_account) {
        auto login = login_to(*lab_, "twin.lab");
        login.user = user;
        login.password = smbd_.user(user).password;
        Both both;
        both.lab = ask(client, login, questions);
        login.host = "127.0.0.1";
        login.port = smbd_.port();
        login.domain = "CURFEW";
        both.smbd = ask(client, login, questions);
        return both;
    }
    // Until so many are left on both, callers apart.
    void wait_for(std::size_t count) {
        EXPECT_TRUE(smbd_.wait_for_sessions(count)) << smbd_.smbstatus().size() << " left on smbd";
        EXPECT_TRUE(eventually([&] { return lab_->server("twin.lab").present().size() == count; }))
            << lab_->server("twin.lab").present().size() << " left in the lab";
    }

  private:
    SambaServer smbd_;
    std::vector<std::unique_ptr<HeldSession>> held_;
    std::optional<LabSite> lab_;
};

// smbd lists in the order of a hash. Of its times only the idle one can be foretold.
std::vector<std::string> as_text(const Answer& answer, bool with_names) {
    std::vector<std::string> lines;
    for (const auto& one : answer.sessions) {
        const auto number = [](const auto& value) { return value ? std::to_string(*value) : "-"; };
        const auto idle = one.idle ? std::to_string(one.idle->count()) : "-";
        lines.push_back((with_names ? one.user + "@" + one.client : "somebody") + " files " +
                        (with_names ? number(one.open_files) : "any") + " idle " + idle + " flags " +
                        number(one.flags));
    }
    std::sort(lines.begin(), lines.end());
    lines.push_back("status " + std::to_string(answer.status) + " total " + std::to_string(answer.total) +
                    " handle " + (answer.resume ? std::to_string(*answer.resume) : "none"));
    return lines;
}

void expect_the_same(const Twins::Both& both, const std::vector<Question>& questions) {
    ASSERT_EQ(both.smbd.size(), questions.size()) << both.smbd.back().trouble;
    ASSERT_EQ(both.lab.size(), questions.size()) << both.lab.back().trouble;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const auto& question = questions[i];
        EXPECT_GE(both.smbd[i].status, 0) << both.smbd[i].trouble;
        // Which of them a handle leaves out depends on the order.
        const bool with_names = question.resume.value_or(0) == 0;
        EXPECT_EQ(as_text(both.lab[i], with_names), as_text(both.smbd[i], with_names))
            << (question.ends ? "Del" : "Enum") << " level " << question.level << " client "
            << question.client.value_or("NULL") << " user " << question.user.value_or("NULL")
            << "\nlab: " << both.lab[i].trouble << "\nsmbd: " << both.smbd[i].trouble;
    }
}

Question resumed(std::uint32_t number, std::uint32_t handle, std::uint32_t preferred = 0xFFFF'FFFF) {
    auto question = level(number);
    question.resume = handle;
    question.preferred = preferred;
    return question;
}

TEST(LabTwin, ListsAsSmbdDoes) {
    Twins twins{
        {{"anna", "127.0.0.11"}, {"bob", "127.0.0.12", true}, {"anna", "127.0.0.13", false, "carol"}}};
    std::vector<Question> questions{filter("\\\\127.0.0.11", {}),
                                    filter("127.0.0.11", {}),
                                    filter({}, "bob"),
                                    filter({}, "bob", 0),
                                    filter("\\\\nowhere", "nobody"),
                                    filter("", ""),
                                    resumed(1, 0),
                                    resumed(1, 0, 1),
                                    resumed(0, 0, 0),
                                    resumed(1, 2),
                                    resumed(0, 4, 1),
                                    resumed(1, 5),
                                    resumed(1, 9),
                                    resumed(502, 3),
                                    resumed(3, 3),
                                    filter("nowhere", {}, 10)};
    for (const auto number : session_levels) questions.push_back(level(number));
    const auto both = twins.ask_both(Foreign::samba_python, questions);
    expect_the_same(both, questions);
    EXPECT_EQ(both.smbd[0].sessions.size(), 5u) << "all of them, with the caller: filters are ignored";
    EXPECT_EQ(both.smbd[12].resume, 0u);
    EXPECT_EQ(both.smbd[13].status, 124);

    const std::vector<Question> plainly{level(1)};
    expect_the_same(twins.ask_both(Foreign::rpcclient, plainly), plainly);
    const std::vector<Question> by_impacket{level(0), level(1), filter("\\\\127.0.0.11", "anna"),
                                            resumed(1, 0, 1)};
    expect_the_same(twins.ask_both(Foreign::impacket, by_impacket), by_impacket);
}

TEST(LabTwin, RefusesAsSmbdDoes) {
    Twins twins{{{"anna", "127.0.0.11"}, {"bob", "127.0.0.12"}}};
    std::vector<Question> plain;
    for (const auto number : session_levels) plain.push_back(level(number));
    plain.push_back(resumed(1, 2));
    plain.push_back(del("\\\\127.0.0.11", "anna"));
    plain.push_back(del({}, {}));
    expect_the_same(twins.ask_both(Foreign::samba_python, plain, "plain"), plain);

    const std::vector<Question> nobody{del("\\\\127.0.0.99", "anna"),
                                       del("\\\\127.0.0.11", "nobody"),
                                       del({}, "nobody"),
                                       del("", "nobody"),
                                       del("\\\\127.0.0.99", {}),
                                       del("\\\\127.0.0.99", ""),
                                       del("\\127.0.0.11", "anna"),
                                       del("\\\\\\127.0.0.11", "anna"),
                                       del("\\", "anna")};
    const auto both = twins.ask_both(Foreign::samba_python, nobody);
    expect_the_same(both, nobody);
    for (const auto& answer : both.smbd) EXPECT_EQ(answer.status, 5) << "of nobody: no rights";
    expect_the_same(twins.ask_both(Foreign::impacket, nobody), nobody);
    twins.wait_for(2);
}

TEST(LabTwin, EndsWhomSmbdEnds) {
    Twins twins{{{"anna", "127.0.0.11"},
                 {"anna", "127.0.0.12"},
                 {"bob", "127.0.0.13", true, "carol"},
                 {"bob", "127.0.0.14"},
                 {"carol", "127.0.0.15"},
                 {"carol", "127.0.0.16"},
                 {"carol", "127.0.0.17"},
                 {"anna", "127.0.0.18"},
                 {"anna", "127.0.0.19", false, "bob"},
                 {"carol", "127.0.0.20"}}};
    // Each with how many are left of the twelve.
    const std::pair<Question, std::size_t> steps[] = {
        {del("\\\\127.0.0.11", "ANNA"), 11},  // in any case
        {del("127.0.0.12", "anna"), 10},      // without backslashes
        {del("\\\\127.0.0.13", "carol"), 8},  // and bob, who shares the connection
        {del("\\\\127.0.0.15", {}), 7},       // a client and no user
        {del("\\\\127.0.0.16", ""), 6},       // likewise
        {del("", "carol"), 4},                // a user and no client
        {del("\\\\127.0.0.19", "bob"), 2},    // and anna
        {del("\\\\", "bob"), 1},              // a name of two backslashes is none
    };
    for (const auto& [question, left] : steps) {
        const std::vector<Question> one{question};
        expect_the_same(twins.ask_both(Foreign::samba_python, one), one);
        twins.wait_for(left);
        const std::vector<Question> rest{level(1)};
        expect_the_same(twins.ask_both(Foreign::samba_python, rest), rest);
        twins.wait_for(left);  // without the caller again
    }
}

TEST(LabTwin, EndsEverybodyAndTheCallerAsSmbdDoes) {
    for (const auto& everybody : {del({}, {}), del("", ""), del("\\\\", {})}) {
        Twins twins{{{"anna", "127.0.0.11"}, {"bob", "127.0.0.12"}}};
        const auto both = twins.ask_both(Foreign::samba_python, {level(0), everybody, level(0)});
        for (const auto& answers : {both.smbd, both.lab}) {
            ASSERT_EQ(answers.size(), 3u) << answers.back().trouble;
            EXPECT_EQ(answers[0].status, 0);
            EXPECT_EQ(answers[1].status, -1) << "the connection is closed with no reply";
            EXPECT_NE(answers[1].trouble.find("disconnected"), std::string::npos) << answers[1].trouble;
            EXPECT_EQ(answers[2].status, -1);
        }
        twins.wait_for(0);
    }
}

}  // namespace
}  // namespace curfew::testing
