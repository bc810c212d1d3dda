#include <cstdio>

#include "config/foresight.hpp"
#include "daemon/clock.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/load.hpp"
#include "daemon/output/schedule_times.hpp"

namespace curfew::daemon {
int check(const CheckOptions& options) {
    const SystemClock clock;
    bool all_good = true;
    for (const auto& file : options.files) {
        const auto loaded = config::load(file);
        complain(loaded.diagnostics);
        all_good = all_good && loaded.config;
        if (!loaded.config) continue;
        const auto now = clock.now().wall;
        complain(config::warnings_at(*loaded.config, now));
        std::printf("%s: ok\n", file.c_str());
        std::fputs(rule_times(*loaded.config, now).c_str(), stdout);
        std::fputs(schedule_times(*loaded.config, now).c_str(), stdout);
    }
    return all_good ? exit_done : exit_usage;
}

}  // namespace curfew::daemon
