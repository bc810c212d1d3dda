#pragma once
// From a glob to an expression in RE2's syntax; and what needs none.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "policy/pattern.hpp"

namespace curfew::policy {

struct Glob {
    std::string expression;
    bool everything = false;  // stars only: true of any text, known or not
    bool backslash = false;   // in a class or outside
    // Where the part behind the backslash begins, when exactly one stands outside of a class: no other can
    // then be the one between domain and name.
    std::optional<std::size_t> name_begins;
};

Compiled<Glob> translate_glob(std::string_view text);

// Of a glob without classes. Both are folded and valid UTF-8; so compared they say what RE2 says of them.
bool wildcards_match(std::string_view glob, std::string_view text);

}  // namespace curfew::policy
