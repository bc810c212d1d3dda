#include "core/net/thread_pool.hpp"

namespace curfew::core {

ThreadPool::ThreadPool(std::size_t threads) {
    for (std::size_t i = 0; i < threads; ++i) workers_.push_back(std::make_unique<Worker>());
    for (auto& worker : workers_)
        worker->thread = std::thread{[&context = worker->context] { context.run(); }};
}

ThreadPool::~ThreadPool() {
    join();
}

boost::asio::any_io_executor ThreadPool::next() {
    return workers_[next_++ % workers_.size()]->context.get_executor();
}

void ThreadPool::join() {
    for (auto& worker : workers_) worker->busy.reset();
    for (auto& worker : workers_) {
        if (worker->thread.joinable()) worker->thread.join();
    }
}

}  // namespace curfew::core
