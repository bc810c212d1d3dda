#pragma once
// Addresses of servers by their names, for everybody who connects: what the address book knows at once, and
// what it does not by the system's resolver, on threads of its own.

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "core/auth/blocking_pool.hpp"
#include "core/net/address_book.hpp"

namespace curfew::core {

class ServerAddresses {
  public:
    using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;
    using Resolve = Result<Endpoints> (*)(const std::string& host, std::uint16_t port);

    ServerAddresses(std::size_t threads, std::size_t longest_queue);
    ServerAddresses(std::size_t threads, std::size_t longest_queue, Resolve resolve);

    // Awaited on `strand`, the one of `waiting`, for as long as that is not woken by somebody else; then
    // SmbError::abandoned. SmbError::pool_exhausted when too many names wait already.
    boost::asio::awaitable<Result<Endpoints>> find(std::string host, std::uint16_t port,
                                                   std::shared_ptr<Waiting> waiting,
                                                   boost::asio::any_io_executor strand);
    // Nobody could be reached at the addresses of this name.
    void doubt(const std::string& host);

    // Look-ups that nobody waits for and that have not returned.
    std::size_t abandoned() const;

  private:
    // Somebody who waits. Whoever leaves takes it out, so that nothing is posted to a strand that is gone.
    struct Ticket {
        std::shared_ptr<Waiting> waiting;
        boost::asio::any_io_executor strand;
        std::optional<Result<AddressBook::Addresses>> result;
    };
    struct State;  // outlives this object where a look-up hangs
    static void look_up(const std::shared_ptr<State>& state, const std::string& host);
    static void tell(State& state, const std::string& host, const Result<AddressBook::Addresses>& result);

    std::shared_ptr<State> state_;
    BlockingPool pool_;
};

}  // namespace curfew::core
