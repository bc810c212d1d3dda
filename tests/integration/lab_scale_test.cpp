// Many embedded servers in one process, asked by the product: everybody answers, each is logged on to once,
// and one that is connected costs one descriptor. No times here: those are the benchmark's.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include "tests/integration/lab_site.hpp"

namespace curfew::testing {
namespace {

using namespace std::chrono_literals;
using core::lab::Call;

constexpr std::size_t many = CURFEW_MANY_SERVERS;
constexpr std::size_t some = many / 4;

constexpr const char* policy = R"(
mode: observe
polling: {interval: 2s, timeout: 30s, concurrency: 256}
log: {level: warning}
rules:
  - {name: idle, when: {idle: 30m, open_files: 0}, then: disconnect}
)";

std::vector<core::lab::LabServer> servers(std::size_t count) {
    std::vector<core::lab::LabServer> all;
    for (std::size_t i = 1; i <= count; ++i) {
        auto server = lab_server("fs" + std::to_string(i) + ".lab", {lab_session("anna", "10.0.0.1", 40min)});
        all.push_back(std::move(server));
    }
    return all;
}

std::map<std::string, std::size_t> by_server(core::lab::LabFleet& fleet, Call call) {
    std::map<std::string, std::size_t> times;
    for (const auto& entry : fleet.journal().entries(call)) ++times[entry.server];
    return times;
}

// This process is the lab's.
std::size_t descriptors() {
    const std::filesystem::directory_iterator all{"/proc/self/fd"};
    return static_cast<std::size_t>(std::distance(all, std::filesystem::directory_iterator{}));
}

TEST(LabScale, EverybodyAnswersInOnePass) {
    LabSite lab{servers(many)};
    lab.write_config(policy);
    const auto sweep = lab.site().run_once();
    ASSERT_EQ(sweep.servers.size(), many);
    for (const auto& server : sweep.servers) EXPECT_TRUE(server.ends_with(" ok")) << server;
    EXPECT_EQ(sweep.withheld.size(), many) << "anna, on each of them";
    for (const auto call : {Call::connect, Call::session_setup}) {
        const auto times = by_server(lab.fleet(), call);
        EXPECT_EQ(times.size(), many);
        for (const auto& [server, count] : times) EXPECT_EQ(count, 1u) << server << ' ' << to_string(call);
    }
}

TEST(LabScale, AConnectedServerCostsOneDescriptorAndIsLoggedOnToOnce) {
    LabSite lab{servers(some)};
    lab.write_config(policy);
    const auto before = descriptors();
    auto daemon = lab.site().start({"run"}, "log");
    const auto asked_twice = [&] {
        if (lab.fleet().journal().total(Call::session_enum) < 2 * some) return false;  // cheap to ask
        const auto times = by_server(lab.fleet(), Call::session_enum);
        return times.size() == some &&
               std::all_of(times.begin(), times.end(), [](const auto& server) { return server.second > 1; });
    };
    EXPECT_TRUE(eventually(asked_twice, 40s)) << lab.site().log("log");
    EXPECT_EQ(descriptors(), before + some);
    for (const auto& [server, count] : by_server(lab.fleet(), Call::session_setup))
        EXPECT_EQ(count, 1u) << server;
    daemon.signal(SIGTERM);
    EXPECT_TRUE(daemon.wait(20s));
    EXPECT_TRUE(eventually([&] { return descriptors() == before; })) << descriptors() << " of " << before;
}

// More servers than the descriptors a process is given to begin with.
TEST(LabScale, TheProductTakesTheDescriptorsItMayHave) {
    LabSite lab{servers(some)};
    lab.write_config(policy);
    const auto config = (lab.site().dir() / "curfew.yaml").string();
    const auto result = run({"/bin/sh", "-c", "ulimit -Sn 50 && exec \"$0\" \"$@\"", curfew_program(), "run",
                             "--once", "--output", "json", "--config", config},
                            sanitizer_environment(), {}, 40s);
    EXPECT_EQ(result.status, 0) << result.err.substr(0, 1000);
}

}  // namespace
}  // namespace curfew::testing
