#pragma once
// What a text has to hold for a pattern to match it, so that thousands of patterns need not be tried: found
// without trying, and never more than is certain.

#include <string>
#include <vector>

#include "policy/pattern.hpp"

namespace curfew::policy {

// Folded, each perhaps empty.
struct Required {
    std::string prefix;  // the text begins with this,
    std::string suffix;  // ends with this,
    std::string inner;   // and has this somewhere
};

// A text that matches meets one of these at least. Empty: nothing is certain. Not of lists.
std::vector<Required> required_of(const NamePattern& pattern);

}  // namespace curfew::policy
