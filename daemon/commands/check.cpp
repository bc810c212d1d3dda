#include <algorithm>
#include <cstdio>

#include "config/foresight.hpp"
#include "config/reporter.hpp"
#include "config/second_thoughts.hpp"
#include "daemon/clock.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/load.hpp"
#include "daemon/output/diagnostics_json.hpp"
#include "daemon/output/exemptions.hpp"
#include "daemon/output/schedule_times.hpp"

namespace curfew::daemon {
namespace {

struct Checked {
    config::Loaded loaded;
    std::vector<config::Diagnostic> diagnostics;  // all of them, in the order of the files
};

Checked check_file(const std::string& file, bool strict, core::WallTime now) {
    Checked out{config::load(file), {}};
    if (!out.loaded.config) {
        out.diagnostics = out.loaded.diagnostics;
        return out;
    }
    const config::Config& config = *out.loaded.config;
    config::Reporter all;
    const auto add = [&](const std::vector<config::Diagnostic>& found) {
        for (const auto& one : found) all.report(one.severity, one.at, one.path, one.message);
    };
    add(out.loaded.diagnostics);
    add(config::warnings_at(config, now));
    add(config::second_thoughts(config));
    if (strict) add(config::rules_without_owner(config));
    out.diagnostics = all.take(out.loaded.files);
    return out;
}

void say(const std::string& file, const Checked& checked, bool good, core::WallTime now) {
    for (const auto& diagnostic : checked.diagnostics)
        std::fprintf(stderr, "%s\n", config::to_string(diagnostic).c_str());
    if (!checked.loaded.config) return;
    if (good) std::printf("%s: ok\n", file.c_str());
    std::fputs(exemptions(*checked.loaded.config, now).c_str(), stdout);
    std::fputs(rule_times(*checked.loaded.config, now).c_str(), stdout);
    std::fputs(schedule_times(*checked.loaded.config, now).c_str(), stdout);
}

}  // namespace

int check(const CheckOptions& options) {
    const auto now = SystemClock{}.now().wall;
    int status = exit_done;
    std::vector<config::Diagnostic> everything;
    for (const auto& file : options.files) {
        const Checked checked = check_file(file, options.strict, now);
        const bool good = checked.loaded.config && (!options.strict || checked.diagnostics.empty());
        if (!checked.loaded.config)
            status = exit_usage;
        else if (!good)
            status = std::max<int>(status, exit_failed);
        if (options.output == Format::json)
            everything.insert(everything.end(), checked.diagnostics.begin(), checked.diagnostics.end());
        else
            say(file, checked, good, now);
    }
    if (options.output == Format::json) std::fputs(diagnostics_json(everything).c_str(), stdout);
    return status;
}

}  // namespace curfew::daemon
