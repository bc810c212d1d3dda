#pragma once
// What a client goes by when a pattern is held against it. A name with dots has two spellings: in full, and
// its first label. A client of several names or addresses fits a pattern where all of them do, fits it not
// where none does, and else it is unknown.

#include <algorithm>
#include <string_view>

#include "policy/pattern.hpp"

namespace curfew::policy {

inline std::string_view first_label(std::string_view name) {
    return name.substr(0, name.find('.'));
}

// `test` tells of one spelling whether the pattern matches it. A name without dots may be short for a full
// one that nobody knows, so it can match and never fail to.
template <class Test> Truth of_name(std::string_view name, const Test& test) {
    const Truth whole = test(name);
    if (name.find('.') == std::string_view::npos) return whole == Truth::no ? Truth::unknown : whole;
    return first_label(name).empty() ? whole : whole || test(first_label(name));
}

template <class Test> Truth of_names(const ClientFacts& client, const Test& test) {
    if (client.name) {
        if (!client.found) return test(std::string_view{*client.name});
        const bool is_short = client.name->find('.') == std::string::npos;
        if (!is_short || !client.found->full_name) return of_name(*client.name, test);
        return of_name(*client.found->full_name, test) || test(std::string_view{*client.name});
    }
    if (!client.found || client.found->names.empty()) return Truth::unknown;
    const auto& names = client.found->names;
    const Truth first = of_name(names.front(), test);
    const bool all_alike = std::all_of(names.begin() + 1, names.end(),
                                       [&](const auto& name) { return of_name(name, test) == first; });
    return all_alike ? first : Truth::unknown;
}

inline Truth of_addresses(const ClientFacts& client, const core::CidrBlock& block) {
    if (client.address) return truth_of(block.contains(*client.address));
    if (!client.found || client.found->addresses.empty()) return Truth::unknown;
    const auto& all = client.found->addresses;
    const auto inside = [&](const core::IpAddress& address) { return block.contains(address); };
    if (std::all_of(all.begin(), all.end(), inside)) return Truth::yes;
    return std::none_of(all.begin(), all.end(), inside) ? Truth::no : Truth::unknown;
}

inline bool has_several_names(const ClientFacts& client) {
    return !client.name && client.found && client.found->names.size() > 1;
}

}  // namespace curfew::policy
