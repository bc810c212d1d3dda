#include "daemon/commands/run_once.hpp"

#include <algorithm>
#include <cstdio>

#include "daemon/commands/borrow.hpp"
#include "daemon/fleet/sayings.hpp"
#include "daemon/output/sweep_output.hpp"
#include "daemon/running/restart.hpp"

namespace curfew::daemon {
namespace {

bool failed(const SweptDisconnect& disconnect) {
    if (disconnect.verdict.kind == Verdict::Kind::refused) return true;
    switch (disconnect.verdict.result.outcome) {
        case Outcome::still_there:
        case Outcome::unknown:
        case Outcome::error:
        case Outcome::not_asked: return true;
        default: return false;
    }
}

}  // namespace

int run_once(Runtime& runtime, const RunOptions& options) {
    const auto& config = *runtime.config;
    say_rules_off(runtime.log, config.policy, runtime.clock.now().wall);
    // A person's pause holds, whether or not the daemon runs that was asked for it.
    if (runtime.outside.store) restore_holds(*runtime.outside.store, runtime);
    const auto servers = runtime.wait_for(
        look_at_all(runtime.members.all(), runtime.fleet, runtime.clock, borrow(runtime, true)));
    for (const auto& server : servers) {
        if (server.error) {
            ++server.member->failures;
            say_failed(runtime.log, *server.member, *server.error);
        } else {
            say_answered(runtime.log, *server.member, server.answer, server.look.server);
            say_doubts(runtime.log, *server.member, config.policy, server.doubts.news);
            if (server.twin) say_twin(runtime.log, *server.member, *server.twin);
        }
    }
    const auto access = [&](const SweptServer& server) -> Access {
        const auto licence =
            Licence::to_enforce(config.mode, server.config->mode, options.observe, *server.member->api);
        if (licence) return *licence;
        return ObserveOnly{};
    };
    const SweepBans bans{runtime.clock, [&](const SweptServer& server) -> Access {
                             const auto licence = Licence::for_a_ban(config.mode, server.config->mode,
                                                                     options.observe, *server.member->api);
                             if (licence) return *licence;
                             return ObserveOnly{};
                         }};
    const auto result =
        runtime.wait_for(take_to_the_gate(servers, runtime.fleet, runtime.gate, access, bans));
    for (const auto& trip : result.trips) say_tripped(runtime.log, trip);
    runtime.close();

    const auto mode = options.observe ? policy::Mode::observe : config.mode;
    const SweepOutput output{config, mode, runtime.clock.now().wall, servers, result, true};
    const auto text = options.output == Format::json ? sweep_json(output) : sweep_table(output);
    std::fputs(text.c_str(), stdout);
    const bool bad =
        std::any_of(servers.begin(), servers.end(), [](const auto& s) { return s.error || s.twin; }) ||
        std::any_of(result.disconnects.begin(), result.disconnects.end(), failed);
    return bad ? exit_failed : exit_done;
}

}  // namespace curfew::daemon
