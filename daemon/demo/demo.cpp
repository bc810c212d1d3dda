// `curfew demo`: an embedded fleet, a policy, and the product's own scheduler and gate at work on it, over
// real sockets.
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <future>
#include <mutex>

#include <spdlog/sinks/null_sink.h>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>

#include "core/lab/lab_fleet.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/runtime.hpp"
#include "daemon/demo/board.hpp"
#include "daemon/demo/commands.hpp"
#include "daemon/demo/lab_time.hpp"
#include "daemon/demo/ready_made.hpp"
#include "daemon/demo/scene.hpp"
#include "daemon/demo/summary.hpp"
#include "daemon/demo/terminal.hpp"
#include "daemon/scheduler/scheduler.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

constexpr core::Milliseconds between_pictures{125};

int complain(const core::Error& error) {
    std::fprintf(stderr, "curfew demo: %s\n", core::describe(error).c_str());
    return exit_failed;
}

// Ends by itself, or with the first Ctrl-C; the second leaves at once.
class Ending {
  public:
    Ending() : signals_(thread_, SIGINT, SIGTERM, SIGHUP) {
        std::signal(SIGPIPE, SIG_IGN);  // whoever stops reading along does not stop the cleaning up
        listen();
    }
    ~Ending() {
        thread_.stop();
        thread_.join();
    }
    void at(core::SteadyTime time) { at_ = time; }
    // False when it is over.
    bool wait(core::Milliseconds pause) {
        std::unique_lock lock{mutex_};
        const auto until = std::min(at_, std::chrono::steady_clock::now() + pause);
        asked_.wait_until(lock, until, [this] { return over_; });
        return !over_ && std::chrono::steady_clock::now() < at_;
    }

  private:
    void listen() {
        signals_.async_wait([this](const boost::system::error_code& error, int number) {
            if (error) return;
            const std::lock_guard lock{mutex_};
            // Nothing that could wait for a lock; only the cursor is brought back.
            if (over_) {
                Terminal::give_cursor_back();
                std::_Exit(128 + number);
            }
            over_ = true;
            asked_.notify_all();
            listen();
        });
    }
    core::SteadyTime at_ = core::SteadyTime::max();
    std::mutex mutex_;
    std::condition_variable asked_;
    bool over_ = false;
    asio::thread_pool thread_{1};
    asio::signal_set signals_;
};

void show(Terminal& terminal, const Board& board) {
    const auto screen = terminal.screen();
    const auto policy = demo_policy_in_words();
    auto view = board.view(session_rows(screen, policy.size()));
    view.policy = policy;
    terminal.draw(draw(view, screen));
}

int play(const DemoOptions& options, Ending& ending, core::lab::LabFleet& lab,
         std::shared_ptr<const config::Config> configuration) {
    LabTime clock{lab.clock(), demo_begin()};
    Outside outside;
    outside.clock = &clock;
    outside.log = std::make_shared<spdlog::sinks::null_sink_mt>();
    outside.around = [&](std::shared_ptr<core::SessionApi> server) -> std::shared_ptr<core::SessionApi> {
        return std::make_shared<LabTimeApi>(std::move(server), lab.clock());
    };
    Runtime runtime{configuration, outside};
    runtime.add_all();
    Board board{*configuration, clock};
    Terminal terminal;
    if (!terminal.drawn_on())
        board.tell = [](const Happening& happening) { Terminal::print(line_of(happening) + "\n"); };
    Enforcer enforcer{runtime.fleet, runtime.gate, clock, runtime.log, false};
    enforcer.watched_by(board);
    Scheduler scheduler{runtime.threads.next(), runtime.members.all(), enforcer, clock, runtime.log,
                        configuration->polling};
    const auto began = std::chrono::steady_clock::now();
    ending.at(began + options.run_for);
    auto running = asio::co_spawn(runtime.threads.next(), scheduler.run(), asio::use_future);
    while (ending.wait(between_pictures)) {
        if (terminal.drawn_on()) show(terminal, board);
    }
    scheduler.stop();
    running.get();
    if (terminal.drawn_on()) show(terminal, board);
    runtime.close();
    const auto real = std::chrono::steady_clock::now() - began;
    const auto witness = witness_of(lab.journal());
    const Played played{std::chrono::round<core::Seconds>(real),
                        std::chrono::round<std::chrono::minutes>(real * options.speed), lab.servers().size()};
    Terminal::print("\n" + summary(played, board.tally(), witness));
    return witness.exempt == 0 ? exit_done : exit_failed;
}

}  // namespace

int demo(const DemoOptions& options) {
    Ending ending;  // before there are files to be cleaned up
    auto files = ReadyMade::in({});
    if (!files) return complain(files.error());
    auto scenario = demo_scenario(options.servers, options.seed, options.speed);
    const auto password = drawn_password();
    scenario.accounts = {{"curfew", password, core::lab::Rights::administrator}};
    if (auto written = (*files)->write_passwords(scenario.accounts); !written)
        return complain(written.error());
    core::lab::LabOptions lab_options;
    lab_options.with_clients = true;
    auto lab = core::lab::LabFleet::start(std::move(scenario), lab_options);
    if (!lab) return complain(lab.error());
    const auto path = (*files)->write_configuration(**lab, demo_policy());
    if (!path) return complain(path.error());
    const auto configuration = load_or_complain(*path);
    if (!configuration) return exit_usage;
    return play(options, ending, **lab, configuration);
}

}  // namespace curfew::daemon
