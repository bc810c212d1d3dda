#include "core/net/server_addresses.hpp"

#include <utility>

#include <boost/asio/post.hpp>

#include "core/errors/smb_error.hpp"
#include "core/net/resolve.hpp"

namespace curfew::core {
namespace asio = boost::asio;
namespace {

// A fleet twice as large as any that was thought of.
constexpr std::size_t most_names = 40'000;

ServerAddresses::Endpoints with_port(const AddressBook::Addresses& addresses, std::uint16_t port) {
    ServerAddresses::Endpoints endpoints;
    for (const auto& address : addresses) endpoints.emplace_back(address, port);
    return endpoints;
}

}  // namespace

struct ServerAddresses::State {
    std::mutex mutex;
    AddressBook book{most_names};
    Resolve resolve = nullptr;
    std::map<std::string, std::list<std::shared_ptr<Ticket>>> looking;  // and who waits
};

ServerAddresses::ServerAddresses(std::size_t threads, std::size_t longest_queue)
    : ServerAddresses(threads, longest_queue, &core::resolve) {}

ServerAddresses::ServerAddresses(std::size_t threads, std::size_t longest_queue, Resolve resolve)
    : state_(std::make_shared<State>()), pool_(threads, longest_queue) {
    state_->resolve = resolve;
}

void ServerAddresses::tell(State& state, const std::string& host,
                           const Result<AddressBook::Addresses>& result) {
    const auto looked = state.looking.find(host);
    if (looked == state.looking.end()) return;
    for (const auto& ticket : looked->second) {
        ticket->result = result;
        asio::post(ticket->strand, [woken = std::move(ticket->waiting)] { woken->wake(); });
        ticket->strand = {};
    }
    state.looking.erase(looked);
}

void ServerAddresses::look_up(const std::shared_ptr<State>& state, const std::string& host) {
    const auto endpoints = state->resolve(host, 0);  // blocks
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock{state->mutex};
    if (endpoints) {
        AddressBook::Addresses addresses;
        for (const auto& endpoint : *endpoints) addresses.push_back(endpoint.address());
        if (!addresses.empty()) {
            state->book.found(host, addresses, now);
            return tell(*state, host, addresses);
        }
    }
    auto last_good = state->book.failed(host, now);
    if (!last_good.empty()) return tell(*state, host, std::move(last_good));
    if (endpoints) return tell(*state, host, AddressBook::Addresses{});
    tell(*state, host, endpoints.error());
}

asio::awaitable<Result<ServerAddresses::Endpoints>> ServerAddresses::find(std::string host,
                                                                          std::uint16_t port,
                                                                          std::shared_ptr<Waiting> waiting,
                                                                          asio::any_io_executor strand) {
    const auto state = state_;
    const auto ticket = std::make_shared<Ticket>();
    // However the waiting ends, also by the coroutine's destruction.
    struct Leaving {
        std::shared_ptr<State> state;
        std::shared_ptr<Ticket> ticket;
        std::string host;
        ~Leaving() {
            const std::lock_guard lock{state->mutex};
            const auto looked = state->looking.find(host);
            if (looked != state->looking.end()) looked->second.remove(ticket);
            ticket->waiting.reset();
            ticket->strand = {};
        }
    };
    {
        const std::lock_guard lock{state->mutex};
        const auto now = std::chrono::steady_clock::now();
        auto answer = state->book.ask(host, now);
        if (answer.look_up) {
            state->looking[host];
            const bool begun = pool_.submit([state, host] { look_up(state, host); });
            if (!begun) {
                state->looking.erase(host);
                const auto last_good = state->book.failed(host, now);
                if (answer.addresses.empty()) answer.addresses = last_good;
                if (answer.addresses.empty())
                    co_return Error{make_error_code(SmbError::pool_exhausted), "looking up " + host};
            }
        }
        if (!answer.addresses.empty()) co_return with_port(answer.addresses, port);
        ticket->waiting = waiting;
        ticket->strand = std::move(strand);
        state->looking[host].push_back(ticket);
    }
    const Leaving leaving{state, ticket, host};
    co_await waiting->wait();
    const std::lock_guard lock{state->mutex};
    if (!ticket->result) co_return Error{make_error_code(SmbError::abandoned), {}};
    if (!*ticket->result) co_return ticket->result->error();
    co_return with_port(**ticket->result, port);
}

void ServerAddresses::doubt(const std::string& host) {
    const std::lock_guard lock{state_->mutex};
    state_->book.doubt(host);
}

std::size_t ServerAddresses::abandoned() const {
    const std::lock_guard lock{state_->mutex};
    std::size_t count = 0;
    for (const auto& [host, waiting] : state_->looking) count += waiting.empty();
    return count;
}

}  // namespace curfew::core
