#include "core/net/resolve.hpp"

#include <cerrno>
#include <cstring>
#include <memory>

#include <netdb.h>
#include <sys/socket.h>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>

namespace curfew::core {
namespace asio = boost::asio;
namespace {

constexpr std::size_t most_addresses = 8;

boost::system::error_code code_of(int failure) {
    if (failure == EAI_SYSTEM) return {errno, boost::system::system_category()};
    return {failure, asio::error::get_addrinfo_category()};
}

}  // namespace

std::vector<asio::ip::tcp::endpoint> endpoints_of_address(const std::string& host, std::uint16_t port) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(host, error);
    if (error) return {};
    return {asio::ip::tcp::endpoint{address, port}};
}

Result<std::vector<asio::ip::tcp::endpoint>> resolve(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
    if (failure != 0) {
        return Error{code_of(failure),
                     "looking up " + host + "; give the server an `address` if it is not in DNS"};
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{found, &::freeaddrinfo};
    std::vector<asio::ip::tcp::endpoint> endpoints;
    for (const auto* entry = found; entry && endpoints.size() < most_addresses; entry = entry->ai_next) {
        asio::ip::tcp::endpoint endpoint;
        if (entry->ai_addrlen > endpoint.capacity()) continue;
        endpoint.resize(entry->ai_addrlen);
        std::memcpy(endpoint.data(), entry->ai_addr, entry->ai_addrlen);
        endpoint.port(port);
        endpoints.push_back(endpoint);
    }
    return endpoints;
}

}  // namespace curfew::core
