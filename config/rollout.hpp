#pragma once
// The order in which a rule reaches the servers.

#include <cstdint>
#include <string_view>

namespace curfew::config {

// The first 8 bytes of SHA-256 of the rule's name, NUL and the server's name, read as one number with the
// first byte the most significant, modulo 10,000. Names are taken as they are written. 10,000, which no share
// reaches, where OpenSSL has no SHA-256 to give.
std::uint32_t rollout_place(std::string_view rule, std::string_view server);

}  // namespace curfew::config
