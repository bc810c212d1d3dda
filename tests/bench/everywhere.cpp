#include "tests/bench/everywhere.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/bench/daemon_process.hpp"
#include "tests/bench/measure.hpp"
#include "tests/bench/table.hpp"
#include "tests/integration/curfew_program.hpp"

namespace curfew::bench {
namespace {

using namespace std::chrono_literals;

// Who is looked for is on every tenth server.
constexpr std::size_t one_in = 10;

constexpr const char* policy =
    "mode: enforce\n"
    "audit: {path: audit.db}\n"
    "control: {socket: control.sock}\n"
    "rules: [{name: left the company, when: {user: 'left-*'}, then: disconnect}]\n";

std::string twenty_on(std::size_t servers, const std::string& name, const std::string& more) {
    return "  - name: " + name + "{n}.lab\n    count: " + std::to_string(servers) +
           "\n    sessions:\n      - {user: 'user{n}', client: 10.20.1.1, idle: 3m, open_files: 2, count: " +
           (more.empty() ? "20}\n" : "19}\n" + more);
}

struct Ran {
    testing::RunResult result;
    double wall_s = 0;
    double cpu_of_daemon_s = 0;
};

Ran disconnect(const DaemonProcess& daemon, std::vector<std::string> more) {
    std::vector<std::string> argv{testing::curfew_program(),
                                  "disconnect",
                                  "--config",
                                  daemon.config().string(),
                                  "--everywhere",
                                  "--user",
                                  "anna"};
    argv.insert(argv.end(), more.begin(), more.end());
    Ran ran;
    const double cpu = daemon.cpu_seconds();
    ran.wall_s = seconds([&] { ran.result = testing::run(argv, {}, {}, 300s); });
    ran.cpu_of_daemon_s = daemon.cpu_seconds() - cpu;
    return ran;
}

bool known() {
    const auto help = testing::run({testing::curfew_program(), "disconnect", "--help"});
    return help.out.find("--everywhere") != std::string::npos;
}

}  // namespace

int everywhere(std::size_t servers) {
    if (!known()) {
        std::printf("disconnect --everywhere: this curfew does not know it; nothing was measured\n");
        return EXIT_SUCCESS;
    }
    const std::size_t with = std::max<std::size_t>(servers / one_in, 1);
    std::string fleet = twenty_on(with, "with", "      - {user: anna, client: 10.20.7.7, idle: 5m}\n");
    if (servers > with) fleet += twenty_on(servers - with, "without", "");
    const LabProcess lab{fleet};
    DaemonProcess daemon{lab, policy, 1};
    daemon.wait_until_ready(servers);
    daemon.poll_every(3600);
    daemon.wait_until_ready(servers);

    const auto number = std::to_string(with);
    const auto asked = disconnect(daemon, {});
    must(asked.result.status == 2 && asked.result.err.find("--yes " + number) != std::string::npos,
         "not who was expected: " + asked.result.out.substr(0, 500) + asked.result.err);
    const auto ended = disconnect(daemon, {"--yes", number});
    must(ended.result.ok() && ended.result.out.find("ended " + number) != std::string::npos,
         "not everybody was ended: " + ended.result.out.substr(0, 500) + ended.result.err);

    std::printf(
        "disconnect --everywhere over %zu kept servers, 20 sessions each, somebody on %zu of them\n\n",
        servers, with);
    line("a look at everybody, and the number", asked.wall_s, "s");
    line("  CPU of the daemon", asked.cpu_of_daemon_s, "s");
    line("--yes: a look at everybody, and everybody ended", ended.wall_s, "s");
    line("  CPU of the daemon", ended.cpu_of_daemon_s, "s");
    std::printf("\nAims\n");
    verdict("--everywhere, s (at most 3)", ended.wall_s, 3);
    return EXIT_SUCCESS;
}

}  // namespace curfew::bench
