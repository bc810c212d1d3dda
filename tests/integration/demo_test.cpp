// `curfew demo` and `curfew lab`, as a newcomer runs them.
#include <csignal>
#include <regex>

#include <gtest/gtest.h>

#include "tests/integration/curfew_program.hpp"

namespace curfew::testing {
namespace {

using namespace std::chrono_literals;

RunResult demo(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {curfew_program(), "demo"});
    return run(arguments, sanitizer_environment(), {}, 120s);
}

std::size_t lines_with(const std::string& text, const std::string& pattern) {
    const std::regex wanted{pattern};
    std::istringstream in{text};
    std::size_t count = 0;
    for (std::string line; std::getline(in, line);) count += std::regex_search(line, wanted);
    return count;
}

TEST(Demo, EndsWhatThePolicySaysAndNobodyElseAndThenItself) {
    // Sixteen seconds are an evening of 135 minutes then.
    const auto result = demo({"--servers", "4", "--for", "16s", "--speed", "506", "--seed", "7"});
    EXPECT_EQ(result.status, 0) << result.out << result.err;
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(result.out.find('\x1b'), std::string::npos) << "a pipe gets lines";
    EXPECT_GT(lines_with(result.out, "^Mon [0-9:]{5} ended +fs.* idle, idle 3[0-9]m$"), 0u) << result.out;
    EXPECT_GT(lines_with(result.out, "^Mon 2[0-9:]{4} pending .* office closed: pending, for 5m"), 0u);
    EXPECT_GT(lines_with(result.out, "^Mon 2[0-9:]{4} ended .* office closed"), 0u);
    EXPECT_GT(lines_with(result.out, "withheld .* limit per_server"), 0u);
    EXPECT_GT(lines_with(result.out, "withheld smb.* collateral"), 0u);
    EXPECT_EQ(lines_with(result.out, " ended .* (svc-backup|oncall[0-9]+|PC-[0-9]+\\$):"), 0u);
    EXPECT_EQ(lines_with(result.out, "none of them protected|^none of them"), 1u) << result.out;
    EXPECT_NE(result.out.find("curfew lab"), std::string::npos) << "and what to do next";
}

TEST(Demo, RefusesWhatMakesNoSense) {
    for (const auto& [option, value] : std::vector<std::pair<std::string, std::string>>{
             {"--servers", "0"}, {"--speed", "0"}, {"--for", "20"}, {"--for", "-1s"}, {"--seed", "x"}})
        EXPECT_EQ(demo({option, value}).status, 2) << option << " " << value;
}

class Lab : public ::testing::Test {
  protected:
    ChildProcess start(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {curfew_program(), "lab"});
        arguments.insert(arguments.end(), {"--dir", (dir_ / "made").string()});
        SpawnOptions options;
        options.env = sanitizer_environment();
        options.output = dir_ / "log";
        return ChildProcess{arguments, options};
    }
    std::string said() { return read_file(dir_ / "log"); }
    bool listens() {
        return eventually([&] { return said().find("Ctrl-C ends the lab") != std::string::npos; }, 30s);
    }
    RunResult ask(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), curfew_program());
        arguments.insert(arguments.end(), {"--config", (dir_ / "made" / "curfew.yaml").string()});
        return run(arguments, sanitizer_environment(), {}, 60s);
    }
    TempDir dir_;
};

TEST_F(Lab, MakesAConfigurationThatReachesIt) {
    dir_.write("scenario.yaml", R"(version: 1
servers:
  - {name: fs1.lab, tags: [berlin], sessions: [{user: anna, client: 10.0.0.1, idle: 40m, connected: 1h}]}
  - {name: smb1.lab, personality: samba, sessions: [{user: bob, client: 10.0.0.2, idle: 40m, connected: 1h}]}
)");
    auto lab = start({(dir_ / "scenario.yaml").string()});
    ASSERT_TRUE(listens()) << said();
    EXPECT_EQ(ask({"check"}).status, 0);
    const auto sessions = ask({"sessions", "--output", "csv"});
    EXPECT_EQ(sessions.status, 0) << sessions.err;
    EXPECT_NE(sessions.out.find("anna"), std::string::npos) << sessions.out;
    EXPECT_NE(sessions.out.find("bob"), std::string::npos) << sessions.out;
    const auto plan = parse_sweep(ask({"plan", "--output", "json"}).out);
    EXPECT_EQ(plan.servers, (std::vector<std::string>{"fs1.lab ok", "smb1.lab ok"}));
    lab.signal(SIGINT);
    EXPECT_TRUE(lab.wait(10s));
    EXPECT_EQ(lab.status(), 0);
}

TEST_F(Lab, RefusesAScenarioWithAnErrorByFileLineAndColumn) {
    const auto file =
        dir_.write("scenario.yaml", "version: 1\nservers:\n  - {name: fs1, personalty: samba}\n");
    auto lab = start({file});
    ASSERT_TRUE(lab.wait(30s));
    EXPECT_EQ(lab.status(), 2);
    EXPECT_NE(
        said().find("scenario.yaml:3:17: servers[0].personalty: unknown key; did you mean `personality`?"),
        std::string::npos)
        << said();
}

}  // namespace
}  // namespace curfew::testing
