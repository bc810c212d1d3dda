// `plan` asks the fleet and shows what a sweep in enforce mode would end and withhold. It passes the gate
// like `run`, with an access from which no call can be made. Nothing reads the time of day but the policy, so
// `--at` is another clock on the wall and no more.
#include <algorithm>
#include <cstdio>
#include <optional>

#include <boost/asio/ip/host_name.hpp>

#include "daemon/commands/borrow.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/runtime.hpp"
#include "daemon/output/escape.hpp"
#include "daemon/output/sweep_output.hpp"
#include "daemon/plan_file/plan_text.hpp"

namespace curfew::daemon {

namespace {

bool write_plan(const std::string& path, Runtime& runtime, const config::Config& config,
                const SweepResult& result) {
    PlanFile file;
    file.made = runtime.clock.now().wall;
    boost::system::error_code unknown;
    file.host = boost::asio::ip::host_name(unknown);
    file.version = CURFEW_VERSION;
    file.config = config.path;
    file.digest = config.digest;
    // Whom a ban ends is ended by the daemon, and nobody applies it.
    for (const auto& one : result.disconnects)
        if (!one.ban) file.entries.push_back(plan_entry(config.policy, one.server->look, *one.wanted));
    const auto written = write_plan_file(path, file);
    if (!written) std::fprintf(stderr, "curfew: %s\n", for_people(core::describe(written.error())).c_str());
    return written.has_value();
}

}  // namespace

int plan(const PlanOptions& options) {
    const auto configuration = load_or_complain(options.config);
    if (!configuration) return exit_usage;
    SystemClock system_clock;
    std::optional<WallClockAt> at;
    if (options.at) at.emplace(system_clock, *options.at);
    Runtime runtime{configuration, {.clock = at ? &*at : nullptr, .log = nullptr, .around = nullptr}};
    runtime.add_all();
    const auto servers = runtime.wait_for(
        look_at_all(runtime.members.all(), runtime.fleet, runtime.clock, borrow(runtime, false)));
    const auto nothing = [](const SweptServer&) -> Access { return PlanOnly{}; };
    const SweepBans bans{runtime.clock, nothing};
    const auto result =
        runtime.wait_for(take_to_the_gate(servers, runtime.fleet, runtime.gate, nothing, bans));
    runtime.close();

    const SweepOutput output{*configuration, configuration->mode, runtime.clock.now().wall, servers, result,
                             false};
    if (at && options.output != Format::json)
        std::printf("Schedules, `from` and `until` as of %s.\n\n", utc_text(*options.at).c_str());
    const auto text = options.output == Format::json ? sweep_json(output) : sweep_table(output);
    std::fputs(text.c_str(), stdout);
    const bool asked_all =
        std::none_of(servers.begin(), servers.end(), [](const auto& s) { return s.error || s.twin; });
    if (options.out && !write_plan(*options.out, runtime, *configuration, result)) return exit_failed;
    if (!asked_all) return exit_failed;
    return options.exit_code && !result.disconnects.empty() ? exit_would_end : exit_done;
}

}  // namespace curfew::daemon
