#include "daemon/running/daemon.hpp"

#include <csignal>
#include <cstdlib>
#include <thread>

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include "daemon/bans/ban_orders.hpp"
#include "daemon/fleet/sayings.hpp"
#include "daemon/running/control.hpp"
#include "daemon/running/restart.hpp"
#include "daemon/running/web.hpp"
#include "daemon/status/status_json.hpp"
#include "daemon/unused_memory.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

constexpr core::Milliseconds comes_round_at_least{10'000};
constexpr core::Seconds housekeeping_every{5};
constexpr core::Seconds line_every{30};
constexpr std::chrono::hours drops_every{24};

// Not a lambda that is a coroutine: what it captured would be gone before it ends.
asio::awaitable<core::Result<ControlReply>> count(std::atomic<int>& serving, ControlHandler serve,
                                                  ControlRequest request, Progress& progress) {
    struct Serving {
        std::atomic<int>& number;
        ~Serving() { --number; }
    };
    ++serving;
    const Serving one{serving};
    co_return co_await serve(std::move(request), progress);
}

}  // namespace

Daemon::Daemon(Runtime& runtime, Store* store, ServiceManager& service, Options options)
    : runtime_(runtime),
      store_(store),
      service_(service),
      options_(options),
      started_(runtime.clock.now().wall),
      enforcer_(runtime.fleet, runtime.gate, runtime.clock, runtime.log, options.observe),
      scheduler_(runtime.threads.next(), runtime.members.all(), enforcer_, runtime.clock, runtime.log,
                 runtime.config->polling),
      reloader_(runtime, scheduler_, book_, watchers_),
      signals_(signal_thread_) {
    wire();
}

// Nothing of it runs on the runtime's threads any more: whoever made it has seen to that.
Daemon::~Daemon() {
    if (store_) store_->on_trouble({});
    signal_thread_.stop();
    signal_thread_.join();
    aside_.stop();
    aside_.join();
}

void Daemon::wire() {
    if (store_) {
        recorder_.emplace(*store_, runtime_.fleet, runtime_.clock);
        reloader_.recorded_by(*recorder_);
        store_->on_trouble([this](const std::string& trouble) { audit_health(trouble); });
        auto orphans = store_->orphans();
        if (!orphans) {
            runtime_.log.error("not_remembered", {{"what", "calls without an outcome"},
                                                  {"message", core::describe(orphans.error())}});
            orphans = std::vector<Orphan>{};
        }
        orphans_.emplace(std::move(*orphans), *store_, runtime_.clock, runtime_.log);
        // First: what is known of the past of a server is written before anything new is.
        watchers_.add(*orphans_);
        watchers_.add(*recorder_);
    }
    watchers_.add(book_);
    notify_.emplace(runtime_.threads.next(), runtime_.config->notify, runtime_.clock, runtime_.log);
    watchers_.add(notify_->watcher());
    watchers_.add(metrics_);
    enforcer_.watched_by(watchers_);
    const auto interval = service_.watchdog_interval().value_or(comes_round_at_least);
    scheduler_.on_progress([this] { came_round(); }, std::min(interval, comes_round_at_least));
    reloader_.in_force = [this](const config::Config& config) {
        notify_->reconfigure(config.notify);
        say_what_needs_a_restart(config);
        service_.status(in_one_line(status()));
    };
}

void Daemon::audit_health(const std::string& trouble) {
    if (trouble.empty()) {
        runtime_.log.info("audit_recovered", {{"message", "the audit can be written again"}});
    } else {
        runtime_.log.error("audit_failing",
                           {{"message", trouble}, {"enforcement", "stopped until it can be written"}});
    }
    watchers_.audit_health(trouble);
}

