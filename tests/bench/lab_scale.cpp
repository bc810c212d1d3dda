#include "tests/bench/lab_scale.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/lab_process.hpp"
#include "tests/bench/measure.hpp"
#include "tests/bench/other_process.hpp"
#include "tests/bench/table.hpp"
#include "tests/integration/curfew_program.hpp"

namespace curfew::bench {
namespace {

using namespace std::chrono_literals;
using testing::ChildProcess;

constexpr int rounds = 3;

std::size_t count(const std::string& text, const std::string& what) {
    std::size_t times = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++times;
    return times;
}

// Two people on every server.
std::string two_on(std::size_t servers) {
    return "  - name: fs{n}.lab\n    count: " + std::to_string(servers) +
           "\n    sessions:\n"
           "      - {user: anna, client: 10.20.1.7, idle: 31m}\n"
           "      - {user: bob, client: 10.20.1.8, open_files: 2}\n";
}

struct Pass {
    double up = 0;  // seconds, all of them
    double pass = 0;
    double cpu_of_curfew = 0;
    double cpu_of_lab = 0;
};

// One look at every server by the product, as cron would have it.
Pass pass_over(std::size_t servers) {
    LabProcess lab{two_on(servers)};
    Pass result;
    result.up = lab.came_up_in();
    const double lab_before = cpu_seconds_of(lab.pid());
    testing::RunResult ran;
    const auto cost = measure(RUSAGE_CHILDREN, 1, [&] {
        ran = testing::run({testing::curfew_program(), "run", "--once", "--output", "json", "--config",
                            (lab.dir() / "curfew.yaml").string()},
                           {}, {}, 120s);
    });
    const auto answered = count(ran.out, "\"status\": \"ok\"");
    must(ran.ok() && answered == servers, std::to_string(answered) + " of " + std::to_string(servers) +
                                              " answered; " + ran.err.substr(0, 500));
    result.pass = cost.wall_us / 1e6;
    result.cpu_of_curfew = cost.cpu_us / 1e6;
    result.cpu_of_lab = cpu_seconds_of(lab.pid()) - lab_before;
    lab.end();
    return result;
}

struct Kept {
    Memory lab_before;
    Memory lab;
    Memory curfew;
    std::optional<std::size_t> lab_descriptors_before;
    std::optional<std::size_t> lab_descriptors;
    double ended_in = 0;
};

// The daemon asks everybody once, and then each again once an hour.
Kept keep_connected(std::size_t servers) {
    LabProcess lab{two_on(servers)};
    Kept kept;
    kept.lab_before = memory_of(lab.pid());
    kept.lab_descriptors_before = descriptors_of(lab.pid());
    const auto config = lab.dir() / "kept.yaml";
    {
        std::FILE* const file = std::fopen(config.c_str(), "w");
        must(file != nullptr, "cannot write " + config.string());
        const auto text = lab.config() + "\npolling: {interval: 1h}\n";
        std::fputs(text.c_str(), file);
        std::fclose(file);
    }
    testing::SpawnOptions options;
    options.output = lab.dir() / "log";
    ChildProcess daemon{{testing::curfew_program(), "run", "--config", config.string()}, options};
    // Said once of every server, with its first answer.
    const auto asked = [&] { return count(testing::read_file(options.output), " server_level "); };
    const auto trouble = [&] {
        const auto log = testing::read_file(options.output);
        const auto at = log.find("look_failed");
        return at == std::string::npos ? "nothing failed" : log.substr(at, 300);
    };
    // It takes a hundredth of a second for each server, so as not to ask all of them at once.
    const auto limit = std::chrono::steady_clock::now() + 60s + servers * 20ms;
    while (asked() < servers) {
        if (std::chrono::steady_clock::now() > limit)
            throw std::runtime_error{std::to_string(asked()) + " answered; " + trouble()};
        std::this_thread::sleep_for(200ms);
    }
    kept.lab = memory_of(lab.pid());
    kept.curfew = memory_of(daemon.pid());
    kept.lab_descriptors = descriptors_of(lab.pid());
    kept.ended_in = lab.end();
    return kept;
}

}  // namespace

int lab_scale(std::size_t servers) {
    std::vector<double> up, pass, curfew, lab, ratio;
    for (int round = 0; round < rounds; ++round) {
        const auto one = pass_over(servers);
        up.push_back(one.up);
        pass.push_back(one.pass);
        curfew.push_back(one.cpu_of_curfew);
        lab.push_back(one.cpu_of_lab);
        ratio.push_back(one.cpu_of_lab / one.cpu_of_curfew);
    }
    const auto kept = keep_connected(servers);
    const auto each = static_cast<double>(servers);
    const double per_connection = (kept.lab.private_kb - kept.lab_before.private_kb) / each;

    std::printf("A lab of %zu servers, asked by another process; times are medians of %d rounds\n\n", servers,
                rounds);
    line("until it listens", middle(up), "s");
    line("one pass: run --once, everybody answers", middle(pass), "s");
    line("  CPU of curfew", middle(curfew), "s");
    line("  CPU of the lab", middle(lab), "s");
    line("  CPU of the lab / of curfew", middle(ratio), "");
    line("memory of the lab, nobody connected", kept.lab_before.all_kb / 1024, "MiB");
    line("  not of files, each server", kept.lab_before.private_kb / each, "KiB");
    line("memory of the lab, everybody connected and idle", kept.lab.all_kb / 1024, "MiB");
    line("memory of curfew run, everybody connected and idle", kept.curfew.all_kb / 1024, "MiB");
    line("  not of files, each server", kept.curfew.private_kb / each, "KiB");
    line("until the lab is gone with all of them, after Ctrl-C", kept.ended_in, "s");

    std::printf("\nAims\n");
    verdict("until it listens and one pass, s (at most 10)", middle(up) + middle(pass), 10);
    verdict("memory for each idle connection, KiB (at most 20)", per_connection, 20);
    if (kept.lab_descriptors && kept.lab_descriptors_before) {
        const double more = static_cast<double>(*kept.lab_descriptors - *kept.lab_descriptors_before);
        verdict("descriptors for each idle connection (at most 1)", more / each, 1);
    } else {
        std::printf("  descriptors: the system tells them to root alone\n");
    }
    return EXIT_SUCCESS;
}

}  // namespace curfew::bench
