#include "daemon/notify/address.hpp"

#include <algorithm>
#include <charconv>

#include "core/address.hpp"
#include "core/text/utf.hpp"

namespace curfew::daemon {
namespace {

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// What may stand in a path or a query as it is: nothing that could end a line or a header.
bool is_target(std::string_view text) {
    constexpr std::string_view others = "-._~:/?[]@!$&'()*+,;=%";
    return std::all_of(text.begin(), text.end(),
                       [&](char c) { return is_plain(c) || others.find(c) != std::string_view::npos; });
}

bool is_host(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_plain(c) || c == '-' || c == '.' || c == '_';
    });
}

std::optional<std::uint16_t> port_of(std::string_view text) {
    std::uint16_t port = 0;
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc{} || stopped != end || port == 0) return std::nullopt;
    return port;
}

}  // namespace

bool Address::is_loopback() const {
    const auto address = core::IpAddress::parse(host);
    return address ? address->is_loopback() : core::fold_case(host) == "localhost";
}

std::optional<Address> parse_address(std::string_view url) {
    Address address;
    const std::string scheme = core::fold_case(url.substr(0, url.find(':')));
    if (scheme != "http" && scheme != "https") return std::nullopt;
    address.secure = scheme == "https";
    address.port = address.secure ? 443 : 80;
    url.remove_prefix(scheme.size());
    if (!url.starts_with("://")) return std::nullopt;
    url.remove_prefix(3);
    const auto authority = url.substr(0, url.find_first_of("/?#"));
    const auto target = url.substr(authority.size());
    if (!is_target(target)) return std::nullopt;  // a fragment too
    address.authority = authority;
    address.target = std::string{target.starts_with('/') ? "" : "/"} + std::string{target};

    std::string_view behind;
    if (authority.starts_with('[')) {
        const auto close = authority.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        address.host = authority.substr(1, close - 1);
        if (address.host.find_first_not_of("0123456789abcdefABCDEF:.") != std::string::npos ||
            !core::IpAddress::parse(address.host))
            return std::nullopt;
        behind = authority.substr(close + 1);
    } else {
        const auto host = authority.substr(0, authority.find(':'));
        if (!is_host(host)) return std::nullopt;
        address.host = host;
        behind = authority.substr(host.size());
    }
    if (behind.empty()) return address;
    const auto port = behind.starts_with(':') ? port_of(behind.substr(1)) : std::nullopt;
    if (!port) return std::nullopt;
    address.port = *port;
    return address;
}

std::string called(std::string_view url) {
    const auto address = parse_address(url);
    return address ? address->authority : "(no valid URL)";
}

}  // namespace curfew::daemon
