#include "core/lab/lab_fleet.hpp"

#include <algorithm>
#include <cstring>

#include <net/if.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/lab/lab_connection.hpp"
#include "core/smb/crypto.hpp"

namespace curfew::core::lab {
namespace asio = boost::asio;
using asio::ip::tcp;
namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t logon_threads = 2;
constexpr std::size_t waiting_logons = 50'000;
constexpr std::size_t descriptors_besides = 64;
constexpr int backlog = 4096;
constexpr Milliseconds pause_when_exhausted{50};

Error trouble(const boost::system::error_code& code, std::string what) {
    return {code, std::move(what)};
}

asio::ip::address_v4 address_number(std::uint32_t first, std::size_t index) {
    return asio::ip::address_v4{first + static_cast<std::uint32_t>(index)};
}

// A connected server takes one descriptor. The limit is raised as far as it goes without asking anybody.
Result<void> make_room(std::size_t servers, bool with_clients) {
    const std::size_t needed = servers * (with_clients ? 2 : 1) + descriptors_besides;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= needed) return {};
    if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < needed) {
        return trouble(make_error_code(boost::system::errc::too_many_files_open),
                       std::to_string(servers) + " servers need " + std::to_string(needed) +
                           " descriptors and " + std::to_string(limit.rlim_max) +
                           " are allowed: take fewer servers, or raise the hard limit (ulimit -Hn)");
    }
    limit.rlim_cur = limit.rlim_max == RLIM_INFINITY ? needed : limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
        return trouble({errno, boost::system::system_category()}, "raising the limit of descriptors");
    return {};
}

// Linux has all of 127.0.0.0/8; elsewhere an address has to be given to the loopback interface first.
Result<void> check_address(const asio::ip::address_v4& address) {
    asio::io_context context;
    tcp::socket socket{context};
    boost::system::error_code error;
    socket.open(tcp::v4(), error);
    if (!error) socket.bind({address, 0}, error);
    if (!error) return {};
    return trouble(error, "the address " + address.to_string() +
                              " is not this machine's; on macOS give it to the loopback interface first: "
                              "ifconfig lo0 alias " +
                              address.to_string());
}

// Nobody from elsewhere so much as connects, where the system can be told so. Not all can (this is Linux's),
// so the addresses of each connection are looked at as well.
#ifdef SO_BINDTODEVICE
void stay_on_loopback(int listener) {
    constexpr char loopback[] = "lo";
    ::setsockopt(listener, SOL_SOCKET, SO_BINDTODEVICE, loopback, sizeof loopback);
}
#else
void stay_on_loopback(int) {}
#endif

bool is_loopback(const tcp::endpoint& endpoint) {
    return endpoint.address().is_v4() && endpoint.address().to_v4().is_loopback();
}

ServerGuid guid_of(const std::array<std::uint8_t, 8>& lab, std::uint64_t index) {
    ServerGuid guid{};
    std::copy(lab.begin(), lab.end(), guid.begin());
    for (std::size_t i = 0; i < 8; ++i) guid[8 + i] = static_cast<std::uint8_t>(index >> (8 * i));
    return guid;
}

}  // namespace

LabFleet::LabFleet(Scenario scenario, const LabOptions& options)
    : scenario_(std::move(scenario)),
      clock_(scenario_.speed, std::chrono::steady_clock::now()),
      logons_(logon_threads, waiting_logons) {
    if (!options.keep_journal) journal_.count_only();
    if (options.keep_present) journal_.keep_present();
    for (std::size_t i = 0; i < std::max<std::size_t>(options.threads, 1); ++i)
        contexts_.push_back(std::make_unique<asio::io_context>(1));
}

LabFleet::~LabFleet() {
    for (const auto& context : contexts_) context->stop();
    for (auto& thread : threads_) thread.join();
    // Connections end with their contexts, while the servers they know are still there.
    acceptor_.reset();
    contexts_.clear();
    // A logon under way holds the credentials, and with them the file of accounts: left to itself it could
    // outlive the process's last look at its temporary files.
    logons_.finish();
}

