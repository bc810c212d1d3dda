// `disconnect --everywhere`: a person ends every session of somebody on the fleet, through the running daemon
// where there is one.
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include <unistd.h>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>

#include "daemon/by_hand/everywhere_board.hpp"
#include "daemon/commands/books.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/reach.hpp"
#include "daemon/commands/runtime.hpp"
#include "daemon/output/escape.hpp"

namespace curfew::daemon {
namespace {

using Each = std::function<void(const EverywhereNews&)>;

void complain(const std::string& text) {
    std::fprintf(stderr, "curfew: %s\n", for_people(text).c_str());
}
void complain(const core::Error& error) {
    complain(error.context.empty() ? core::describe(error) : error.context);
}

// Ctrl-C while something is under way: what was begun is finished. A second one leaves at once.
class Interrupt {
  public:
    explicit Interrupt(std::function<void()> then = {}) : then_(std::move(then)) { wait(); }
    ~Interrupt() {
        thread_.stop();
        thread_.join();
    }
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;
    bool came() const { return came_; }

  private:
    void wait() {
        signals_.async_wait([this](const boost::system::error_code& error, int number) {
            if (error) return;
            if (came_.exchange(true)) std::_Exit(128 + number);
            if (then_) then_();
            wait();
        });
    }
    std::function<void()> then_;
    std::atomic<bool> came_ = false;
    boost::asio::thread_pool thread_{1};
    boost::asio::signal_set signals_{thread_, SIGINT, SIGTERM};
};

class Hands {
  public:
    virtual ~Hands() = default;
    // Empty where it went no further, and why has been said.
    virtual std::optional<EverywhereSummary> look(const Each& each) = 0;
    virtual int end(const EverywhereSummary& shown, const Each& each) = 0;  // the exit status
};

class OwnHands final : public Hands {
  public:
    OwnHands(Runtime& runtime, EverywhereRequest request) : runtime_(runtime), request_(std::move(request)) {}

    std::optional<EverywhereSummary> look(const Each& each) override {
        const Interrupt interrupt;
        Ear ear{each, interrupt};
        shown_ = runtime_.wait_for(look_everywhere(parts(), request_, ear));
        if (!shown_) return std::nullopt;
        return summary_of(*shown_, 0);
    }
    int end(const EverywhereSummary&, const Each& each) override {
        const Interrupt interrupt;
        Ear ear{each, interrupt};
        const auto counts = runtime_.wait_for(end_everywhere(parts(), std::move(*shown_), who_am_i(), ear));
        return counts.all_done() ? exit_done : exit_failed;
    }

  private:
    class Ear final : public EverywhereEar {
      public:
        Ear(const Each& each, const Interrupt& interrupt) : each_(each), interrupt_(interrupt) {}
        boost::asio::awaitable<bool> hear(const EverywhereNews& news) override {
            each_(news);
            co_return !interrupt_.came();
        }

      private:
        const Each& each_;
        const Interrupt& interrupt_;
    };
    EverywhereParts parts() {
        return {runtime_.members, runtime_.fleet, runtime_.gate, runtime_.clock, nullptr};
    }
    Runtime& runtime_;
    EverywhereRequest request_;
    std::optional<EverywhereShown> shown_;
};

class DaemonsHands final : public Hands {
  public:
    DaemonsHands(const config::Config& config, EverywhereRequest request)
        : config_(config), request_(std::move(request)) {}

    std::optional<EverywhereSummary> look(const Each& each) override {
        std::optional<EverywhereSummary> summary;
        const int exit = ask(everywhere_look_json(request_), [&](const std::string& line) {
            if (!is_summary(line)) return take(line, each);
            const auto read = read_summary(line);
            if (read)
                summary = *read;
            else
                complain("the daemon's answer is not understood: " + read.error().context);
        });
        if (exit != exit_done && !(summary && summary->disconnects == 0)) return std::nullopt;
        return summary;
    }
    int end(const EverywhereSummary& shown, const Each& each) override {
        return ask(everywhere_end_json({shown.token, shown.disconnects}),
                   [&](const std::string& line) { take(line, each); });
    }

