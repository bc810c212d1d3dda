#include "daemon/commands/load.hpp"

#include <cstdio>

namespace curfew::daemon {

void complain(const std::vector<config::Diagnostic>& diagnostics) {
    for (const auto& diagnostic : diagnostics)
        std::fprintf(stderr, "%s\n", config::to_string(diagnostic).c_str());
}

config::Loaded load_all_or_complain(const std::string& path) {
    auto loaded = config::load(path);
    complain(loaded.diagnostics);
    return loaded;
}

std::shared_ptr<const config::Config> load_or_complain(const std::string& path) {
    return load_all_or_complain(path).config;
}

}  // namespace curfew::daemon
