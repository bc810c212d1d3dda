#pragma once
// Addresses to names and names to addresses, by the system's resolver. Both block: for a pool of their own
// only. What a resolver says comes from strangers, so an answer is whole and sound or it is none.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/address.hpp"

namespace curfew::core {

struct LookupFailure {
    bool final = false;   // DNS says that there is nothing, or nothing sound; else it did not answer
    std::string message;  // for people; may quote what DNS said
};

template <class T> using LookedUp = std::variant<T, LookupFailure>;

// All names of an address, each of which leads back to that very address; never empty. One that does not
// spoils the answer. A name without dots is left out where it begins another one.
LookedUp<std::vector<std::string>> names_of(const IpAddress& address);

struct HostAddresses {
    std::vector<IpAddress> all;            // in order, each once; never empty
    std::optional<std::string> full_name;  // of a name without dots, where it leads to the same addresses
};
LookedUp<HostAddresses> addresses_of(const std::string& name);

// Letters, digits, `-`, `_` and dots between labels, at most 253 of them, and no other spelling of an
// address. Nothing else is asked of a resolver, or believed.
bool is_host_name(std::string_view text);

}  // namespace curfew::core
