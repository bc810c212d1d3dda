#include "tests/bench/foreign_clients.hpp"

#include <cstdio>
#include <stdexcept>

#include "tests/integration/process.hpp"

namespace curfew::bench {

Cost rpcclient_look(const Account& account, int times) {
    return measure(RUSAGE_CHILDREN, times, [&] {
        for (int i = 0; i < times; ++i) {
            testing::run_or_throw({"rpcclient", "-p", std::to_string(account.port), "-A",
                                   account.password_file, "127.0.0.1", "-c", "netsessenum"});
        }
    });
}

std::optional<Cost> python_looks(const std::string& script, const Account& account, int times) {
    const auto result = testing::run(
        {"/usr/bin/python3", script, std::to_string(account.port), std::to_string(times)},
        {"LOOK_USER=" + account.user, "LOOK_PASSWORD=" + account.password}, {}, std::chrono::seconds(120));
    Cost cost;
    if (!result.ok() || std::sscanf(result.out.c_str(), "%lf %lf", &cost.cpu_us, &cost.wall_us) != 2) {
        std::fprintf(stderr, "%s: %s\n", script.c_str(), result.err.c_str());
        return std::nullopt;
    }
    return cost;
}

}  // namespace curfew::bench
