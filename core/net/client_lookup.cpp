#include "core/net/client_lookup.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include "core/text/utf.hpp"

namespace curfew::core {
namespace {

constexpr std::size_t longest_name = 253;
constexpr std::size_t longest_label = 63;
constexpr std::size_t most_names = 8;
constexpr std::size_t most_addresses = 32;
constexpr std::size_t first_room = 1024;
constexpr std::size_t most_room = 65'536;
constexpr std::size_t v4_prefix = 12;  // of an IPv4 address in IpAddress

bool is_label(std::string_view label) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
    };
    return !label.empty() && label.size() <= longest_label &&
           std::all_of(label.begin(), label.end(), allowed);
}

std::string without_last_dot(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    return std::string{name};
}

std::string first_label(const std::string& name) {
    return fold_case(name.substr(0, name.find('.')));
}

LookupFailure failure_of(int code) {
    const bool final = code == EAI_NONAME || code == EAI_NODATA || code == EAI_ADDRFAMILY;
    return {final, ::gai_strerror(code)};
}

std::optional<IpAddress> address_in(const sockaddr& from) {
    char text[INET6_ADDRSTRLEN] = {};
    if (from.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &from, sizeof v4);
        ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    } else if (from.sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &from, sizeof v6);
        ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    }
    return IpAddress::parse(text);
}

struct Forward {
    std::vector<IpAddress> addresses;
    std::string canonical;
};

// One kind of address, for asked for both at once the system tells the one kind where it could not learn of
// the other.
LookedUp<Forward> look_up(const std::string& name, int family) {
    addrinfo hints{};
    hints.ai_family = family;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_CANONNAME;
    addrinfo* found = nullptr;
    if (const int code = ::getaddrinfo(name.c_str(), nullptr, &hints, &found); code != 0)
        return failure_of(code);
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{found, &::freeaddrinfo};
    Forward forward;
    if (found->ai_canonname) forward.canonical = without_last_dot(found->ai_canonname);
    for (const auto* entry = found; entry; entry = entry->ai_next) {
        if (const auto address = address_in(*entry->ai_addr)) forward.addresses.push_back(*address);
    }
    return forward;
}

LookedUp<Forward> look_up(const std::string& name) {
    Forward forward;
    std::optional<LookupFailure> nothing;
    for (const int family : {AF_INET, AF_INET6}) {
        auto answer = look_up(name, family);
        if (auto* failure = std::get_if<LookupFailure>(&answer)) {
            if (!failure->final) return std::move(*failure);
            nothing = std::move(*failure);
            continue;
        }
        auto& found = std::get<Forward>(answer);
        forward.addresses.insert(forward.addresses.end(), found.addresses.begin(), found.addresses.end());
        if (forward.canonical.empty()) forward.canonical = std::move(found.canonical);
    }
    if (forward.addresses.empty() && nothing) return std::move(*nothing);
    auto& all = forward.addresses;
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    if (all.empty()) return LookupFailure{true, "no address"};
    if (all.size() > most_addresses) return LookupFailure{true, "too many addresses"};
    return forward;
}

// As DNS has them, in the order in which it has them. Unlike getnameinfo it tells all of them.
LookedUp<std::vector<std::string>> reverse(const IpAddress& address) {
    const auto* bytes = address.bytes().data();
    const auto from = address.is_v4() ? v4_prefix : 0;
    const auto size = static_cast<socklen_t>(address.bytes().size() - from);
    const int family = address.is_v4() ? AF_INET : AF_INET6;
    std::vector<char> room(first_room);
    hostent entry{};
    hostent* found = nullptr;
    int trouble = 0;
    while (::gethostbyaddr_r(bytes + from, size, family, &entry, room.data(), room.size(), &found,
                             &trouble) == ERANGE) {
        if (room.size() >= most_room) return LookupFailure{true, "too many names"};
        room.resize(room.size() * 2);
    }
    if (!found) {
        const bool final = trouble == HOST_NOT_FOUND || trouble == NO_DATA;
        return LookupFailure{final, ::hstrerror(trouble)};
    }
    std::vector<std::string> names{entry.h_name};
    for (char** alias = entry.h_aliases; alias && *alias; ++alias) names.emplace_back(*alias);
    return names;
}

// Each once, without those that are short for another.
std::vector<std::string> tidied(std::vector<std::string> names) {
    std::vector<std::string> kept;
    for (auto& name : names) {
        const auto same = [&](const std::string& other) { return fold_case(other) == fold_case(name); };
        if (std::none_of(kept.begin(), kept.end(), same)) kept.push_back(std::move(name));
    }
    const auto full = kept;
    std::erase_if(kept, [&](const std::string& name) {
        if (name.find('.') != std::string::npos) return false;
        return std::any_of(full.begin(), full.end(), [&](const std::string& other) {
            return other.find('.') != std::string::npos && first_label(other) == fold_case(name);
        });
    });
    return kept;
}

}  // namespace

bool is_host_name(std::string_view text) {
    if (text.empty() || text.size() > longest_name) return false;
    std::string_view rest = text;
    while (true) {
        const auto dot = rest.find('.');
        if (!is_label(rest.substr(0, dot))) return false;
        if (dot == std::string_view::npos) break;
        rest.remove_prefix(dot + 1);
    }
    // "1234" and "0x7f.1" are addresses to a resolver.
    in_addr as_number{};
    return ::inet_aton(std::string{text}.c_str(), &as_number) == 0;
}

LookedUp<std::vector<std::string>> names_of(const IpAddress& address) {
    auto said = reverse(address);
    if (const auto* failure = std::get_if<LookupFailure>(&said)) return *failure;
    auto& names = std::get<std::vector<std::string>>(said);
    for (auto& name : names) name = without_last_dot(name);
    if (!std::all_of(names.begin(), names.end(), is_host_name))
        return LookupFailure{true, "what DNS says is no name"};
    names = tidied(std::move(names));
    if (names.size() > most_names) return LookupFailure{true, "too many names"};
    for (const auto& name : names) {
        const auto forward = look_up(name);
        if (const auto* failure = std::get_if<LookupFailure>(&forward))
            return LookupFailure{failure->final, name + ": " + failure->message};
        const auto& back = std::get<Forward>(forward).addresses;
        if (std::find(back.begin(), back.end(), address) == back.end())
            return LookupFailure{true, name + " does not lead back to it"};
    }
    return std::move(names);
}

LookedUp<HostAddresses> addresses_of(const std::string& name) {
    if (!is_host_name(name)) return LookupFailure{true, "not a name to ask for"};
    auto said = look_up(name);
    if (const auto* failure = std::get_if<LookupFailure>(&said)) return *failure;
    auto& forward = std::get<Forward>(said);
    HostAddresses out{std::move(forward.addresses), std::nullopt};
    const std::string& full = forward.canonical;
    const bool may_be_full = name.find('.') == std::string::npos && full.find('.') != std::string::npos &&
                             is_host_name(full) && first_label(full) == fold_case(name);
    if (!may_be_full) return out;
    const auto again = look_up(full);
    const auto* same = std::get_if<Forward>(&again);
    if (same && same->addresses == out.all) out.full_name = full;
    return out;
}

}  // namespace curfew::core
