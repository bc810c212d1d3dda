#include "daemon/reload/config_watcher.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/errors/error.hpp"
#include "daemon/reload/edit_watch.hpp"
#include "daemon/reload/file_poll.hpp"
#include "daemon/reload/inotify.hpp"
#include "daemon/reload/places.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;

// Everything below runs on one strand.
class ConfigWatcher::Shell : public std::enable_shared_from_this<Shell> {
  public:
    Shell(const asio::any_io_executor& executor, Clock& clock, Log& log)
        : strand_(asio::make_strand(executor)), timer_(strand_), clock_(clock), log_(log) {}

    // The number is inotify_'s to close.
    ~Shell() {
        if (ready_) ready_->release();
    }

    const asio::any_io_executor& strand() const { return strand_; }

    void watch(std::vector<std::string> files, std::vector<std::string> directories) {
        if (stopped_) return;
        start();
        const Places before = edits_.places();
        const bool was_watched = all_watched_;
        if (files != files_ || directories != directories_) {
            files_ = std::move(files);
            directories_ = std::move(directories);
            poll_ = FilePoll{};
            poll_.saw(fingerprint(), now());
        }
        settle();
        if (edits_.places() != before || (all_watched_ && !was_watched)) edits_.changed(now());
        timer_.cancel();
    }

    asio::awaitable<bool> changed() {
        const auto self = shared_from_this();
        while (!stopped_) {
            hear();
            poll();
            const auto due = edits_.due();
            if (due && *due <= now()) {
                edits_.taken(now());
                co_return true;
            }
            auto wake = due;
            if (!all_watched_) wake = std::min(wake.value_or(poll_.next()), poll_.next());
            timer_.expires_at(wake ? clock_.timer_at(*wake) : core::SteadyTime::max());
            co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
        }
        co_return false;
    }

    void stop() {
        stopped_ = true;
        timer_.cancel();
        if (ready_) ready_->cancel();
    }

  private:
    core::SteadyTime now() const { return clock_.now().steady; }

    // Once; where it fails, at the next reading again.
    void start() {
        if (ready_) return;
        auto opened = Inotify::open();
        if (!opened) return trouble("/", opened.error());
        inotify_ = std::move(*opened);
        ready_.emplace(strand_, inotify_.descriptor());
        asio::co_spawn(strand_, listen(shared_from_this()), asio::detached);
    }

    asio::awaitable<void> listen([[maybe_unused]] std::shared_ptr<Shell> self) {
        while (!stopped_) {
            const auto [error] = co_await ready_->async_wait(asio::posix::descriptor_base::wait_read,
                                                             asio::as_tuple(asio::use_awaitable));
            if (error) break;
            hear();
            timer_.cancel();
        }
        ready_->release();
        ready_.reset();
        inotify_ = {};
        all_watched_ = false;
    }

    void hear() {
        bool elsewhere = false;
        for (const auto& event : inotify_.read()) elsewhere = edits_.saw(event, now()) || elsewhere;
        if (elsewhere) settle();
    }

    // Between finding the ways and watching them somebody may have moved one. So until they stay where they
    // are; whoever keeps moving them is heard of, and comes back here.
    void settle() {
        constexpr int tries = 5;
        for (int i = 0; i < tries; ++i) {
            Places places = places_of(files_, directories_, link_on_disk);
            const bool same = i > 0 && places == edits_.places();
            edits_.expect(std::move(places));
            if (same) return;
            watch_places();
        }
    }

    void watch_places() {
        all_watched_ = ready_.has_value();
        if (!all_watched_) return;
        for (const auto& [directory, error] : inotify_.watch(edits_.places())) {
            all_watched_ = false;
            trouble(directory, error);
        }
        if (all_watched_) told_.clear();
    }

    void trouble(const std::string& directory, const core::Error& error) {
        all_watched_ = false;
        if (!told_.insert({directory, error.code.value()}).second) return;
        log_.warning("config_unwatched", {{"directory", directory},
                                          {"error", core::name_of(error.code)},
                                          {"message", core::describe(error)}});
    }

    Fingerprint fingerprint() const {
        Fingerprint seen;
        for (const auto& file : files_) seen.push_back(look_at(file));
        for (const auto& directory : directories_) seen.push_back(look_at(directory));
        return seen;
    }

    void poll() {
        if (all_watched_ || now() < poll_.next()) return;
        if (poll_.saw(fingerprint(), now())) {
            edits_.changed(now());
            settle();
        }
    }

    asio::any_io_executor strand_;
    asio::steady_timer timer_;  // cancelled when there is something new to think about
    Clock& clock_;
    Log& log_;
    Inotify inotify_;
    std::optional<asio::posix::stream_descriptor> ready_;  // of inotify_
    EditWatch edits_;
    FilePoll poll_;
    std::vector<std::string> files_;
    std::vector<std::string> directories_;
    bool all_watched_ = true;
    std::set<std::pair<std::string, int>> told_;
    bool stopped_ = false;
};

ConfigWatcher::ConfigWatcher(const asio::any_io_executor& executor, Clock& clock, Log& log)
    : shell_(std::make_shared<Shell>(executor, clock, log)) {}

ConfigWatcher::~ConfigWatcher() {
    stop();
}

void ConfigWatcher::watch(std::vector<std::string> files, std::vector<std::string> directories) {
    asio::post(shell_->strand(),
               [shell = shell_, files = std::move(files), directories = std::move(directories)]() mutable {
                   shell->watch(std::move(files), std::move(directories));
               });
}

asio::awaitable<bool> ConfigWatcher::changed() {
    const auto shell = shell_;
    co_return co_await asio::co_spawn(shell->strand(), shell->changed(), asio::use_awaitable);
}

void ConfigWatcher::stop() {
    asio::post(shell_->strand(), [shell = shell_] { shell->stop(); });
}

}  // namespace curfew::daemon