  private:
    static void take(const std::string& line, const Each& each) {
        if (const auto news = read_news(line))
            each(*news);
        else
            complain("the daemon's answer is not understood: " + news.error().context);
    }
    int ask(const std::string& request, const std::function<void(const std::string&)>& line) {
        auto client = reach(config_);
        if (!client || !*client) {
            complain("the daemon is gone; nothing was done");
            return exit_failed;
        }
        const Interrupt interrupt{[&] { (*client)->leave(); }};
        const auto answer = (*client)->ask(request, line);
        if (interrupt.came()) {
            complain("left; the daemon finishes the calls under way and begins no other");
            return exit_failed;
        }
        if (!answer) {
            complain(answer.error());
            return exit_failed;
        }
        if (!answer->error.empty()) complain(answer->error);
        return answer->exit;
    }
    const config::Config& config_;
    EverywhereRequest request_;
};

// How far it is: on a terminal in one line that changes, else a line now and then.
class ProgressLine {
  public:
    void show(const std::string& text) {
        if (terminal_) {
            std::fprintf(stderr, "\r%s\x1b[K", text.c_str());
            shown_ = true;
            return;
        }
        const auto now = clock_.now().steady;
        if (text == last_ || now < next_) return;
        next_ = now + core::Seconds{5};
        last_ = text;
        std::fprintf(stderr, "%s\n", text.c_str());
    }
    void clear() {
        if (shown_) std::fputs("\r\x1b[K", stderr);
        shown_ = false;
    }

  private:
    const bool terminal_ = ::isatty(STDERR_FILENO) == 1;
    SystemClock clock_;
    core::SteadyTime next_ = clock_.now().steady + core::Seconds{5};
    std::string last_;
    bool shown_ = false;
};

enum class Answer { agreed, declined, cannot_ask };

Answer agree(const EverywhereOptions& options, const EverywhereSummary& summary) {
    const auto number = std::to_string(summary.disconnects);
    if (options.yes) {
        if (*options.yes == summary.disconnects) return Answer::agreed;
        complain("--yes " + std::to_string(*options.yes) + ", but " + number +
                 " would be ended: nothing was done");
        return Answer::declined;
    }
    if (::isatty(STDIN_FILENO) != 1) {
        complain("no terminal to ask on: say --yes " + number);
        return Answer::cannot_ask;
    }
    std::printf("\nEnd %s? [y/N] ", number.c_str());
    std::fflush(stdout);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes" ? Answer::agreed : Answer::declined;
}

int disconnect_by(Hands& hands, const EverywhereOptions& options) {
    EverywhereBoard board;
    ProgressLine line;
    const auto summary = hands.look([&](const EverywhereNews& news) {
        board.take(news);
        if (std::holds_alternative<EverywhereCounts>(news)) line.show(board.progress());
    });
    line.clear();
    if (!summary) return exit_failed;
    std::fputs(board.shown().c_str(), stdout);
    if (summary->disconnects == 0) {
        complain("nobody matches who could be ended");
        return exit_failed;
    }
    std::printf("\n%s\n", EverywhereBoard::question(*summary).c_str());
    std::fflush(stdout);
    switch (agree(options, *summary)) {
        case Answer::agreed: break;
        case Answer::declined: return exit_failed;
        case Answer::cannot_ask: return exit_usage;
    }
    const int exit = hands.end(*summary, [&](const EverywhereNews& news) {
        board.take(news);
        if (const auto text = board.said(news); !text.empty()) {
            line.clear();
            std::printf("%s\n", text.c_str());
            std::fflush(stdout);
        }
        if (std::holds_alternative<EverywhereCounts>(news)) line.show(board.progress());
    });
    line.clear();
    std::fputs(board.over().c_str(), stdout);
    return exit;
}

}  // namespace

int disconnect_everywhere(const EverywhereOptions& options) {
    const auto config = load_or_complain(options.config);
    if (!config) return exit_usage;
    const EverywhereRequest request{options.users, options.clients, options.override_protect};
    // What the daemon would say of it is said without one too.
    if (const auto sound = read_everywhere_look(everywhere_look_json(request)); !sound) {
        complain(sound.error());
        return exit_usage;
    }
    auto daemon = reach(*config);
    if (!daemon) {
        complain(daemon.error());
        return exit_failed;
    }
    if (daemon->has_value()) {
        daemon->reset();  // a connection for each question
        DaemonsHands hands{*config, request};
        return disconnect_by(hands, options);
    }
    const auto store = open_books(*config, StoreOptions::As::visitor);
    if (!store) return exit_failed;
    Runtime runtime{config, {.store = store->get()}};
    runtime.add_all();
    OwnHands hands{runtime, request};
    const int status = disconnect_by(hands, options);
    runtime.close();
    return status;
}

}  // namespace curfew::daemon
