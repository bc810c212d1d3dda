#pragma once
// Runs one awaitable to its end on a thread pool like the product's, and gives back what it gave.

#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

namespace curfew::testing {

template <class Executor, class T> T awaited(const Executor& executor, boost::asio::awaitable<T> operation) {
    return boost::asio::co_spawn(executor, std::move(operation), boost::asio::use_future).get();
}

}  // namespace curfew::testing
