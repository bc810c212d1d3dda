#pragma once
// Whether `protect` of one configuration is certain to protect everybody whom that of another does.
//
// An entry protects where its condition is true or unknown. So it is asked, entry by entry, whether one
// session might be, for which the old entry is not false and every new one is false. Questions are taken for
// independent of each other but for what protect_questions.hpp knows: `covered` is proven, and what is not
// may be so all the same.

#include <cstddef>
#include <string>
#include <vector>

#include "config/config.hpp"

namespace curfew::config {

struct Uncovered {
    std::vector<std::size_t> entries;  // of the old `protect`
    bool more = false;                 // nobody looked at the rest
    bool empty() const { return entries.empty() && !more; }
};

// On every server that both have with the same traits.
Uncovered uncovered(const Config& before, const Config& after);

// On those whose traits are others now: what is not covered there, and as the new file spells them, on which.
struct UncoveredOn {
    Uncovered what;
    std::vector<std::string> servers;
};
std::vector<UncoveredOn> uncovered_on_altered(const Config& before, const Config& after);

}  // namespace curfew::config