// The first signal lets the call under way end and begins nothing new; the second leaves at once.
void Daemon::on_signals() {
    signals_.async_wait([this](const boost::system::error_code& error, int number) {
        if (error) return;
        if (number == SIGHUP) {
            asio::post(aside_, [this] { reload({}); });
            on_signals();
            return;
        }
        if (stops_++ > 0) {
            runtime_.log.warning("killed", {{"signal", number},
                                            {"message", "leaving at once; the audit says what was begun"}});
            runtime_.log.flush();
            std::_Exit(128 + number);
        }
        runtime_.log.info("stopping", {{"signal", number},
                                       {"message", "finishing what is under way; again to leave at once"}});
        stopping_ = true;
        service_.stopping();
        scheduler_.stop();
        on_signals();
    });
}

Reloaded Daemon::reload(const ReloadRequest& asked) {
    service_.reloading(runtime_.clock.now().steady);
    Reloaded reloaded;
    try {
        reloaded = reloader_.read(asked);
        const auto places = reloader_.places();
        if (edits_) edits_->watch(places.files, places.directories);
    } catch (const std::exception& problem) {
        // Memory, or a library in distress.
        runtime_.log.error("config_refused", {{"message", problem.what()}});
        reloaded = {Reloaded::Is::refused, {}, {problem.what()}, {}, {}, {}};
    }
    service_.reloaded();
    return reloaded;
}

void Daemon::tripped(const policy::Trip& trip) {
    say_tripped(runtime_.log, trip);
    watchers_.tripped(trip);
}

asio::awaitable<void> Daemon::follow_edits() {
    // Not `while (co_await ...)`: GCC 12 makes a trap of it.
    for (;;) {
        const bool go_on = co_await edits_->changed();
        if (!go_on) co_return;
        reload({});
    }
}

void Daemon::began(const config::Loaded& loaded) {
    if (const auto& trouble = service_.trouble())
        runtime_.log.error("service_manager", {{"message", core::describe(*trouble)}});
    const auto& config = *runtime_.config;
    if (store_) {
        restore(*store_, runtime_);
        recorder_->configured(*runtime_.fleet.edition(), loaded.texts);
        std::vector<std::string> servers;
        for (const auto& server : config.servers) servers.push_back(server.traits.name);
        orphans_->only(servers);
    }
    const bool observe = options_.observe || config.mode == policy::Mode::observe;
    runtime_.log.info("started", {{"config", config.path},
                                  {"digest", config.digest},
                                  {"mode", observe ? "observe" : "enforce"},
                                  {"servers", std::uint64_t{config.servers.size()}},
                                  {"rules", std::uint64_t{config.policy.rules.size()}}});
    if (!config.audit) {
        runtime_.log.warning("no_audit", {{"message",
                                           "there is no `audit:`; calls are on the log alone, and "
                                           "holds and trips do not outlive the process"}});
    }
    for (const auto& hold : runtime_.fleet.holds())
        runtime_.log.warning("held", {{"scope", to_string(hold.scope)},
                                      {"until", utc_text(hold.until.wall)},
                                      {"who", hold.who},
                                      {"reason", hold.reason}});
    say_rules_off(runtime_.log, config.policy, runtime_.clock.now().wall);
    const auto& polling = config.polling;
    const auto used_within =
        policy::longest_apart + 2 * polling.interval + std::chrono::ceil<core::Seconds>(polling.timeout);
    if (const auto names = runtime_.fleet.edition()->names())
        names->keep_fresh(runtime_.threads.next(), used_within);
}

