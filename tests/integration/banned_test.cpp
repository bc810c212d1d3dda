// Somebody is banned: the real command, the real daemon and a fleet. The servers' own journal says who was
// ended. No rule here ends anybody, and nobody is looked for before an hour is over.
#include <csignal>
#include <set>

#include "tests/integration/operated_site.hpp"

namespace curfew::testing {
namespace {

using namespace std::chrono_literals;
using core::lab::Call;

constexpr std::size_t many = 20;
constexpr const char* calm =
    "polling: {interval: 1h, timeout: 2s}\n"
    "rules: [{name: nobody, when: {user: nobody}, then: disconnect}]\n"
    "protect: [{user: 'svc-*', reason: services}]\n";

std::string name(std::size_t number) {
    return "fs" + std::to_string(number) + ".lab";
}

// bob and a service on each, anna on every other one. On the first that has her she is at work, so that she
// comes back within 20 seconds of being cut off.
std::vector<core::lab::LabServer> fleet_with_anna() {
    std::vector<core::lab::LabServer> all;
    for (std::size_t i = 1; i <= many; ++i) {
        std::vector<core::lab::LabSession> people{lab_session("bob", "10.0.0.2", 1min),
                                                  lab_session("svc-scan", "10.0.0.3", 1min)};
        if (i % 2 == 0) people.push_back(lab_session("anna", "10.0.0.1", 0min));
        if (i == 2) people.back().habit = core::lab::Habit{.works = {8h, 9h}, .pauses = {1min, 2min}};
        all.push_back(lab_server(name(i), std::move(people)));
    }
    return all;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

class Banned : public ::testing::Test {
  protected:
    void start(const std::string& policy = calm) {
        site_.configure(policy);
        site_.start();
        runs_ = true;
        const auto& journal = site_.fleet().journal();
        ASSERT_TRUE(eventually([&] { return journal.total(Call::session_enum) >= many; }, 60s));
    }
    void TearDown() override {
        if (runs_) site_.stop();
    }
    RunResult ban(std::vector<std::string> more, bool yes = true) {
        std::vector<std::string> arguments{"ban", "--for", "8h", "--reason", "stolen laptop"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        if (yes) arguments.emplace_back("--yes");
        return site_.ask(std::move(arguments));
    }
    // "fs2.lab anna@10.0.0.1", by the servers' journal.
    std::multiset<std::string> ended() {
        std::multiset<std::string> all;
        for (std::size_t i = 1; i <= many; ++i)
            for (const auto& who : site_.ended(name(i))) all.insert(name(i) + " " + who);
        return all;
    }
    std::size_t annas() {
        std::size_t all = 0;
        for (const auto& who : ended()) all += has(who, " anna@");
        return all;
    }
    // Two more looks at everybody: had there been anybody to end, they would be gone.
    void everybody_is_looked_at_twice() {
        const auto& journal = site_.fleet().journal();
        const auto before = journal.total(Call::session_enum);
        ASSERT_TRUE(eventually([&] { return journal.total(Call::session_enum) >= before + 3 * many; }, 60s));
    }

    OperatedSite site_{fleet_with_anna()};
    bool runs_ = false;
};

TEST_F(Banned, IsEndedEverywhereOnSightAndAgainOverACrashUntilSomebodyUnbansThem) {
    start();
    const auto asked = ban({"--user", "anna"}, false);
    EXPECT_EQ(asked.status, 2) << asked.err;
    EXPECT_TRUE(has(asked.out, "user anna: 10 sessions on 10 servers, by their last looks")) << asked.out;
    EXPECT_TRUE(has(asked.err, "say --yes")) << asked.err;
    EXPECT_FALSE(has(site_.ask({"status"}).out, "BAN"));

    const auto done = ban({"--user", "Anna"});
    ASSERT_EQ(done.status, 0) << done.err;
    EXPECT_TRUE(has(done.out, "ban 1 of user Anna until ")) << done.out;
    EXPECT_TRUE(eventually([&] { return annas() >= 10; }, 30s)) << site_.log();
    // She is back at work, and there is an hour until anybody would look.
    EXPECT_TRUE(eventually([&] { return site_.ended(name(2)).size() >= 2; }, 40s)) << site_.log();
    EXPECT_EQ(annas(), ended().size()) << "nobody else";
    const auto status = site_.ask({"status"}).out;
    EXPECT_TRUE(has(status, "BAN  WHOM       UNTIL")) << status;
    EXPECT_TRUE(has(status, "stolen laptop")) << status;

    site_.kill();
    const auto before = annas();
    site_.start();
    EXPECT_TRUE(site_.logged("banned"));
    EXPECT_TRUE(eventually([&] { return annas() > before; }, 60s)) << site_.log();

    const auto lifted = site_.ask({"unban", "--user", "ANNA"});
    EXPECT_EQ(lifted.status, 0) << lifted.err;
    EXPECT_TRUE(has(lifted.out, "ended: ban 1 of user Anna")) << lifted.out;
    EXPECT_EQ(site_.ask({"unban", "--id", "1"}).status, 1);
    EXPECT_FALSE(has(site_.ask({"status"}).out, "BAN"));
    EXPECT_EQ(annas(), ended().size());

    for (const auto& intent : site_.rows("intent")) {
        EXPECT_EQ(intent.user, "anna");
        EXPECT_EQ(intent.rule, "");
        EXPECT_EQ(intent.reason, "ban 1: stolen laptop");
        EXPECT_TRUE(intent.who.starts_with("uid ")) << intent.who;
    }
    EXPECT_TRUE(eventually([&] { return site_.rows("unban").size() == 1; }, 30s));
    EXPECT_EQ(site_.rows("ban").size(), 1u);
    EXPECT_EQ(site_.ask({"audit", "--verify"}).status, 0);
}

TEST_F(Banned, ByClientAndNobodyFromAnother) {
    start();
    ASSERT_EQ(ban({"--client", "10.0.0.2"}).status, 0);
    EXPECT_TRUE(eventually([&] { return ended().size() >= many; }, 30s)) << site_.log();
    for (const auto& who : ended()) EXPECT_TRUE(who.ends_with(" bob@10.0.0.2")) << who;
}

TEST_F(Banned, ProtectComesFirstAndYieldsToAReason) {
    start();
    const auto kept = ban({"--user", "svc-scan"});
    EXPECT_TRUE(has(kept.out, "20 of these: protected")) << kept.out;
    everybody_is_looked_at_twice();
    EXPECT_TRUE(ended().empty());
    ASSERT_EQ(ban({"--user", "svc-scan", "--override-protect", "its key was stolen"}).status, 0);
    EXPECT_TRUE(eventually([&] { return ended().size() >= many; }, 30s)) << site_.log();
    EXPECT_EQ(site_.rows("intent").at(0).reason,
              "ban 2: stolen laptop; protect overridden: its key was stolen");
    EXPECT_EQ(site_.ask({"unban", "--user", "svc-scan"}).status, 0);
    EXPECT_TRUE(eventually([&] { return site_.rows("unban").size() == 2; }, 30s)) << "both of them";
}

TEST_F(Banned, AHoldStopsIt) {
    start();
    ASSERT_EQ(site_.ask({"hold", "--all", "--for", "1h", "--reason", "wait"}).status, 0);
    const auto done = ban({"--user", "anna"});
    EXPECT_TRUE(has(done.out, "Nobody is ended anywhere now: hold 1 on everything")) << done.out;
    everybody_is_looked_at_twice();
    EXPECT_TRUE(ended().empty());
    EXPECT_TRUE(has(site_.ask({"status"}).out, "Nobody is ended by them now: hold 1 on everything"));
    ASSERT_EQ(site_.ask({"resume", "--all"}).status, 0);
    EXPECT_TRUE(eventually([&] { return annas() >= 10; }, 30s)) << site_.log();
}

TEST_F(Banned, InModeObserveNobodyIsEnded) {
    start();
    const auto text = site_.text();
    site_.site().write_whole_config(std::string{text}.replace(text.find("enforce"), 7, "observe"));
    ASSERT_TRUE(eventually([&] { return has(site_.ask({"status"}).out, "observe: nothing is ended"); }, 30s));
    const auto& journal = site_.fleet().journal();
    const auto before = journal.total(Call::session_enum);
    const auto done = ban({"--user", "anna"});
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_TRUE(has(done.out, "Nobody is ended anywhere now: the mode is observe")) << done.out;
    EXPECT_TRUE(eventually([&] { return journal.total(Call::session_enum) >= before + many; }, 30s));
    EXPECT_TRUE(site_.logged("why=observe")) << site_.log();
    EXPECT_TRUE(ended().empty());
    EXPECT_TRUE(site_.rows("intent").empty());
}

TEST_F(Banned, APlanShowsItAndRunOnceEndsThemAlsoWhereNoDaemonRuns) {
    start();
    ASSERT_EQ(ban({"--user", "anna"}).status, 0);
    ASSERT_TRUE(eventually([&] { return annas() >= 10; }, 30s)) << site_.log();
    site_.stop();
    runs_ = false;
    // She comes back while nobody looks.
    const auto planned = [&] { return site_.ask({"plan"}).out; };
    ASSERT_TRUE(eventually([&] { return has(planned(), "(ban 1)"); }, 40s)) << planned();
    const auto before = annas();
    const auto swept = site_.ask({"run", "--once"});
    EXPECT_EQ(swept.status, 0) << swept.err;
    EXPECT_TRUE(has(swept.out, "(ban 1)")) << swept.out;
    EXPECT_EQ(annas(), before + 1);
    EXPECT_EQ(annas(), ended().size());
}

TEST_F(Banned, WithoutAnAuditNobodyIsBanned) {
    site_.write_config(std::string{"mode: enforce\ncontrol: {socket: control.sock}\n"} + calm);
    site_.start();
    runs_ = true;
    const auto refused = ban({"--user", "anna"});
    EXPECT_EQ(refused.status, 2) << refused.out;
    EXPECT_TRUE(has(refused.err, "no `audit:`")) << refused.err;
    EXPECT_FALSE(has(site_.ask({"status"}).out, "BAN"));
}

TEST_F(Banned, NamesAndReasonsInBadFaithAreEscaped) {
    start();
    const auto done =
        site_.ask({"ban", "--user", "nob\u00f6dy \u202e", "--for", "1m", "--reason", "a\x1b[2Jb", "--yes"});
    ASSERT_EQ(done.status, 0) << done.err;
    const auto status = site_.ask({"status"}).out;
    for (const auto& text : {done.out, status, site_.log()}) EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_TRUE(has(status, "a\\x1b[2Jb")) << status;
}

}  // namespace
}  // namespace curfew::testing
