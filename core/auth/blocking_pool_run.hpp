#pragma once
// The template half of BlockingPool.

#include <mutex>
#include <optional>
#include <utility>

#include <boost/asio/post.hpp>

#include "core/auth/blocking_pool.hpp"

namespace curfew::core {

template <class T>
boost::asio::awaitable<Result<T>> BlockingPool::run(std::shared_ptr<Waiting> waiting,
                                                    boost::asio::any_io_executor strand,
                                                    std::function<Result<T>()> call) {
    // The executor may be gone long before a call that hangs comes back. So it is reached through here only,
    // under the lock, and let go of by whoever is done first.
    struct Shared {
        std::mutex mutex;
        bool waited_for = true;
        std::shared_ptr<Waiting> waiting;
        boost::asio::any_io_executor strand;
        std::optional<Result<T>> result;
    };
    // However the waiting ends, also by the coroutine's destruction.
    struct Leaving {
        std::shared_ptr<Shared> shared;
        std::shared_ptr<State> state;
        ~Leaving() {
            const std::lock_guard lock{shared->mutex};
            shared->waited_for = false;
            if (!shared->result) ++state->abandoned;
            shared->waiting.reset();
            shared->strand = {};
        }
    };
    auto shared = std::make_shared<Shared>();
    shared->waiting = waiting;
    shared->strand = std::move(strand);
    auto job = [shared, state = state_, call = std::move(call)]() mutable {
        {
            const std::lock_guard lock{shared->mutex};
            if (!shared->waited_for) {  // given up on while it stood in the queue
                --state->abandoned;
                return;
            }
        }
        auto result = call();
        call = nullptr;  // what it held goes here, not on the strand
        const std::lock_guard lock{shared->mutex};
        if (!shared->waited_for) {
            --state->abandoned;
            return;
        }
        shared->result = std::move(result);
        boost::asio::post(shared->strand, [woken = std::move(shared->waiting)] { woken->wake(); });
        shared->strand = {};
    };
    if (!submit(std::move(job))) co_return exhausted();
    const Leaving leaving{shared, state_};
    co_await waiting->wait();
    const std::lock_guard lock{shared->mutex};
    if (shared->result) co_return std::move(*shared->result);
    co_return given_up();
}

}  // namespace curfew::core
