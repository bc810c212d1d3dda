// The daemon, running: it looks first, then ends; observe ends nothing; signals; secrets.
#include <algorithm>
#include <csignal>

#include <gtest/gtest.h>

#include "tests/integration/curfew_program.hpp"
#include "tests/integration/junk_server.hpp"
#include "tests/integration/smb_client.hpp"

namespace curfew::testing {
namespace {

std::size_t count(const std::string& text, const std::string& word) {
    std::size_t found = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
    return found;
}

constexpr const char* end_anna = R"(
rules:
  - {name: anna leaves, when: {user: anna, connected: 1s}, limits: {share: 100%}, then: disconnect}
)";

TEST(Running, EndsWhatMatchesAgainAndAgainAndStopsInGoodOrder) {
    const SambaServer server;
    HeldSession bob{server, {.user = "bob", .client_address = "127.0.0.12"}};
    CurfewSite site;
    site.write_config("mode: enforce\npolling: {interval: 1s}\nservers:\n" +
                      CurfewSite::entry("fs1", server) + end_anna);
    auto daemon = site.start({"run"}, "log");
    for (int round = 0; round < 2; ++round) {
        HeldSession anna{server, {.user = "anna", .client_address = "127.0.0.11"}};
        EXPECT_TRUE(eventually([&] { return !anna.alive(); }, std::chrono::seconds(15))) << site.log("log");
    }
    EXPECT_TRUE(bob.alive());
    daemon.signal(SIGTERM);
    EXPECT_TRUE(daemon.wait(std::chrono::seconds(10))) << site.log("log");
    EXPECT_EQ(daemon.status(), 0);
    const auto log = site.log("log");
    EXPECT_EQ(count(log, "disconnect_intent"), count(log, "disconnect_outcome")) << log;
    EXPECT_EQ(count(log, "outcome=ended"), 2u) << log;
    EXPECT_NE(log.find("stopped"), std::string::npos) << log;
    EXPECT_EQ(log.find("secret-curfew"), std::string::npos) << "no secret in the log";
    EXPECT_TRUE(server.wait_for_sessions(1)) << "curfew logged off";
}

TEST(Running, NoSecretReachesACoreFileOrTheCommandLine) {
    const SambaServer server;
    CurfewSite site;
    site.write_config("servers:\n" + CurfewSite::entry("fs1", server) + end_anna);
    auto daemon = site.start({"run"}, "log");
    ASSERT_TRUE(eventually([&] { return site.log("log").find("server_level") != std::string::npos; }));
    const auto about = "/proc/" + std::to_string(daemon.pid());
    const auto limits = read_file(about + "/limits");
    const auto core_files = limits.substr(limits.find("Max core file size"), 40);
    EXPECT_NE(core_files.find(" 0 "), std::string::npos) << core_files;
    EXPECT_EQ(read_file(about + "/cmdline").find("secret"), std::string::npos);
    daemon.stop();
    EXPECT_EQ(site.log("log").find("secret-curfew"), std::string::npos);
}

TEST(Running, ObserveEndsNothing) {
    const SambaServer server;
    HeldSession anna{server, {.user = "anna", .client_address = "127.0.0.11"}};
    const auto observed = [&](const std::string& mode, const std::string& entry_mode,
                              std::vector<std::string> arguments) {
        CurfewSite site;
        site.write_config("mode: " + mode + "\npolling: {interval: 1s}\nservers:\n" +
                          CurfewSite::entry("fs1", server, entry_mode) + end_anna);
        auto daemon = site.start(std::move(arguments), "log");
        EXPECT_TRUE(eventually([&] { return site.log("log").find("why=observe") != std::string::npos; }))
            << site.log("log");
        daemon.stop();
        EXPECT_EQ(site.log("log").find("disconnect_intent"), std::string::npos);
        EXPECT_TRUE(anna.alive());
    };
    observed("observe", "", {"run"});
    observed("enforce", "mode: observe", {"run"});
    observed("enforce", "", {"run", "--observe"});
}

TEST(Running, NothingIsEndedBeforeEveryServerWasTried) {
    const SambaServer server;
    const JunkServer silent{""};
    HeldSession anna{server, {.user = "anna", .client_address = "127.0.0.11"}};
    CurfewSite site;
    site.write_config("mode: enforce\npolling: {interval: 1s, timeout: 4s}\nlog: {level: debug}\nservers:\n" +
                      CurfewSite::entry("fs1", server) + "  - {name: fs2, address: '127.0.0.1:" +
                      std::to_string(silent.port()) + "'}\n" + end_anna);
    auto daemon = site.start({"run"}, "log");
    EXPECT_TRUE(eventually([&] { return site.log("log").find("disconnect_intent") != std::string::npos; },
                           std::chrono::seconds(20)))
        << site.log("log");
    const auto log = site.log("log");
    const auto failed = log.find("look_failed server=fs2");
    ASSERT_NE(failed, std::string::npos) << log;
    EXPECT_LT(failed, log.find("disconnect_intent")) << "the silent server was waited for first";
    EXPECT_GE(count(log.substr(0, failed), "look server=fs1"), 2u)
        << "and did not hold up the other one: " << log;
    EXPECT_TRUE(eventually([&] { return !anna.alive(); }));
}

TEST(Running, ARuleGoneWildTripsBeforeItsFirstCall) {
    const SambaServer server;
    std::vector<std::unique_ptr<HeldSession>> people;
    for (int i = 0; i < 7; ++i) {
        people.push_back(std::make_unique<HeldSession>(
            server, HeldOptions{.user = "anna", .client_address = "127.0.0." + std::to_string(20 + i)}));
    }
    CurfewSite site;
    site.write_config("mode: enforce\npolling: {interval: 1s}\nservers:\n" +
                      CurfewSite::entry("fs1", server) +
                      "rules:\n  - {name: wild, when: any, then: disconnect}\n");
    auto daemon = site.start({"run"}, "log");
    EXPECT_TRUE(eventually([&] { return site.log("log").find("why=tripped") != std::string::npos; }))
        << site.log("log");
    daemon.stop();
    EXPECT_EQ(site.log("log").find("disconnect_intent"), std::string::npos);
    for (auto& person : people) EXPECT_TRUE(person->alive());
}

TEST(Running, TheSecondSignalLeavesAtOnce) {
    const SambaServer server;
    HeldSession anna{server, {.user = "anna", .client_address = "127.0.0.11"}};
    const auto sessions = server.smbstatus();
    CurfewSite site;
    site.write_config("mode: enforce\npolling: {interval: 1s, timeout: 30s}\nservers:\n" +
                      CurfewSite::entry("fs1", server) + end_anna);
    // The process behind the session is stopped: Samba says yes and nothing happens, so curfew stands at the
    // gate.
    const_cast<SambaServer&>(server).pause(sessions.front().pid);
    auto daemon = site.start({"run"}, "log");
    EXPECT_TRUE(eventually([&] { return site.log("log").find("disconnect_intent") != std::string::npos; },
                           std::chrono::seconds(15)))
        << site.log("log");
    daemon.signal(SIGTERM);
    EXPECT_TRUE(eventually([&] { return site.log("log").find("stopping") != std::string::npos; }));
    daemon.signal(SIGTERM);
    EXPECT_TRUE(daemon.wait(std::chrono::seconds(3))) << site.log("log");
    EXPECT_EQ(daemon.status(), 128 + SIGTERM) << site.log("log");
    const_cast<SambaServer&>(server).resume(sessions.front().pid);
}

TEST(Running, ASessionThatWillNotGoIsReported) {
    SambaServer server;
    HeldSession anna{server, {.user = "anna", .client_address = "127.0.0.11"}};
    const auto pid = server.smbstatus().front().pid;
    server.pause(pid);
    CurfewSite site;
    site.write_config(
        "mode: enforce\nservers:\n" + CurfewSite::entry("fs1", server) +
        "rules:\n  - {name: anna leaves, when: {user: anna}, limits: {share: 100%}, then: disconnect}\n");
    const auto result = site.run({"run", "--once", "--output", "json"});
    EXPECT_EQ(result.status, 1) << result.err;
    EXPECT_EQ(parse_sweep(result.out).disconnects,
              std::vector<std::string>{"fs1 anna@127.0.0.11 anna leaves: still there"});
    server.resume(pid);
}

TEST(Running, AnAccountThatMayNotEndSessionsIsToldApartFromNobodyThere) {
    SambaOptions options;
    options.users.front().rights = Rights::enumerate;
    const SambaServer server{options};
    HeldSession anna{server, {.user = "anna", .client_address = "127.0.0.11"}};
    CurfewSite site;
    site.write_config(
        "mode: enforce\nservers:\n" + CurfewSite::entry("fs1", server) +
        "rules:\n  - {name: anna leaves, when: {user: anna}, limits: {share: 100%}, then: disconnect}\n");
    const auto result = site.run({"run", "--once", "--output", "json"});
    EXPECT_EQ(result.status, 1) << result.err;
    EXPECT_EQ(parse_sweep(result.out).disconnects,
              std::vector<std::string>{"fs1 anna@127.0.0.11 anna leaves: ERROR_ACCESS_DENIED"});
    EXPECT_TRUE(anna.alive());
}

// Samba says 0xFFFFFFFF of a session younger than a second. Read as a number it would be 136 years old.
TEST(Running, AYoungSessionIsNotEndedByAConnectedRule) {
    const SambaServer server;
    CurfewSite site;
    site.write_config("mode: enforce\nservers:\n" + CurfewSite::entry("fs1", server) +
                      "rules:\n  - {name: old, when: {connected: 1h, user: anna}, limits: {share: 100%}, "
                      "then: disconnect}\n");
    for (int i = 0; i < 5; ++i) {
        HeldSession anna{server, {.user = "anna", .client_address = "127.0.0.11"}};
        const auto result = site.run_once();
        EXPECT_EQ(result.disconnects, std::vector<std::string>{});
        EXPECT_TRUE(anna.alive());
    }
}

}  // namespace
}  // namespace curfew::testing
