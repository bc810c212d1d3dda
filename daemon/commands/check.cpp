#include <cstdio>

#include "config/config.hpp"
#include "daemon/commands/commands.hpp"

namespace curfew::daemon {

int check(const CheckOptions& options) {
    bool all_good = true;
    for (const auto& file : options.files) {
        const auto loaded = config::load(file);
        for (const auto& diagnostic : loaded.diagnostics) {
            std::fprintf(stderr, "%s\n", config::to_string(diagnostic).c_str());
        }
        if (loaded.config) std::printf("%s: ok\n", file.c_str());
        all_good = all_good && loaded.config;
    }
    return all_good ? exit_done : exit_usage;
}

}  // namespace curfew::daemon
