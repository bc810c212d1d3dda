#pragma once
// Where a server of ours listens: an IP address and a port. A name may lead elsewhere tomorrow, and is none.

#include <cstdint>
#include <string_view>

#include "config/decode/parsed.hpp"
#include "core/address.hpp"

namespace curfew::config {

struct Listen {
    core::IpAddress address;
    std::uint16_t port = 0;
};

// `127.0.0.1:9464`, `[::1]:9464`, or the port alone, which is that of 127.0.0.1.
Parsed<Listen> parse_listen(std::string_view text);

}  // namespace curfew::config
