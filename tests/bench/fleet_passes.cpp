#include "tests/bench/fleet_passes.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/daemon_process.hpp"
#include "tests/bench/measure.hpp"
#include "tests/bench/table.hpp"

namespace curfew::bench {
namespace {

using namespace std::chrono_literals;

constexpr int rounds = 3;
constexpr unsigned at_ease = 5;  // seconds between two looks at a server

// Somebody new may match at once, so every server has to be asked once an interval.
constexpr const char* policy =
    "mode: observe\n"
    "protect: [{user: ['svc-*', '*$'], reason: service and computer accounts}]\n"
    "rules:\n"
    "  - {name: idle workstations, when: {idle: 2h, open_files: 0, client: 10.20.0.0/16}, then: disconnect}\n"
    "  - {name: contractors, when: {user: 'ext-*', schedule: closed}, then: disconnect}\n"
    "  - {name: left the company, when: {user: 'left-*'}, then: disconnect}\n"
    "schedules:\n"
    "  hours: {timezone: Europe/Berlin, during: ['mon-fri 06:00-20:00']}\n"
    "  closed: {outside: hours}\n";

std::string twenty_on(std::size_t servers) {
    return "  - name: fs{n}.lab\n    count: " + std::to_string(servers) +
           "\n    sessions:\n"
           "      - {user: 'user{n}', client: 10.20.1.1, count: 12, idle: 3m, open_files: 2}\n"
           "      - {user: 'reader{n}', client: 10.20.2.1, count: 6, idle: 31m}\n"
           "      - {user: svc-backup, client: 10.20.9.4, connected: 12h, idle: 10m, open_files: 1}\n"
           "      - {user: 'PC-7$', client: 10.20.9.5, idle: 20m}\n";
}

double now_s() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Some time of a daemon, between two scrapes that are not in it.
struct Window {
    double looks_per_s = 0;
    double cpu_per_s = 0;
    Metrics first;
    Metrics second;
};

Window watch(const DaemonProcess& daemon, const LabProcess& lab, std::chrono::milliseconds length) {
    Window window;
    window.first = daemon.metrics();
    const double from = now_s();
    const double cpu = daemon.cpu_seconds();
    std::this_thread::sleep_for(length);
    window.cpu_per_s = (daemon.cpu_seconds() - cpu) / (now_s() - from);
    window.second = daemon.metrics();
    window.looks_per_s = (looks_of(window.second) - looks_of(window.first)) / (now_s() - from);
    must(memory_of(lab.pid()).all_kb > 0, "the lab is gone");
    return window;
}

// How long after it was due a look was answered, of all that were due in the window. The wall's time, because
// that is what metrics have.
void add_lateness(const Window& window, std::vector<double>& lateness) {
    const auto due = by_server(window.first, "curfew_server_next_look_timestamp_seconds");
    const auto seen = by_server(window.second, "curfew_server_last_look_timestamp_seconds");
    double end = 0;  // not yet looked at: it is at least so late
    for (const auto& [server, at] : seen) end = std::max(end, at);
    for (const auto& [server, at] : due) {
        const auto found = seen.find(server);
        if (found == seen.end() || at >= end) continue;
        lateness.push_back((found->second >= at ? found->second : end) - at);
    }
}

struct Pass {
    double ready_s = 0;
    double ready_cpu_s = 0;
    double looks_per_s = 0;  // asked without a pause
    double hurried_cpu_us = 0;
    double cpu_us = 0;  // of a look, at ease
    double kib = 0;     // a server, not of files
    std::vector<double> lateness;
};

Pass pass_over(std::size_t servers) {
    const LabProcess lab{twenty_on(servers)};
    const double began = now_s();
    DaemonProcess daemon{lab, policy, 1};
    daemon.wait_until_ready(servers);
    Pass pass;
    pass.ready_s = now_s() - began;
    pass.ready_cpu_s = daemon.cpu_seconds();

    std::vector<double> rate, hurried, ease;
    for (int round = 0; round < rounds; ++round) {
        const auto window = watch(daemon, lab, 4s);
        rate.push_back(window.looks_per_s);
        hurried.push_back(window.cpu_per_s / window.looks_per_s * 1e6);
    }
    pass.looks_per_s = middle(rate);
    pass.hurried_cpu_us = middle(hurried);
    daemon.poll_every(at_ease);
    std::this_thread::sleep_for(2s * at_ease);  // everybody has been asked under the new interval
    for (int round = 0; round < rounds; ++round) {
        // Shorter than the interval, so that nobody is due twice in it.
        const auto window = watch(daemon, lab, 1s * at_ease - 500ms);
        ease.push_back(window.cpu_per_s / window.looks_per_s * 1e6);
        add_lateness(window, pass.lateness);
    }
    pass.cpu_us = middle(ease);
    pass.kib = daemon.memory().private_kb / static_cast<double>(servers);
    return pass;
}

void row(const char* what, const std::vector<Pass>& passes, const auto& number) {
    std::printf("  %-46s", what);
    for (const auto& pass : passes) {
        const std::optional<double> value = number(pass);
        value ? std::printf(" %10.2f", *value) : std::printf(" %10s", "-");
    }
    std::printf("\n");
}

std::optional<double> late_ms(const Pass& pass, double part) {
    if (pass.lateness.empty()) return std::nullopt;
    return quantile(pass.lateness, part) * 1e3;
}

}  // namespace

int fleet_passes(std::optional<std::size_t> only) {
    const auto sizes = only ? std::vector{*only} : std::vector<std::size_t>{100, 1'000, 10'000};
    std::vector<Pass> passes;
    for (const std::size_t servers : sizes) passes.push_back(pass_over(servers));
    const auto pass_s = [&](const Pass& pass) {
        return static_cast<double>(sizes[static_cast<std::size_t>(&pass - passes.data())]) / pass.looks_per_s;
    };

    std::printf("Passes over kept servers with 20 sessions each, medians of %d windows\n\n  %-46s", rounds,
                "servers");
    for (const std::size_t servers : sizes) std::printf(" %10zu", servers);
    std::printf("\n");
    row("start: configuration to all looked at, s", passes, [](const Pass& one) { return one.ready_s; });
    row("  CPU of curfew, s", passes, [](const Pass& one) { return one.ready_cpu_s; });
    row("one pass, asked without a pause, s (1)", passes, pass_s);
    row("  looks a second", passes, [](const Pass& one) { return one.looks_per_s; });
    row("  CPU of curfew for a look, us", passes, [](const Pass& one) { return one.hurried_cpu_us; });
    row("asked every 5 s: CPU of curfew for a look, us", passes, [](const Pass& one) { return one.cpu_us; });
    row("  against the smallest fleet", passes,
        [&](const Pass& one) { return one.cpu_us / passes.front().cpu_us; });
    row("  a look after it was due, p50, ms (2)", passes, [](const Pass& one) { return late_ms(one, 0.5); });
    row("  p99, ms", passes, [](const Pass& one) { return late_ms(one, 0.99); });
    row("memory of curfew for a server, KiB", passes, [](const Pass& one) { return one.kib; });
    std::printf(
        "\n  (1) polling.interval 1s: no pass is shorter, and a larger fleet is asked without a pause\n"
        "  (2) until its answer is there; unknown where the metrics do not say when a look is due\n");

    const Pass& largest = passes.back();
    std::printf("\nAims\n");
    verdict("one pass over the largest fleet, s (at most 3)", pass_s(largest), 3);
    verdict("memory for a server of it, KiB (at most 16)", largest.kib, 16);
    if (passes.size() > 1) {
        verdict("CPU for a server of it / of the smallest (at most 1.2)",
                largest.cpu_us / passes.front().cpu_us, 1.2);
    }
    return EXIT_SUCCESS;
}

}  // namespace curfew::bench
