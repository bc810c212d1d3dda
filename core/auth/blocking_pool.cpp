#include "core/auth/blocking_pool.hpp"

#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/errors/smb_error.hpp"

namespace curfew::core {
namespace {

std::atomic<std::size_t> under_way = 0;

}  // namespace

std::size_t blocking_calls_under_way() {
    return under_way;
}

Waiting::Waiting(const boost::asio::any_io_executor& executor)
    : timer_(executor, boost::asio::steady_timer::time_point::max()) {}

boost::asio::awaitable<void> Waiting::wait() {
    if (!woken_) co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
}

void Waiting::wake() {
    woken_ = true;
    timer_.cancel();
}

BlockingPool::BlockingPool(std::size_t threads, std::size_t longest_queue)
    : most_threads_(threads), longest_queue_(longest_queue), state_(std::make_shared<State>()) {}

// Idle threads are waited for, so that none is about when the process, or a library in it, is torn down.
BlockingPool::~BlockingPool() {
    std::vector<std::thread> idle;
    {
        const std::lock_guard lock{state_->mutex};
        state_->stopping = true;
        state_->queue.clear();
        for (auto& worker : state_->workers) {
            if (worker.busy) {
                worker.thread.detach();
            } else {
                idle.push_back(std::move(worker.thread));
            }
        }
        state_->wake.notify_all();
    }
    for (auto& thread : idle) {
        if (thread.joinable()) thread.join();
    }
}

void BlockingPool::finish() {
    {
        const std::lock_guard lock{state_->mutex};
        state_->stopping = true;
        state_->queue.clear();
        state_->wake.notify_all();
    }
    for (auto& worker : state_->workers) {
        if (worker.thread.joinable()) worker.thread.join();
    }
}

bool BlockingPool::submit(std::function<void()> job) {
    const std::lock_guard lock{state_->mutex};
    if (state_->stopping || state_->queue.size() >= longest_queue_) return false;
    state_->queue.push_back(std::move(job));
    // An idle thread that was already called for an earlier job is not free for this one.
    if (state_->queue.size() > state_->idle && state_->workers.size() < most_threads_) {
        auto& worker = state_->workers.emplace_back();
        worker.thread = std::thread{[state = state_, &worker] { work(state, worker); }};
    } else {
        state_->wake.notify_one();
    }
    return true;
}

void BlockingPool::work(const std::shared_ptr<State>& state, Worker& self) {
    std::unique_lock lock{state->mutex};
    while (true) {
        ++state->idle;
        state->wake.wait(lock, [&] { return state->stopping || !state->queue.empty(); });
        --state->idle;
        if (state->queue.empty()) return;
        auto job = std::move(state->queue.front());
        state->queue.pop_front();
        self.busy = true;
        ++under_way;
        lock.unlock();
        job();
        job = nullptr;
        --under_way;
        lock.lock();
        self.busy = false;
    }
}

Error BlockingPool::exhausted() {
    return {make_error_code(SmbError::pool_exhausted), {}};
}
Error BlockingPool::given_up() {
    return {make_error_code(SmbError::abandoned), {}};
}

}  // namespace curfew::core
