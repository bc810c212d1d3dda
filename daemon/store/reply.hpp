#pragma once
// An answer from another thread to a coroutine, on the coroutine's own executor; that is one on which
// handlers run one after the other. The executor may be gone before the answer comes: it is reached under the
// lock only, and let go of by whoever is done first.

#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>

#include "core/auth/blocking_pool.hpp"

namespace curfew::daemon {

template <class T> class Reply {
  public:
    explicit Reply(boost::asio::any_io_executor executor)
        : waiting_(std::make_shared<core::Waiting>(executor)), executor_(std::move(executor)) {}

    // From the other thread, once.
    void tell(T value) {
        const std::lock_guard lock{mutex_};
        if (!waiting_) return;
        value_ = std::move(value);
        boost::asio::post(executor_, [woken = waiting_] { woken->wake(); });
    }

    // Empty where the coroutine was cancelled.
    static boost::asio::awaitable<std::optional<T>> wait(std::shared_ptr<Reply> reply) {
        struct Leaving {
            Reply& reply;
            ~Leaving() {
                const std::lock_guard lock{reply.mutex_};
                reply.waiting_.reset();
                reply.executor_ = {};
            }
        };
        const Leaving leaving{*reply};
        const auto waiting = reply->waiting_;
        co_await waiting->wait();
        const std::lock_guard lock{reply->mutex_};
        co_return std::move(reply->value_);
    }

  private:
    std::mutex mutex_;
    std::shared_ptr<core::Waiting> waiting_;
    boost::asio::any_io_executor executor_;
    std::optional<T> value_;
};

}  // namespace curfew::daemon
