// A whole fleet through the daemon: everybody is asked, and asked again over the connection that was kept,
// exactly those are ended whom the rule means, and nobody twice. No times here: those are the benchmark's.
#include <algorithm>
#include <csignal>
#include <map>

#include <gtest/gtest.h>

#include "tests/integration/lab_site.hpp"

namespace curfew::testing {
namespace {

using namespace std::chrono_literals;
using core::lab::Call;

constexpr std::size_t fleet = CURFEW_WHOLE_FLEET;
constexpr std::size_t people = 20;

// Of the twenty on every server these are idle for long enough, have no file open, and are not protected.
bool means(std::size_t person) {
    return person % 5 == 0 && person != 10;
}

std::string user(std::size_t person) {
    return (person == 10 ? "svc-" : "user") + std::to_string(person);
}

std::string client(std::size_t person) {
    return "10.0.0." + std::to_string(person + 1);
}

std::vector<core::lab::LabServer> servers(std::size_t count) {
    std::vector<core::lab::LabServer> all;
    for (std::size_t i = 1; i <= count; ++i) {
        std::vector<core::lab::LabSession> sessions;
        for (std::size_t person = 0; person < people; ++person) {
            const auto idle = person % 5 == 0 || person % 5 == 1 ? 3h : 1min;
            sessions.push_back(lab_session(user(person), client(person), idle, person % 5 == 1 ? 1 : 0));
        }
        all.push_back(lab_server("fs" + std::to_string(i) + ".lab", std::move(sessions)));
    }
    return all;
}

constexpr const char* policy = R"(
mode: enforce
polling: {interval: 4s, timeout: 60s, concurrency: 256}
log: {level: warning}
limits: {per_server: 1000/1m, fleet: [100000/1m], per_target: 6/1h, share: 100%}
protect:
  - {user: "svc-*", reason: a service}
rules:
  - {name: idle, when: {idle: 2h, open_files: 0}, then: disconnect}
)";

std::map<std::string, std::size_t> by_server(core::lab::LabFleet& lab, Call call) {
    std::map<std::string, std::size_t> times;
    for (const auto& entry : lab.journal().entries(call)) ++times[entry.server];
    return times;
}

TEST(WholePass, EverybodyIsAskedAndExactlyThoseWhomTheRuleMeansAreEndedOnce) {
    LabSite lab{servers(fleet)};
    lab.write_config(policy);
    std::vector<std::string> meant;
    for (std::size_t person = 0; person < people; ++person)
        if (means(person)) meant.push_back(user(person) + "@" + client(person));
    std::sort(meant.begin(), meant.end());

    auto daemon = lab.site().start({"run"}, "log");
    const auto calls = fleet * meant.size();
    const auto done = [&] { return lab.fleet().journal().total(Call::session_del) >= calls; };
    EXPECT_TRUE(eventually(done, 120s)) << lab.site().log("log").substr(0, 2000);
    // And one turn more, in which there is nothing left to do.
    const auto asked = lab.fleet().journal().total(Call::session_enum);
    const auto again = [&] { return lab.fleet().journal().total(Call::session_enum) >= asked + 2 * fleet; };
    EXPECT_TRUE(eventually(again, 60s)) << lab.site().log("log").substr(0, 2000);
    daemon.signal(SIGTERM);
    EXPECT_TRUE(daemon.wait(60s));

    EXPECT_EQ(lab.fleet().journal().total(Call::session_del), calls) << "each of them once";
    const auto logons = by_server(lab.fleet(), Call::session_setup);
    const auto looks = by_server(lab.fleet(), Call::session_enum);
    EXPECT_EQ(logons.size(), fleet);
    for (const auto& server : lab.fleet().servers()) {
        auto ended = lab.ended(server.name());
        std::sort(ended.begin(), ended.end());
        EXPECT_EQ(ended, meant) << server.name();
        EXPECT_EQ(logons.at(server.name()), 1u) << server.name() << ": the connection is kept";
        EXPECT_GE(looks.at(server.name()), 2u) << server.name();
    }
    EXPECT_EQ(lab.site().log("log").find("look_failed"), std::string::npos) << lab.site().log("log");
}

std::size_t count(const std::string& text, const std::string& what) {
    std::size_t times = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++times;
    return times;
}

// Fewer descriptors than servers: the connections take turns, everybody is asked again and again, exactly
// those are ended whom the rule means, and each call is in the audit.
TEST(WholePass, AFleetThatIsLargerThanTheDescriptorsIsAskedInTurns) {
    constexpr std::size_t many = 60;
    LabSite lab{servers(many)};
    lab.write_config(R"(
mode: enforce
polling: {interval: 1s, timeout: 30s, concurrency: 64}
audit: {path: audit.db}
limits: {per_server: 1000/1m, fleet: [100000/1m], per_target: 6/1h, share: 100%}
protect:
  - {user: "svc-*", reason: a service}
rules:
  - {name: idle, when: {idle: 2h, open_files: 0}, then: disconnect}
)");
    const auto config = (lab.site().dir() / "curfew.yaml").string();
    SpawnOptions options;
    options.env = sanitizer_environment();
    // UBSan opens a pipe to look at an object of a class that it has not met; without descriptors it takes
    // the object for none, and says so.
    options.env.push_back("UBSAN_OPTIONS=halt_on_error=0:print_stacktrace=0");
    options.output = lab.site().dir() / "log";
    // So few that there is not even room for the connections that are reckoned with.
    ChildProcess daemon{
        {"/bin/sh", "-c", "ulimit -n 40 && exec \"$0\" \"$@\"", curfew_program(), "run", "--config", config},
        options};
    const auto asked_again = [&](std::size_t times) {
        const auto before = by_server(lab.fleet(), Call::session_enum);
        const auto again = [&] {
            auto looks = by_server(lab.fleet(), Call::session_enum);
            return std::all_of(lab.fleet().servers().begin(), lab.fleet().servers().end(),
                               [&](const auto& server) {
                                   const auto known = before.find(server.name());
                                   const auto looks_then = known == before.end() ? 0 : known->second;
                                   return looks[server.name()] >= looks_then + times;
                               });
        };
        return eventually(again, 60s);
    };
    const auto log = [&] { return lab.site().log("log"); };
    ASSERT_TRUE(asked_again(4)) << log().substr(0, 3000);
    EXPECT_NE(log().find("no_descriptors"), std::string::npos) << log().substr(0, 3000);
    EXPECT_NE(log().find("error=EMFILE"), std::string::npos) << log().substr(0, 3000);

    // It finds out how many there is room for; then everybody answers.
    bool calm = false;
    for (int turn = 0; turn < 20 && !calm; ++turn) {
        const auto failed = count(log(), "look_failed");
        ASSERT_TRUE(asked_again(2)) << log().substr(0, 3000);
        calm = count(log(), "look_failed") == failed;
    }
    EXPECT_TRUE(calm) << log().substr(0, 3000);
    EXPECT_TRUE(daemon.running());
    daemon.signal(SIGTERM);
    EXPECT_TRUE(daemon.wait(30s));
    EXPECT_EQ(daemon.status(), 0);

    std::vector<std::string> meant;
    for (std::size_t person = 0; person < people; ++person)
        if (means(person)) meant.push_back(user(person) + "@" + client(person));
    std::sort(meant.begin(), meant.end());
    for (const auto& server : lab.fleet().servers()) {
        auto ended = lab.ended(server.name());
        std::sort(ended.begin(), ended.end());
        EXPECT_EQ(ended, meant) << server.name();
    }
    EXPECT_EQ(log().find("audit_failing"), std::string::npos) << log().substr(0, 3000);
    const auto verified = lab.site().run({"audit", "--verify"});
    EXPECT_EQ(verified.status, 0) << verified.err;
    const auto audit = lab.site().run({"audit", "--output", "csv", "--since", "1d"});
    EXPECT_EQ(count(audit.out, ",ended"), many * meant.size()) << audit.out.substr(0, 1000);
}

}  // namespace
}  // namespace curfew::testing
