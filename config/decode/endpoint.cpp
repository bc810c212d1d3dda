#include "config/decode/endpoint.hpp"

#include <algorithm>
#include <charconv>

#include "config/wording.hpp"
#include "core/address.hpp"

namespace curfew::config {
namespace {

constexpr std::string_view expected_endpoint = "expected `host`, `host:port` or `[address]:port`, found ";

// A sentence about a host that cannot be one, without the beginning; empty where nothing is wrong.
std::string flaw_of_host(std::string_view host) {
    if (host.empty()) return "a name is missing";
    if (has_control_character(host)) return "control characters are not allowed";
    if (host.find_first_of(" \t") != std::string_view::npos) return "spaces are not allowed";
    if (host.find_first_of("*?[]{}") != std::string_view::npos)
        return "a server is named in full; patterns and brackets are not allowed";
    if (host.find_first_of("/\\") != std::string_view::npos) return "slashes and backslashes are not allowed";
    const bool numeric = host.find_first_not_of("0123456789.") == std::string_view::npos;
    if (numeric && !core::IpAddress::parse(host)) return "this is not an IPv4 address";
    return {};
}

bool is_v6(std::string_view text) {
    return std::count(text.begin(), text.end(), ':') > 1 && core::IpAddress::parse(text).has_value();
}

}  // namespace

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

Parsed<Endpoint> parse_endpoint(std::string_view text) {
    const auto wrong = [&](const std::string& why) {
        return Wrong{std::string(expected_endpoint) + quote(text) + "; " + why};
    };
    constexpr std::string_view about_ports = "a port is a number from 1 to 65535";
    std::string_view host = text;
    std::string_view port;
    bool has_port = false;
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) return wrong("`]` is missing");
        host = text.substr(1, close - 1);
        if (!is_v6(host)) return wrong("brackets are for IPv6 addresses");
        const std::string_view behind = text.substr(close + 1);
        has_port = !behind.empty();
        if (has_port && behind.front() != ':') return wrong("behind `]` comes `:port` or nothing");
        if (has_port) port = behind.substr(1);
    } else if (!is_v6(text)) {
        const std::size_t colon = text.find(':');
        has_port = colon != std::string_view::npos;
        host = text.substr(0, colon);
        if (has_port) port = text.substr(colon + 1);
        if (std::string flaw = flaw_of_host(host); !flaw.empty()) return wrong(flaw);
    }
    Endpoint endpoint{std::string(host), smb_port};
    if (!has_port) return endpoint;
    const auto number = parse_port(port);
    if (!number) return wrong(std::string(about_ports));
    endpoint.port = *number;
    return endpoint;
}

Parsed<std::string> parse_server_name(std::string_view text) {
    std::string_view name = text;
    if (name.starts_with("\\\\")) name.remove_prefix(2);
    const auto wrong = [&](const std::string& why) {
        return Wrong{"expected the name of a server, found " + quote(text) + "; " + why};
    };
    const auto good = [&] { return Parsed<std::string>(boost::system::in_place_value, name); };
    if (is_v6(name) && !name.starts_with('[')) return good();
    if (std::string flaw = flaw_of_host(name); !flaw.empty()) return wrong(flaw);
    if (name.find(':') != std::string_view::npos) return wrong("a port belongs in `address:`");
    return good();
}

}  // namespace curfew::config
