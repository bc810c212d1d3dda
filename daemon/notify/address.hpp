#pragma once
// Where a webhook is. An address may be a secret: no error here repeats it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace curfew::daemon {

struct Address {
    bool secure = false;  // https
    std::string host;     // a name or an IP address, without brackets
    std::uint16_t port = 0;
    std::string authority;  // for the header Host
    std::string target;     // path and query; secret where the address is

    bool is_loopback() const;
};

// http://HOST[:PORT][/PATH][?QUERY] and https://...; empty where it is anything else.
std::optional<Address> parse_address(std::string_view url);

// Something to call it by in a log: HOST or HOST:PORT; "(no valid URL)".
std::string called(std::string_view url);

}  // namespace curfew::daemon
