#pragma once
// The template half of BlockingPool.

#include <optional>
#include <utility>

#include <boost/asio/post.hpp>

#include "core/auth/blocking_pool.hpp"

namespace curfew::core {

template <class T>
boost::asio::awaitable<Result<T>> BlockingPool::run(std::shared_ptr<Waiting> waiting,
                                                    boost::asio::any_io_executor strand,
                                                    std::function<Result<T>()> call) {
    struct Shared {
        std::optional<Result<T>> result;  // touched on the strand only
        std::atomic<bool> waited_for = true;
    };
    auto shared = std::make_shared<Shared>();
    auto job = [shared, waiting, strand, state = state_, call = std::move(call)]() mutable {
        if (!shared->waited_for) {  // given up on while it stood in the queue
            --state->abandoned;
            return;
        }
        auto result = std::make_shared<std::optional<Result<T>>>(call());
        call = nullptr;  // what it held goes here, not on the strand
        // Exactly one of this thread and the waiter sees the other: that one keeps the count.
        if (!shared->waited_for.exchange(false)) {
            --state->abandoned;
            return;
        }
        boost::asio::post(strand, [shared, waiting, result] {
            shared->result = std::move(*result);
            waiting->wake();
        });
    };
    if (!submit(std::move(job))) co_return exhausted();
    co_await waiting->wait();
    if (shared->result) co_return std::move(*shared->result);
    ++state_->abandoned;
    if (!shared->waited_for.exchange(false)) --state_->abandoned;  // it returned in this very moment
    co_return given_up();
}

}  // namespace curfew::core
