#pragma once
// The daemon as it runs: everything put together, and taken apart again.

#include <atomic>
#include <memory>
#include <optional>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>

#include "daemon/commands/runtime.hpp"
#include "daemon/control/server.hpp"
#include "daemon/fleet/enforcer.hpp"
#include "daemon/http/server.hpp"
#include "daemon/metrics/metrics.hpp"
#include "daemon/notify/notify.hpp"
#include "daemon/reload/config_watcher.hpp"
#include "daemon/running/orphans.hpp"
#include "daemon/running/recorder.hpp"
#include "daemon/running/reloader.hpp"
#include "daemon/running/status_book.hpp"
#include "daemon/scheduler/scheduler.hpp"
#include "daemon/service/service_manager.hpp"
#include "daemon/status/status.hpp"

namespace curfew::daemon {

class Daemon {
  public:
    struct Options {
        bool observe = false;  // whatever the configuration says
    };
    // `store`: the books; null: the audit is on the log alone, and nothing outlives the process. `places`:
    // where a change may change what was read.
    Daemon(Runtime& runtime, Store* store, ServiceManager& service, Options options);
    ~Daemon();

    // Until a signal says otherwise. `loaded` is what the configuration was read from.
    void run(const config::Loaded& loaded);

    // From any thread.
    Status status() const;
    Reloaded reload(const ReloadRequest& asked);  // blocks

    Runtime& runtime() { return runtime_; }
    Store* store() { return store_; }
    Recorder* recorder() { return recorder_ ? &*recorder_ : nullptr; }
    StatusBook& book() { return book_; }
    Watcher& watchers() { return watchers_; }
    bool observes() const { return options_.observe; }
    bool stopping() const { return stopping_; }
    void tripped(const policy::Trip& trip);  // found beside the visits
    // Somebody asked that server beside the visits.
    void worked_with(const Members::Shared& member) { scheduler_.worked_with(member); }
    void look_within(core::Seconds time) { scheduler_.look_within(time); }

    // Whatever blocks for a moment, off the threads that serve connections; one thing at a time.
    boost::asio::any_io_executor aside() { return aside_.get_executor(); }

  private:
    void wire();
    void listen();
    void close_ears();
    void say_what_needs_a_restart(const config::Config& config);
    void on_signals();
    void began(const config::Loaded& loaded);
    void came_round();  // on the scheduler's strand
    boost::asio::awaitable<void> follow_edits();
    void audit_health(const std::string& trouble);
    std::string in_one_line(const Status& status) const;

    Runtime& runtime_;
    Store* store_;
    ServiceManager& service_;
    Options options_;
    core::WallTime started_;
    StatusBook book_;
    Watchers watchers_;
    std::optional<Orphans> orphans_;
    std::optional<Recorder> recorder_;
    Enforcer enforcer_;
    Scheduler scheduler_;
    Reloader reloader_;
    // Signals have a thread of their own: the second one must be heard however busy the others are.
    boost::asio::thread_pool signal_thread_{1};
    boost::asio::signal_set signals_;
    int stops_ = 0;
    std::atomic<bool> stopping_ = false;
    std::atomic<int> serving_ = 0;  // requests over the control socket
    boost::asio::thread_pool aside_{1};
    std::optional<ConfigWatcher> edits_;
    std::optional<Notify> notify_;
    std::unique_ptr<ControlCommands> commands_;
    std::optional<ControlServer> control_;
    Metrics metrics_;
    std::optional<HttpServer> http_;
    std::atomic<bool> ready_ = false;
    core::SteadyTime housekeeping_at_{};  // on the scheduler's strand, as are these two
    core::SteadyTime line_at_{};
    core::WallTime dropped_at_{};
};

}  // namespace curfew::daemon
