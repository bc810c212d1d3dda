#include "tests/bench/crowded_server.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/bench/lab_process.hpp"
#include "tests/bench/measure.hpp"
#include "tests/bench/own_client.hpp"

namespace curfew::bench {
namespace {

constexpr int rounds = 9;

std::string name(std::size_t sessions) {
    return "with" + std::to_string(sessions) + ".lab";
}

}  // namespace

int crowded_server(std::optional<std::size_t> only) {
    const auto sizes = only ? std::vector{*only} : std::vector<std::size_t>{1, 1'000, 50'000};
    std::string servers;
    for (const std::size_t sessions : sizes) {
        servers += "  - name: " + name(sessions) +
                   "\n    sessions:\n"
                   "      - {user: 'user{n}', client: 10.20.0.1, idle: 3m, open_files: 1, count: " +
                   std::to_string(sessions) + "}\n";
    }
    const LabProcess lab{servers};
    OwnClient curfew{"LAB\\curfew", lab.password_file().string()};

    std::printf("One look at one server, connection kept, medians of %d rounds\n\n", rounds);
    std::printf("  %10s %12s %12s %16s %8s\n", "sessions", "CPU us", "wall us", "CPU us/session", "ratio");
    std::optional<double> first;
    for (const std::size_t sessions : sizes) {
        const auto address = lab.address_of(name(sessions));
        const auto api = curfew.open(address.host, address.port);
        // The daemon's own is listed, too.
        must(curfew.look(api, 3) == sessions + 1, "not everybody is listed");
        const int times = static_cast<int>(std::clamp<std::size_t>(100'000 / sessions, 2, 500));
        std::vector<Cost> costs;
        for (int round = 0; round < rounds; ++round)
            costs.push_back(measure(RUSAGE_SELF, times, [&] { curfew.look(api, times); }));
        curfew.close(api);
        const Cost cost = median(costs);
        const double each = cost.cpu_us / static_cast<double>(sessions);
        if (!first) first = each;
        std::printf("  %10zu %12.1f %12.1f %16.3f %8.4f\n", sessions, cost.cpu_us, cost.wall_us, each,
                    each / *first);
    }
    return EXIT_SUCCESS;
}

}  // namespace curfew::bench
