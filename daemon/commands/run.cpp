#include <csignal>
#include <cstdlib>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>

#include "daemon/commands/commands.hpp"
#include "daemon/commands/run_once.hpp"
#include "daemon/commands/runtime.hpp"
#include "daemon/fleet/sayings.hpp"
#include "daemon/scheduler/scheduler.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

// The first signal lets the call under way end and begins nothing new; the second leaves at once.
void on_signals(asio::signal_set& signals, Scheduler& scheduler, Log& log, int count) {
    signals.async_wait([&signals, &scheduler, &log, count](const boost::system::error_code& error,
                                                           int number) {
        if (error) return;
        if (count > 0) {
            log.warning("killed",
                        {{"signal", number}, {"message", "leaving at once; the audit says what was begun"}});
            log.flush();
            std::_Exit(128 + number);
        }
        log.info("stopping",
                 {{"signal", number}, {"message", "finishing what is under way; again to leave at once"}});
        scheduler.stop();
        on_signals(signals, scheduler, log, count + 1);
    });
}

}  // namespace

int run(const RunOptions& options) {
    const auto configuration = load_or_complain(options.config);
    if (!configuration) return exit_usage;
    Runtime runtime{configuration};
    runtime.add_all();
    if (options.once) return run_once(runtime, options);

    Enforcer enforcer{runtime.fleet, runtime.gate, runtime.clock, runtime.log, options.observe};
    Scheduler scheduler{runtime.threads.next(), runtime.members.all(), enforcer,
                        runtime.clock,          runtime.log,           configuration->polling};
    const bool observe = options.observe || configuration->mode == policy::Mode::observe;
    runtime.log.info("started", {{"config", options.config},
                                 {"digest", configuration->digest},
                                 {"mode", observe ? "observe" : "enforce"},
                                 {"servers", std::uint64_t{configuration->servers.size()}},
                                 {"rules", std::uint64_t{configuration->policy.rules.size()}}});
    say_rules_off(runtime.log, configuration->policy, runtime.clock.now().wall);
    // Signals have a thread of their own: the second one must be heard however busy the others are.
    asio::thread_pool signal_thread{1};
    asio::signal_set signals{signal_thread, SIGINT, SIGTERM};
    on_signals(signals, scheduler, runtime.log, 0);
    const auto& polling = configuration->polling;
    const auto used_within = 2 * polling.interval + std::chrono::ceil<core::Seconds>(polling.timeout);
    if (const auto names = runtime.fleet.edition()->names())
        names->keep_fresh(runtime.threads.next(), used_within);
    runtime.wait_for(scheduler.run());
    runtime.close();
    signal_thread.stop();
    signal_thread.join();
    runtime.log.info("stopped", {{"abandoned_calls", std::uint64_t{runtime.abandoned()}}});
    // A call that hangs in a library has a thread that cannot be joined, and what it holds must not be torn
    // down.
    if (runtime.abandoned() > 0) {
        runtime.log.flush();
        std::_Exit(exit_done);
    }
    return exit_done;
}

}  // namespace curfew::daemon
