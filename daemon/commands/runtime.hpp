#pragma once
// What every command that asks servers stands on: threads, clock, log, backends, the fleet, and the gate.

#include <memory>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "config/config.hpp"
#include "core/net/thread_pool.hpp"
#include "daemon/clock.hpp"
#include "daemon/commands/load.hpp"
#include "daemon/fleet/backends.hpp"
#include "daemon/fleet/fleet_state.hpp"
#include "daemon/fleet/other_servers.hpp"
#include "daemon/gate/gate.hpp"
#include "daemon/gate/log_audit.hpp"
#include "daemon/log/log.hpp"
#include "daemon/names/client_names.hpp"
#include "daemon/store/store.hpp"

namespace curfew::daemon {

// What lies outside of the daemon, where it is not the system's: the demo has a clock of its own.
struct Outside {
    Clock* clock = nullptr;
    std::shared_ptr<spdlog::sinks::sink> log = nullptr;
    std::function<std::shared_ptr<core::SessionApi>(std::shared_ptr<core::SessionApi>)> around = nullptr;
    Store* store = nullptr;  // the books; null: the audit is on the log alone
};

class Runtime {
  public:
    explicit Runtime(std::shared_ptr<const config::Config> configuration, Outside outside = {});
    ~Runtime();

    void add(const config::Server& server);
    void add_all();
    std::shared_ptr<Member> member_for(const config::Server& server);  // not yet among the members

    // Blocking calls that have not returned, and that nobody waits for at the end.
    std::size_t abandoned() const;

    // Says goodbye to every server and lets the threads end.
    void close();

    template <class T> T wait_for(boost::asio::awaitable<T> operation) {
        return boost::asio::co_spawn(threads.next(), std::move(operation), boost::asio::use_future).get();
    }

    std::shared_ptr<const config::Config> config;  // as of the start; what is in force now, the fleet knows
    SystemClock system_clock;
    Outside outside;
    Clock& clock;
    Log log;
    Backends backends;
    core::ThreadPool threads;
    Members members;
    FleetState fleet;
    LogAudit log_audit;
    std::optional<StoreAudit> store_audit;
    Audit& audit;
    Gate gate;
    OtherServers others;
};

}  // namespace curfew::daemon
