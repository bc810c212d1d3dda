#include "tests/bench/matches.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/daemon_process.hpp"
#include "tests/bench/measure.hpp"
#include "tests/bench/table.hpp"

namespace curfew::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t servers_with_a_match = 60;
constexpr int first_match = 30;  // seconds after the lab's beginning; then one a second
constexpr std::size_t offices = 300;
constexpr double grid = 60;

constexpr const char* policy =
    "mode: enforce\n"
    "limits: {per_server: 100/1m, fleet: 10000/1m, per_target: 100/1m, share: 100%}\n"
    "rules: [{name: idle, when: {idle: 30m}, then: disconnect}]\n";

// On each server somebody who will have been idle for 30 minutes in a while, and four who will not.
std::string matches_to_come() {
    std::string text;
    for (std::size_t i = 0; i < servers_with_a_match; ++i) {
        text += "  - name: fs" + std::to_string(i) +
                ".lab\n    sessions:\n"
                "      - {user: anna, client: 10.20.1.7, connected: 3h, idle: " +
                std::to_string(1800 - first_match - static_cast<int>(i)) +
                "s}\n"
                "      - {user: 'user{n}', client: 10.20.2.1, count: 4, idle: 1m}\n";
    }
    return text;
}

// Twenty people on each server in the middle of a day: most at work, some in a pause of less than half an
// hour.
std::string people_at_work() {
    std::minstd_rand dice{7};
    std::string text;
    for (std::size_t i = 0; i < offices; ++i) {
        text += "  - name: fs" + std::to_string(i) + ".lab\n    sessions:\n";
        for (int person = 0; person < 20; ++person) {
            const bool at_work = dice() % 100 < 83;
            text += "      - {user: user" + std::to_string(person) + ", client: 10.20.1." +
                    std::to_string(person + 1) + ", connected: 3h, habit: office, idle: " +
                    std::to_string(at_work ? 0 : 10 + dice() % 900) + "s}\n";
        }
    }
    return text + "habits:\n  office: {works: 30m-2h, pauses: 5m-25m, leaves: 5%}\n";
}

// "2026-11-22T18:04:05.123Z"
std::optional<double> wall_seconds(const std::string& text) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0;
    double second = 0;
    if (std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%lfZ", &year, &month, &day, &hour, &minute, &second) != 6)
        return std::nullopt;
    const std::chrono::sys_days date{std::chrono::year{year} / month / day};
    return static_cast<double>(date.time_since_epoch().count()) * 86'400 + hour * 3'600 + minute * 60 +
           second;
}

// When each was about to be ended, behind the moment at which the match began.
std::vector<double> lateness(const std::string& log, core::WallTime lab_began) {
    const double began = std::chrono::duration<double>(lab_began.time_since_epoch()).count();
    std::vector<double> all;
    std::istringstream lines{log};
    for (std::string line; std::getline(lines, line);) {
        const auto at = line.find(" disconnect_intent ");
        const auto server = line.find(" server=fs");
        if (at == std::string::npos || server == std::string::npos) continue;
        const auto when = wall_seconds(line);
        must(when.has_value(), "a line without a time: " + line);
        const double number = std::strtod(line.c_str() + server + 10, nullptr);
        all.push_back(*when - began - first_match - number);
    }
    return all;
}

struct Looks {
    double made = 0;
    double watched_s = 0;
    std::optional<double> next_s;  // planned, from a look to the next, the mean over the servers
};

std::optional<double> planned(const Metrics& metrics) {
    const auto last = by_server(metrics, "curfew_server_last_look_timestamp_seconds");
    double sum = 0;
    std::size_t servers = 0;
    for (const auto& [server, next] : by_server(metrics, "curfew_server_next_look_timestamp_seconds")) {
        if (!last.contains(server)) continue;
        sum += next - last.at(server);
        ++servers;
    }
    return servers > 0 ? std::optional{sum / static_cast<double>(servers)} : std::nullopt;
}

}  // namespace

int matches(std::size_t watch_for) {
    const LabProcess with_matches{matches_to_come()};
    const DaemonProcess finder{with_matches, policy, static_cast<unsigned>(grid)};
    const LabProcess office{people_at_work()};
    DaemonProcess watcher{office, policy, static_cast<unsigned>(grid)};
    watcher.wait_until_ready(offices);

    Looks looks;
    const auto first = watcher.metrics();
    looks.next_s = planned(first);
    const auto begin = std::chrono::steady_clock::now();
    std::this_thread::sleep_for(std::chrono::seconds{watch_for});
    looks.made = looks_of(watcher.metrics()) - looks_of(first);
    looks.watched_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const auto late = lateness(finder.log(), with_matches.began());
    must(!late.empty(), "no match was found: " + finder.log().substr(0, 1000));
    const double of_grid = static_cast<double>(offices) * looks.watched_s / grid;

    std::printf("Matches that time makes: idle for 30 minutes, polling.interval 60s\n\n");
    line("matches, each on a server of its own", static_cast<double>(servers_with_a_match), "");
    line("found", static_cast<double>(late.size()), "");
    line("  from its beginning to the intent, median", middle(late), "s");
    line("  the latest", quantile(late, 1), "s");
    std::printf(
        "\n  %zu servers, 20 people each in the middle of a day, watched for %.0f s after the first look\n",
        offices, looks.watched_s);
    line("looks made", looks.made, "");
    line("  a look every 60 s at each would be", of_grid, "");
    if (looks.next_s)
        line("from the first look to the next as planned, mean", *looks.next_s, "s");
    else
        no_line("from the first look to the next as planned", "(metrics do not say)");

    std::printf("\nAims\n");
    verdict("matches not found", static_cast<double>(servers_with_a_match - late.size()), 0);
    verdict("the latest match found after it began, s (at most 1)", quantile(late, 1), 1);
    verdict("looks made / of a 60 s interval (at most 0.1)", looks.made / of_grid, 0.1);
    if (looks.next_s)
        verdict("looks as planned / of a 60 s interval (at most 0.1)", grid / *looks.next_s, 0.1);
    return EXIT_SUCCESS;
}

}  // namespace curfew::bench
