#include "config/decode/listen.hpp"

#include <optional>
#include <string>

#include "config/decode/endpoint.hpp"
#include "config/wording.hpp"

namespace curfew::config {
namespace {

Wrong wrong(std::string_view text, const std::string& why) {
    return {"expected an IP address and a port such as `127.0.0.1:9464`, found " + quote(text) + "; " + why};
}

std::optional<core::IpAddress> plain_address(std::string_view text, bool v4) {
    // A zone or brackets within are taken off where names of clients are read, and are no address here.
    if (text.find_first_of("%[]\\") != std::string_view::npos) return std::nullopt;
    auto address = core::IpAddress::parse(text);
    if (address && (text.find(':') == std::string_view::npos) != v4) address.reset();
    return address;
}

}  // namespace

Parsed<Listen> parse_listen(std::string_view text) {
    constexpr const char* about_ports = "a port is a number from 1 to 65535";
    const std::size_t colon = text.rfind(':');
    const auto port = parse_port(text.substr(colon == std::string_view::npos ? 0 : colon + 1));
    if (text.find_first_not_of("0123456789") == std::string_view::npos) {
        if (!port) return wrong(text, about_ports);
        return Listen{*core::IpAddress::parse("127.0.0.1"), *port};
    }
    if (plain_address(text, true)) return wrong(text, "the port is missing");
    if (plain_address(text, false) || (text.starts_with('[') && text.ends_with(']')))
        return wrong(text, "with a port an IPv6 address has brackets, such as `[::1]:9464`");
    if (colon == std::string_view::npos) return wrong(text, "a name may lead elsewhere; write the address");
    std::string_view host = text.substr(0, colon);
    if (host.empty())
        return wrong(text,
                     "which address is meant? The port alone is that of 127.0.0.1, and `0.0.0.0` every one");
    const bool brackets = host.starts_with('[') && host.ends_with(']');
    if (brackets) host = host.substr(1, host.size() - 2);
    const auto address = plain_address(host, !brackets);
    if (!address && host.find('%') != std::string_view::npos)
        return wrong(text, "addresses of one link, with a `%` behind them, are not listened on");
    if (!address) return wrong(text, quote(host) + " is no address; a name may lead elsewhere");
    if (!port) return wrong(text, about_ports);
    return Listen{*address, *port};
}

}  // namespace curfew::config
