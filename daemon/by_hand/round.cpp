#include "daemon/by_hand/round.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

// Whoever left is noticed when something is said to them.
constexpr core::Milliseconds counts_every{500};

}  // namespace

Round::Round(asio::any_io_executor executor, Clock& clock, std::function<bool()> stopping, EverywhereEar& ear,
             const EverywhereCounts& counts)
    : executor_(std::move(executor)),
      clock_(clock),
      stopping_(std::move(stopping)),
      ear_(ear),
      counts_(counts),
      wake_(executor_),
      counts_at_(clock.now().steady + counts_every) {}

void Round::tell(EverywhereNews news) {
    news_.push_back(std::move(news));
    wake_.cancel();
}

asio::awaitable<bool> Round::tell_counts() {
    counts_at_ = clock_.now().steady + counts_every;
    const EverywhereNews news = counts_;
    const bool heard = co_await ear_.hear(news);
    listening_ = listening_ && heard;
    co_return goes_on();
}

asio::awaitable<void> Round::pass_on() {
    while (!news_.empty() && listening_) {
        const auto news = std::move(news_.front());
        news_.pop_front();
        listening_ = co_await ear_.hear(news);
    }
    if (!listening_) news_.clear();
    if (listening_ && clock_.now().steady >= counts_at_) co_await tell_counts();
}

asio::awaitable<void> Round::labour(const Work& work, std::size_t pieces) {
    while (next_ < pieces && goes_on() && !failure_) {
        auto piece = work(next_++);
        co_await std::move(piece);
    }
}

asio::awaitable<bool> Round::run(std::size_t pieces, std::size_t at_once, const Work& work) {
    next_ = 0;
    running_ = std::min(pieces, std::max<std::size_t>(at_once, 1));
    for (std::size_t i = running_; i > 0; --i) {
        asio::co_spawn(executor_, labour(work, pieces), [this](std::exception_ptr failure) {
            if (failure) failure_ = failure;
            --running_;
            wake_.cancel();
        });
    }
    // Not before all of them are over: they work on what lives here.
    while (running_ > 0 || !news_.empty()) {
        co_await pass_on();
        if (running_ == 0 || !news_.empty()) continue;
        wake_.expires_at(clock_.timer_at(clock_.now().steady + counts_every));
        co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    if (failure_) std::rethrow_exception(failure_);
    co_return goes_on();
}

asio::awaitable<bool> Round::pause(core::Milliseconds length) {
    const auto until = clock_.now().steady + length;
    while (goes_on() && clock_.now().steady < until) {
        co_await clock_.wait_until(std::min(until, clock_.now().steady + counts_every));
        co_await tell_counts();
    }
    co_return goes_on();
}

}  // namespace curfew::daemon
