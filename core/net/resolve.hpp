#pragma once
// Host names to addresses by the system's resolver. Blocks: for the resolver's own pool only.

#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "core/errors/error.hpp"

namespace curfew::core {

// Addresses in text need no resolver: empty when `host` is a name.
std::vector<boost::asio::ip::tcp::endpoint> endpoints_of_address(const std::string& host, std::uint16_t port);

Result<std::vector<boost::asio::ip::tcp::endpoint>> resolve(const std::string& host,
                                                            std::uint16_t port);  // blocks

}  // namespace curfew::core
