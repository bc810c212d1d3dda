#include "policy/lookup.hpp"

#include <algorithm>
#include <bit>

namespace curfew::policy {

Lookup::Lookup(std::vector<Entry> entries) {
    if (entries.empty()) return;
    std::sort(entries.begin(), entries.end());
    entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
    slots_.resize(std::bit_ceil(2 * entries.size()));
    ids_.reserve(entries.size());
    for (auto from = entries.begin(); from != entries.end();) {
        const auto to =
            std::find_if(from, entries.end(), [&](const Entry& entry) { return entry.first != from->first; });
        std::size_t at = first_slot(from->first);
        while (slots_[at].count != 0) at = (at + 1) & (slots_.size() - 1);
        slots_[at] = {from->first, static_cast<std::uint32_t>(ids_.size()),
                      static_cast<std::uint32_t>(to - from)};
        for (; from != to; ++from) ids_.push_back(from->second);
    }
}

}  // namespace curfew::policy
