#pragma once
// Names of servers, and where to connect to them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/decode/parsed.hpp"

namespace curfew::config {

inline constexpr std::uint16_t smb_port = 445;

struct Endpoint {
    std::string host;  // a name, or an address without brackets
    std::uint16_t port = smb_port;
};

Parsed<Endpoint> parse_endpoint(std::string_view text);  // host, host:port, [v6]:port, v6

std::optional<std::uint16_t> parse_port(std::string_view text);  // in digits alone, and not 0

// Without leading backslashes.
Parsed<std::string> parse_server_name(std::string_view text);

}  // namespace curfew::config