Result<std::unique_ptr<LabFleet>> LabFleet::start(Scenario scenario, LabOptions options) {
    const auto count = scenario.servers.size();
    boost::system::error_code error;
    const auto first = asio::ip::make_address_v4(options.first_address, error);
    if (error || !first.is_loopback() ||
        (count > 0 && !address_number(first.to_uint(), count - 1).is_loopback()))
        return trouble(make_error_code(boost::system::errc::invalid_argument),
                       std::to_string(count) + " addresses from " + options.first_address +
                           " on are not all inside 127.0.0.0/8: begin with another, such as 127.77.0.1");
    if (auto room = make_room(count, options.with_clients); !room) return room.error();
    for (const std::size_t index : {std::size_t{0}, count > 0 ? count - 1 : 0}) {
        if (auto there = check_address(address_number(first.to_uint(), index)); !there) return there.error();
    }
    auto credentials = AcceptorCredentials::make(scenario.domain, scenario.accounts, options.keytab);
    if (!credentials) return credentials.error();

    auto servers = std::move(scenario.servers);
    scenario.servers.clear();
    std::unique_ptr<LabFleet> fleet{new LabFleet{std::move(scenario), options}};
    fleet->credentials_ = std::move(*credentials);
    fleet->first_address_ = first.to_uint();
    std::array<std::uint8_t, 8> lab{};
    smb::random_bytes(lab);
    for (std::size_t i = 0; i < count; ++i) {
        fleet->by_name_.emplace(servers[i].name, i);
        const auto seed = fleet->scenario_.seed * 1'000'003 + i;
        fleet->servers_.emplace_back(std::move(servers[i]), address_number(first.to_uint(), i).to_string(),
                                     seed, guid_of(lab, i), fleet->credentials_->hint(), fleet->scenario_,
                                     fleet->clock_, fleet->journal_);
    }
    if (auto listening = fleet->listen(options); !listening) return listening.error();
    fleet->begin();
    return fleet;
}

Result<void> LabFleet::listen(const LabOptions& options) {
    acceptor_.emplace(*contexts_.front());
    boost::system::error_code error;
    acceptor_->open(tcp::v4(), error);
    if (!error) {
        stay_on_loopback(acceptor_->native_handle());
        acceptor_->set_option(asio::socket_base::reuse_address{true}, error);
    }
    if (!error) acceptor_->bind({asio::ip::address_v4::any(), options.port}, error);
    if (!error) acceptor_->listen(backlog, error);
    if (error)
        return trouble(error, "port " + std::to_string(options.port) +
                                  " on the loopback addresses: choose another, or none for a free one");
    port_ = acceptor_->local_endpoint().port();
    return {};
}

void LabFleet::begin() {
    asio::co_spawn(*contexts_.front(), accept_all(), asio::detached);
    for (auto& server : servers_) {
        for (const auto& timed : server.timed_faults())
            asio::co_spawn(*contexts_.front(), run_fault(server, timed), asio::detached);
    }
    for (const auto& context : contexts_) {
        threads_.emplace_back([&io = *context] {
            const auto busy = asio::make_work_guard(io);
            io.run();
        });
    }
}

RunningServer& LabFleet::server(const std::string& name) {
    return servers_[by_name_.at(name)];
}

asio::awaitable<void> LabFleet::accept_all() {
    for (std::size_t next = 0;; ++next) {
        auto [error, socket] =
            co_await acceptor_->async_accept(contexts_[next % contexts_.size()]->get_executor(), as_values);
        if (error == asio::error::operation_aborted) co_return;
        if (error) {
            asio::steady_timer timer{*contexts_.front(), pause_when_exhausted};
            co_await timer.async_wait(as_values);
            continue;
        }
        boost::system::error_code gone;
        const auto local = socket.local_endpoint(gone);
        const auto remote = gone ? tcp::endpoint{} : socket.remote_endpoint(gone);
        if (gone || !is_loopback(local) || !is_loopback(remote)) continue;
        const auto index = local.address().to_v4().to_uint() - first_address_;
        if (index >= servers_.size()) continue;
        const auto executor = socket.get_executor();
        auto connection =
            std::make_shared<LabConnection>(std::move(socket), servers_[index], credentials_, logons_);
        asio::co_spawn(executor, LabConnection::serve(std::move(connection)), asio::detached);
    }
}

asio::awaitable<void> LabFleet::run_fault(RunningServer& server, TimedFault timed) {
    asio::steady_timer timer{*contexts_.front(), clock_.real_time(clock_.begin() + timed.from)};
    co_await timer.async_wait(as_values);
    const auto id = server.faults().set(timed.fault);
    if (!timed.until) co_return;
    timer.expires_at(clock_.real_time(clock_.begin() + *timed.until));
    co_await timer.async_wait(as_values);
    server.faults().remove(id);
}

}  // namespace curfew::core::lab
