// A scenario of a lab: texts in, values or diagnostics out.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "core/session.hpp"
#include "tests/config/lab_support.hpp"

namespace curfew::config::test {
namespace {

namespace lab = core::lab;
using core::Seconds;

lab::Scenario good_scenario(std::string_view text) {
    const LoadedScenario loaded = read_scenario(text);
    EXPECT_EQ(said(loaded), std::vector<std::string>{}) << text;
    return loaded.scenario.value_or(lab::Scenario{});
}

lab::LabServer good_server(std::string_view keys) {
    auto servers = good_scenario("version: 1\nservers: [{name: fs1" + std::string(keys) + "}]\n").servers;
    return servers.empty() ? lab::LabServer{} : servers.front();
}

std::string file(const std::string& name) {
    std::ostringstream out;
    out << std::ifstream(std::string(CURFEW_CONFIG_DIR) + "/" + name).rdbuf();
    return out.str();
}

TEST(Scenario, LittleIsEnough) {
    const lab::Scenario scenario = good_scenario("version: 1\nservers: [{name: fs1}]\n");
    lab::Scenario expected;
    expected.accounts = {{"curfew", "", lab::Rights::administrator}};
    expected.servers = {lab::LabServer{}};
    expected.servers[0].name = "fs1";
    EXPECT_EQ(scenario, expected);
}

TEST(Scenario, SaysWhatItMeans) {
    const lab::Scenario scenario = good_scenario(
        "version: 1\nseed: 18446744073709551615\nspeed: 0.25\ndomain: CORP\n"
        "accounts: [{name: a, password: 'p:\\w', rights: user}, {name: b}]\n"
        "servers:\n"
        "  - {name: '\\\\fs1.lab', personality: samba, dialect: 3.0, encryption: required, tags: [x, y]}\n"
        "  - {name: fs2, dialect: {from: 2.1}, encryption: off, tags: x}\n"
        "  - {name: fs3, dialect: {from: 3.0.2, to: 3.1.1}}\n");
    EXPECT_EQ(scenario.seed, 0xffff'ffff'ffff'ffffU);
    EXPECT_EQ(scenario.speed, 0.25);
    EXPECT_EQ(scenario.domain, "CORP");
    EXPECT_EQ(scenario.accounts,
              (std::vector<lab::Account>{{"a", "p:\\w", lab::Rights::user}, {"b", "", {}}}));
    ASSERT_EQ(scenario.servers.size(), 3U);
    lab::LabServer first;
    first.name = "fs1.lab";
    first.personality = lab::Personality::samba;
    first.min_dialect = first.max_dialect = core::Dialect::smb300;
    first.encryption = lab::LabEncryption::required;
    first.tags = {"x", "y"};
    EXPECT_EQ(scenario.servers[0], first);
    lab::LabServer second;
    second.name = "fs2";
    second.encryption = lab::LabEncryption::off;
    second.tags = {"x"};
    EXPECT_EQ(scenario.servers[1], second);
    EXPECT_EQ(scenario.servers[2].min_dialect, core::Dialect::smb302);
    EXPECT_EQ(scenario.servers[2].max_dialect, core::Dialect::smb311);
}

TEST(Scenario, SessionsAndTheirPeople) {
    const lab::Scenario scenario = good_scenario(
        "version: 1\nservers:\n- name: fs1\n  sessions:\n"
        "  - {user: anna, client: '\\\\10.0.0.1', connected: 3h, idle: 3h, open_files: 7, guest: true,\n"
        "     plaintext_password: true, client_type: Windows, transport: '\\Device\\Tcp', connection: 4}\n"
        "  - {user: '', client: '', guest: false, connected: 0s}\n"
        "  - {user: 'u{n}', client: 10.0.0.1, count: 20, habit: {works: 5m-40m, pauses: 0s-1y, leaves: "
        "12.5%,\n"
        "     files: 0, closes_files: false}}\n"
        "  - {user: eve, client: PC, habit: office}\n"
        "habits: {office: {works: 20m, pauses: 2m-45m}}\n");
    ASSERT_EQ(scenario.servers.size(), 1U);
    const auto& sessions = scenario.servers[0].sessions;
    ASSERT_EQ(sessions.size(), 4U);
    lab::LabSession anna;
    anna.user = "anna";
    anna.client = "10.0.0.1";
    anna.connected = anna.idle = Seconds{10'800};
    anna.open_files = 7;
    anna.flags = core::sess_guest | core::sess_noencryption;
    anna.client_type = "Windows";
    anna.transport = "\\Device\\Tcp";
    anna.connection = 4;
    EXPECT_EQ(sessions[0], anna);
    lab::LabSession nobody;
    nobody.connected = Seconds{0};
    EXPECT_EQ(sessions[1], nobody);
    EXPECT_EQ(sessions[2].user, "u{n}");
    EXPECT_EQ(sessions[2].count, 20U);
    EXPECT_EQ(sessions[2].connected, Seconds{3'600});
    EXPECT_EQ(
        sessions[2].habit,
        (lab::Habit{{Seconds{300}, Seconds{2'400}}, {Seconds{0}, Seconds{31'536'000}}, 0.125, 0, false}));
    EXPECT_EQ(sessions[3].habit,
              (lab::Habit{{Seconds{1'200}, Seconds{1'200}}, {Seconds{120}, Seconds{2'700}}, 0, 2, true}));
}

TEST(Scenario, FaultsAndTheirTimes) {
    using lab::Call;
    using lab::FaultKind;
    const auto faults =
        good_server(
            ", faults: [{fault: delay, call: connect, delay: 1s500ms, skip: 1, times: 3, from: 5m, until: "
            "10m}, {fault: delay, delay: 1ms}, {fault: fragments, size: 32, until: 1s}, {fault: downgrade}, "
            "{fault: wake_up, call: session_enum}]")
            .faults;
    EXPECT_EQ(faults, (std::vector<lab::TimedFault>{
                          {{FaultKind::delay, Call::connect, core::Milliseconds{1'500}, 0, 1, 3},
                           Seconds{300},
                           Seconds{600}},
                          {{FaultKind::delay, {}, core::Milliseconds{1}, 0, 0, {}}, Seconds{0}, {}},
                          {{FaultKind::fragments, {}, {}, 32, 0, {}}, Seconds{0}, Seconds{1}},
                          {{FaultKind::downgrade, Call::negotiate, {}, 0, 0, {}}, Seconds{0}, {}},
                          {{FaultKind::wake_up, Call::session_enum, {}, 0, 0, {}}, Seconds{0}, {}},
                      }));
}

// Whoever adds a kind of fault or a call has to let people write it.
TEST(Scenario, EveryFaultAndEveryCallHasItsName) {
    for (int kind = 0; lab::to_string(static_cast<lab::FaultKind>(kind)) != "?"; ++kind) {
        const auto name = std::string(lab::to_string(static_cast<lab::FaultKind>(kind)));
        const std::string more = name == "delay" ? ", delay: 1s" : name == "fragments" ? ", size: 64" : "";
        const auto faults = good_server(", faults: [{fault: " + name + more + "}]").faults;
        ASSERT_EQ(faults.size(), 1U);
        EXPECT_EQ(lab::to_string(faults[0].fault.kind), name);
    }
    for (int call = 0; lab::to_string(static_cast<lab::Call>(call)) != "?"; ++call) {
        const auto name = std::string(lab::to_string(static_cast<lab::Call>(call)));
        const auto faults = good_server(", faults: [{fault: reset, call: " + name + "}]").faults;
        ASSERT_EQ(faults.size(), 1U);
        EXPECT_EQ(faults[0].fault.call, static_cast<lab::Call>(call));
    }
}

TEST(Scenario, ServersThatAreAlike) {
    const lab::Scenario scenario = good_scenario(
        "version: 1\nservers: [{name: 'fs{n}.lab', count: 3, tags: a, sessions: [{user: 'u{n}', "
        "client: x}]}, {name: 'one{n}'}]\n");
    ASSERT_EQ(scenario.servers.size(), 4U);
    EXPECT_EQ(scenario.servers[2].name, "fs3.lab");
    EXPECT_EQ(scenario.servers[2].tags, std::vector<std::string>{"a"});
    EXPECT_EQ(scenario.servers[2].sessions, scenario.servers[0].sessions);
    EXPECT_EQ(scenario.servers[2].sessions[0].user, "u{n}");
    EXPECT_EQ(scenario.servers[3].name, "one1");
}

TEST(Scenario, ExamplesLoadWithoutAWord) {
    const lab::Scenario office = good_scenario(file("examples/lab/office.yaml"));
    ASSERT_EQ(office.servers.size(), 3U);
    EXPECT_EQ(office.servers[1].name, "fs2.lab");
    EXPECT_EQ(office.servers[2].personality, lab::Personality::samba);
    EXPECT_EQ(lab::each_session(office.servers[0])[49].client, "10.20.2.50");
    EXPECT_EQ(office.servers[0].faults[1].until, Seconds{600});
    EXPECT_EQ(said(load_scenario(std::string(CURFEW_CONFIG_DIR) + "/examples/lab/office.yaml")),
              std::vector<std::string>{});
    const std::string reference = file("lab/README.md");
    const auto begin = reference.find("```yaml\n") + 8;
    EXPECT_EQ(good_scenario(reference.substr(begin, reference.find("```\n", begin) - begin)).servers.size(),
              3U);
}

}  // namespace
}  // namespace curfew::config::test
