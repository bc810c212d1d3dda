#include <cstdlib>
#include <filesystem>

#include <unistd.h>

#include "daemon/commands/books.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/run_once.hpp"
#include "daemon/commands/runtime.hpp"
#include "daemon/running/daemon.hpp"

namespace curfew::daemon {

int run(const RunOptions& options) {
    // Before there are threads: it reads the environment.
    ServiceManager service{ServiceEnvironment::take(), ::getpid()};
    // By its whole path: it is read again whenever somebody edits it, wherever that somebody stands.
    auto loaded = load_all_or_complain(std::filesystem::absolute(options.config).lexically_normal().string());
    if (!loaded.config) return exit_usage;
    const auto as = options.once ? StoreOptions::As::visitor : StoreOptions::As::daemon;
    auto store = open_books(*loaded.config, as);
    if (!store) return exit_failed;
    Runtime runtime{loaded.config, {.store = store->get()}};
    runtime.add_all();
    if (options.once) return run_once(runtime, options);
    auto daemon = std::make_unique<Daemon>(runtime, store->get(), service, Daemon::Options{options.observe});
    daemon->run(loaded);
    // What is still served over its sockets stands on it: it goes when that is over.
    runtime.threads.join();
    daemon.reset();
    runtime.log.info("stopped", {{"abandoned_calls", std::uint64_t{runtime.abandoned()}}});
    // A call that hangs in a library has a thread that cannot be joined, and what it holds must not be torn
    // down.
    if (runtime.abandoned() > 0) {
        store->reset();
        runtime.log.flush();
        std::_Exit(exit_done);
    }
    return exit_done;
}

}  // namespace curfew::daemon
