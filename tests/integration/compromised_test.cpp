// An account is compromised: the real command, the real daemon, and a fleet on which some things go wrong.
// The servers' own journal says who was ended.
#include <csignal>
#include <set>

#include "tests/integration/operated_site.hpp"

namespace curfew::testing {
namespace {

using namespace std::chrono_literals;
using core::lab::Call;
using core::lab::FaultKind;

constexpr std::size_t many = 50;
constexpr const char* calm =
    "polling: {interval: 1h, timeout: 2s}\n"
    "rules: [{name: nobody, when: {user: nobody}, then: disconnect}]\n"
    "protect: [{user: 'svc-*', reason: services}]\n";

std::string name(std::size_t number) {
    return "fs" + std::to_string(number) + ".lab";
}

// anna on every other one, from one of two clients.
std::vector<core::lab::LabServer> fleet_of(std::size_t number) {
    std::vector<core::lab::LabServer> all;
    for (std::size_t i = 1; i <= number; ++i) {
        std::vector<core::lab::LabSession> people{lab_session("bob", "10.0.0.2", 1min),
                                                  lab_session("svc-scan", "10.0.0.3", 1min)};
        if (i % 2 == 0) people.push_back(lab_session("anna", i % 4 == 0 ? "10.0.0.1" : "10.0.0.4", 40min));
        all.push_back(lab_server(name(i), std::move(people)));
    }
    return all;
}

class Everywhere : public ::testing::Test {
  protected:
    void SetUp() override {
        site_.configure(calm);
        site_.start();
        // The daemon's own first looks, and none for an hour: a fault that is set meets who asks by hand.
        const auto& journal = site_.fleet().journal();
        ASSERT_TRUE(eventually([&] { return journal.total(Call::session_enum) >= many; }, 60s));
    }
    void TearDown() override {
        if (daemon_runs_) site_.stop();
    }
    RunResult everywhere(std::vector<std::string> more) {
        std::vector<std::string> arguments{"disconnect", "--everywhere"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return site_.ask(std::move(arguments));
    }
    // "fs2.lab anna@10.0.0.1", by the servers' journal.
    std::multiset<std::string> ended() {
        std::multiset<std::string> all;
        for (std::size_t i = 1; i <= many; ++i)
            for (const auto& who : site_.ended(name(i))) all.insert(name(i) + " " + who);
        return all;
    }
    static std::multiset<std::string> annas() {
        std::multiset<std::string> all;
        for (std::size_t i = 2; i <= many; i += 2)
            all.insert(name(i) + (i % 4 == 0 ? " anna@10.0.0.1" : " anna@10.0.0.4"));
        return all;
    }

    OperatedSite site_{fleet_of(many)};
    bool daemon_runs_ = true;
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST_F(Everywhere, EndsWhatItShowedAndNothingElse) {
    const auto unanswered = everywhere({"--user", "anna"});
    EXPECT_EQ(unanswered.status, 2) << unanswered.err;
    EXPECT_TRUE(has(unanswered.err, "say --yes 25")) << unanswered.err;
    EXPECT_TRUE(has(unanswered.out, "25 disconnects of 25 sessions, on 50 of 50 servers")) << unanswered.out;
    const auto other = everywhere({"--user", "anna", "--yes", "24"});
    EXPECT_EQ(other.status, 1);
    EXPECT_TRUE(has(other.err, "nothing was done")) << other.err;
    EXPECT_TRUE(ended().empty());

    const auto done = everywhere({"--user", "Anna", "--yes", "25"});
    EXPECT_EQ(done.status, 0) << done.out << done.err;
    EXPECT_TRUE(has(done.out, "ended 25, withheld 0, failed 0, left 0")) << done.out;
    EXPECT_EQ(ended(), annas());
    // The daemon's own connections, and no others.
    EXPECT_EQ(site_.fleet().journal().total(Call::connect), many);

    const auto again = everywhere({"--user", "anna", "--yes", "25"});
    EXPECT_EQ(again.status, 1);
    EXPECT_TRUE(has(again.err, "nobody matches")) << again.err;

    const auto intents = site_.rows("intent");
    ASSERT_EQ(intents.size(), 25u);
    for (const auto& intent : intents) {
        EXPECT_EQ(intent.rule, "");
        EXPECT_EQ(intent.user, "anna");
        EXPECT_TRUE(intent.who.starts_with("uid ")) << intent.who;
    }
    EXPECT_EQ(site_.rows("outcome").size(), 25u);
    EXPECT_EQ(site_.ask({"audit", "--verify"}).status, 0);
    EXPECT_TRUE(has(site_.log(), "disconnect_everywhere"));
}

TEST_F(Everywhere, UsersAndClientsTogether) {
    const auto done = everywhere({"--user", "anna", "--user", "bob", "--client", "10.0.0.1", "--yes", "12"});
    EXPECT_EQ(done.status, 0) << done.out << done.err;
    const auto all = ended();
    EXPECT_EQ(all.size(), 12u);
    for (const auto& who : all) EXPECT_TRUE(who.ends_with(" anna@10.0.0.1")) << who;
}

TEST_F(Everywhere, ProtectYieldsOnlyToAReason) {
    const auto kept = everywhere({"--user", "svc-scan", "--yes", "50"});
    EXPECT_EQ(kept.status, 1);
    EXPECT_TRUE(has(kept.out, "protected")) << kept.out;
    EXPECT_TRUE(ended().empty());
    const auto done = everywhere({"--user", "svc-scan", "--yes", "50", "--override-protect", "stolen key"});
    EXPECT_EQ(done.status, 0) << done.out << done.err;
    EXPECT_EQ(ended().size(), many);
    EXPECT_EQ(site_.rows("intent").at(0).reason, "stolen key");
}

TEST_F(Everywhere, ADeadServerIsNamedAndASlowOneIsWaitedForAndCtrlCEndsIt) {
    site_.server(name(2)).faults().set({.kind = FaultKind::delay, .delay = 500ms});
    site_.server(name(4)).faults().set({.kind = FaultKind::silence});
    SpawnOptions options;
    options.env = sanitizer_environment();
    options.output = site_.path("out");
    ChildProcess command{{curfew_program(), "disconnect", "--everywhere", "--user", "anna", "--yes", "24",
                          "--config", site_.path("curfew.yaml")},
                         options};
    const auto said = [&] { return read_file(site_.path("out")); };
    EXPECT_TRUE(eventually([&] { return ended().size() == 24; }, 60s)) << said() << site_.log();
    EXPECT_TRUE(eventually([&] { return has(said(), name(4) + ": cannot be asked"); }, 30s)) << said();
    EXPECT_TRUE(command.running()) << "asked again until somebody says otherwise";
    command.signal(SIGINT);
    ASSERT_TRUE(command.wait(20s));
    EXPECT_EQ(command.status(), 1);
    EXPECT_TRUE(has(said(), "not asked: " + name(4))) << said();
    auto all = annas();
    all.erase(name(4) + " anna@10.0.0.1");
    EXPECT_EQ(ended(), all);
    EXPECT_TRUE(site_.logged("disconnect_everywhere_over")) << "the daemon noticed that nobody listens";
}

TEST_F(Everywhere, WhoIsFoundOnAServerThatAnswersLaterStays) {
    site_.server(name(4)).faults().set({.kind = FaultKind::silence, .times = 1});
    const auto done = everywhere({"--user", "anna", "--yes", "24"});
    EXPECT_EQ(done.status, 1);
    EXPECT_TRUE(has(done.out, name(4) + " 10.0.0.1 anna: came since")) << done.out << done.err;
    EXPECT_TRUE(site_.ended(name(4)).empty());
    const auto again = everywhere({"--user", "anna", "--yes", "1"});
    EXPECT_EQ(again.status, 0) << again.out << again.err;
    EXPECT_EQ(ended(), annas());
}

TEST_F(Everywhere, WithoutADaemonItConnectsItself) {
    site_.stop();
    daemon_runs_ = false;
    const auto done = everywhere({"--user", "anna", "--yes", "25"});
    EXPECT_EQ(done.status, 0) << done.out << done.err;
    EXPECT_EQ(ended(), annas());
    EXPECT_EQ(site_.rows("intent").size(), 25u);
}

TEST_F(Everywhere, TheCommandLineMeansOneThing) {
    EXPECT_EQ(everywhere({}).status, 2) << "nobody named";
    EXPECT_EQ(everywhere({"fs1.lab", "--user", "anna"}).status, 2) << "one server and all of them";
    EXPECT_EQ(site_.ask({"disconnect", "--user", "anna"}).status, 2) << "no server";
    EXPECT_EQ(site_.ask({"disconnect", "fs1.lab", "--user", "anna", "--user", "bob"}).status, 2);
    EXPECT_EQ(everywhere({"--user", ""}).status, 2);
    EXPECT_TRUE(ended().empty());
}

}  // namespace
}  // namespace curfew::testing
