#pragma once
// An Asio thread pool in which every thread has a context of its own. A server is given to one of them for
// good, so its handlers never run at the same time and need no strand, and no thread has to be woken to hand
// work to another.

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace curfew::core {

class ThreadPool {
  public:
    explicit ThreadPool(std::size_t threads);
    ~ThreadPool();  // join()
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    // One thread's executor, each in turn: what is posted to it runs one after the other.
    boost::asio::any_io_executor next();

    // Waits until everything that was begun is over.
    void join();

  private:
    struct Worker {
        boost::asio::io_context context{1};
        boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy{context.get_executor()};
        std::thread thread;
    };
    std::vector<std::unique_ptr<Worker>> workers_;
    std::atomic<std::size_t> next_ = 0;
};

}  // namespace curfew::core