// A socket that cannot be had is said, and no reason not to enforce: nobody can end a hold without it.
void Daemon::listen() {
    const auto& config = *runtime_.config;
    if (config.control) {
        commands_ = std::make_unique<Control>(*this);
        auto counted = [this, serve = handler_of(*commands_)](ControlRequest request, Progress& progress) {
            return count(serving_, serve, std::move(request), progress);
        };
        control_.emplace(runtime_.threads.next(), *config.control, std::move(counted), runtime_.clock,
                         runtime_.log);
        if (const auto started = control_->start(); !started) {
            runtime_.log.error("control_unavailable", {{"socket", config.control->socket},
                                                       {"message", core::describe(started.error())}});
            control_.reset();
        }
    }
    if (config.http) {
        HttpSources sources;
        const auto of_everybody = [this](std::string text) {
            constexpr std::size_t large = 1 << 20;
            if (text.size() >= large) asio::post(aside_, give_back_unused_memory);
            return text;
        };
        sources.metrics = [this, of_everybody] {
            return of_everybody(metrics_.text(status(), numbers_of(book_, notify_->counters())));
        };
        sources.status_json = [this, of_everybody] { return of_everybody(status_json(status())); };
        sources.plan_json = [this, of_everybody] { return of_everybody(plan_json(status(), book_)); };
        sources.not_ready = [this] { return not_ready(status()); };
        http_.emplace(runtime_.threads.next(), *config.http, std::move(sources), runtime_.log);
        const auto started = http_->start();
        const auto where = config.http->address + ":" + std::to_string(config.http->port);
        if (started)
            runtime_.log.info("http_listening", {{"address", where}});
        else
            runtime_.log.error("http_unavailable",
                               {{"address", where}, {"message", core::describe(started.error())}});
    }
}

void Daemon::close_ears() {
    if (control_) control_->stop();
    if (http_) http_->stop();
}

// Where the daemon keeps its books and listens is of the start.
void Daemon::say_what_needs_a_restart(const config::Config& config) {
    const auto& began = *runtime_.config;
    std::string sections;
    const auto differs = [&](const char* name, bool different) {
        if (different) sections += (sections.empty() ? "" : ", ") + std::string{name};
    };
    differs("audit", config.audit != began.audit);
    differs("control", config.control != began.control);
    differs("http", config.http != began.http);
    differs("log.format", config.log.format != began.log.format);
    if (sections.empty()) return;
    runtime_.log.warning("restart_needed",
                         {{"sections", sections},
                          {"message",
                           "the rest of the configuration is in force; these stay as they were at the "
                           "start until curfew is restarted"}});
}

void Daemon::run(const config::Loaded& loaded) {
    began(loaded);
    edits_.emplace(aside_.get_executor(), runtime_.clock, runtime_.log);
    edits_->watch(loaded.watched_files, loaded.watched_directories);
    listen();
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    signals_.add(SIGHUP);
    on_signals();
    asio::co_spawn(aside_, follow_edits(), asio::detached);
    notify_->start();
    service_.ready();
    runtime_.wait_for(scheduler_.run());

    close_ears();
    edits_->stop();
    // What was begun for somebody is finished, like a visit at the gate; they begin nothing more.
    constexpr core::Milliseconds pause{10};
    while (serving_ > 0) std::this_thread::sleep_for(pause);
    if (store_) write_down(*store_, runtime_);
    constexpr core::Seconds last_news{5};
    runtime_.wait_for(notify_->stop(runtime_.clock.now().steady + last_news));
    runtime_.close();
}

// On the scheduler's strand: nothing here may block.
void Daemon::came_round() {
    const auto now = runtime_.clock.now();
    service_.progress(now.steady);
    if (now.steady < housekeeping_at_) return;
    housekeeping_at_ = now.steady + housekeeping_every;
    for (const auto& hold : runtime_.fleet.expire_holds(now.steady)) {
        runtime_.log.info("hold_over", {{"scope", to_string(hold.scope)}, {"reason", hold.reason}});
        if (!store_) continue;
        store_->put_later({hold_note(hold.id), ""});
        recorder_->released(hold, "");
    }
    end_bans({store_, runtime_.fleet, runtime_.clock, runtime_.log});
    if (store_ && now.wall - dropped_at_ >= drops_every) {
        dropped_at_ = now.wall;
        const auto edition = runtime_.fleet.edition();
        if (const auto& audit = edition->config().audit) store_->drop_before(now.wall - audit->keep);
    }
    if (now.steady < line_at_) return;
    line_at_ = now.steady + line_every;
    service_.status(in_one_line(status()));
}

}  // namespace curfew::daemon
