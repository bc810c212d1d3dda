#include "config/decode/url.hpp"

#include <algorithm>
#include <optional>

#include "config/decode/endpoint.hpp"
#include "core/address.hpp"
#include "core/text/utf.hpp"

namespace curfew::config {
namespace {

// What may stand in a URL without being written as %XX.
bool may_stand(char c) {
    constexpr std::string_view others = "-._~:/?[]@!$&'()*+,;=%";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
}

bool is_name(std::string_view host) {
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '.' || c == '_';
    });
}

}  // namespace

Parsed<UrlShape> parse_url(std::string_view text) {
    UrlShape shape;
    const std::string begin = core::fold_case(text.substr(0, std::string_view("https://").size()));
    if (begin == "https://")
        shape.secure = true;
    else if (!begin.starts_with("http://"))
        return Wrong{"expected a URL that begins with `https://` or `http://`"};
    const std::string_view rest = text.substr(shape.secure ? 8 : 7);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    // Also where the rest is no URL at all: this is what it has to be told first.
    if (authority.find('@') != std::string_view::npos)
        return Wrong{
            "a user and a password do not belong in a URL, where logs and process lists show them; give "
            "what the header Authorization says in a file, with `authorization_file`"};
    if (rest.find('#') != std::string_view::npos)
        return Wrong{"what stands behind the `#` of a URL is never sent; remove it"};
    if (!std::all_of(text.begin(), text.end(), may_stand))
        return Wrong{
            "a URL holds no blanks, quotes or letters beyond ASCII; write them as `%20` and the like"};
    std::string_view host = authority;
    std::optional<std::string_view> port;
    if (host.starts_with('[')) {
        const std::size_t close = host.find(']');
        if (close == std::string_view::npos) return Wrong{"the `]` behind the address is missing in the URL"};
        const std::string_view behind = host.substr(close + 1);
        host = host.substr(1, close - 1);
        if (!behind.empty() && behind.front() != ':')
            return Wrong{"behind `]` comes `:port` or the path of the URL"};
        if (!behind.empty()) port = behind.substr(1);
        if (host.find_first_of("[]%") != std::string_view::npos || host.find(':') == std::string_view::npos ||
            !core::IpAddress::parse(host))
            return Wrong{"in brackets a URL has an IPv6 address"};
    } else {
        const std::size_t colon = host.find(':');
        if (colon != std::string_view::npos) port = host.substr(colon + 1);
        host = host.substr(0, colon);
        if (!is_name(host)) return Wrong{"the URL names no host, or none that can be"};
    }
    if (port && !parse_port(*port)) return Wrong{"the port of a URL is a number from 1 to 65535"};
    const auto address = core::IpAddress::parse(host);
    shape.loopback = address ? address->is_loopback() : core::fold_case(host) == "localhost";
    return shape;
}

}  // namespace curfew::config
