#pragma once
// Threads for calls that block (getaddrinfo, GSSAPI) and cannot be cancelled: so many and no more. Whoever
// waits may stop waiting; the call goes on, is counted as abandoned until it returns, and its result goes
// nowhere.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/errors/error.hpp"

namespace curfew::core {

// A place to wait that can be left: woken by the job, or by whoever gives the operation up. All of it happens
// on one strand, the one of `executor`.
class Waiting {
  public:
    explicit Waiting(const boost::asio::any_io_executor& executor);
    boost::asio::awaitable<void> wait();
    void wake();

  private:
    boost::asio::steady_timer timer_;
    bool woken_ = false;
};

// Of all pools together, those nobody waits for any more included. While there are any, whatever they may use
// has to stay: a process that ends must not tear its libraries down under them.
std::size_t blocking_calls_under_way();

class BlockingPool {
  public:
    BlockingPool(std::size_t threads, std::size_t longest_queue);
    ~BlockingPool();  // waits for no call: a thread that hangs in one is left behind with what it needs
    BlockingPool(const BlockingPool&) = delete;
    BlockingPool& operator=(const BlockingPool&) = delete;

    // Runs `job` on a thread of the pool. False when the queue is full.
    bool submit(std::function<void()> job);

    // Takes no more jobs, drops those that wait, and waits for those under way: for calls that cannot hang,
    // when what they use is about to go. Nobody may be submitting any more.
    void finish();

    std::size_t abandoned() const { return state_->abandoned; }

    // Awaits `call` for as long as `waiting` is not woken by somebody else. Must be awaited on the strand of
    // `waiting`. SmbError::pool_exhausted when there is no room, SmbError::abandoned when the wait was cut
    // short.
    template <class T>
    boost::asio::awaitable<Result<T>> run(std::shared_ptr<Waiting> waiting,
                                          boost::asio::any_io_executor strand,
                                          std::function<Result<T>()> call);

  private:
    struct Worker {
        std::thread thread;
        bool busy = false;
    };
    struct State {
        std::mutex mutex;
        std::condition_variable wake;
        std::deque<std::function<void()>> queue;
        std::size_t idle = 0;
        std::list<Worker> workers;
        bool stopping = false;
        std::atomic<std::size_t> abandoned = 0;
    };
    static void work(const std::shared_ptr<State>& state, Worker& self);
    static Error exhausted();
    static Error given_up();

    std::size_t most_threads_;
    std::size_t longest_queue_;
    std::shared_ptr<State> state_;
};

}  // namespace curfew::core

#include "core/auth/blocking_pool_run.hpp"
