#include "policy/name_set.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "policy/required.hpp"

namespace curfew::policy {
namespace {

enum class Place : std::uint8_t { prefix, suffix, inner };

struct Key {
    Place place = Place::prefix;
    std::uint64_t hash = 0;
    std::size_t length = 0;
};

std::vector<Key> keys_of(const Required& required, std::size_t gram) {
    std::vector<Key> keys;
    if (!required.prefix.empty())
        keys.push_back({Place::prefix, hash_of(required.prefix), required.prefix.size()});
    if (!required.suffix.empty()) {
        const std::string backwards{required.suffix.rbegin(), required.suffix.rend()};
        keys.push_back({Place::suffix, hash_of(backwards), required.suffix.size()});
    }
    for (std::size_t at = 0; at + gram <= required.inner.size(); ++at)
        keys.push_back({Place::inner, hash_of(std::string_view{required.inner}.substr(at, gram)), gram});
    return keys;
}

}  // namespace

NameSet::NameSet(std::vector<NamePattern> patterns) : patterns_(std::move(patterns)) {
    std::vector<Lookup::Entry> whole;
    std::vector<std::uint32_t> others;
    for (std::uint32_t id = 0; id < patterns_.size(); ++id) {
        const NamePattern& pattern = patterns_[id];
        if (const auto& plain = pattern.plain()) {
            whole.emplace_back(hash_of(*plain), id);
            longest_ = std::max(longest_, plain->size());
        } else if (pattern.as_list() || pattern.matches_everything()) {
            always_.push_back(id);
        } else {
            others.push_back(id);
        }
    }
    whole_ = Lookup{std::move(whole)};
    index_others(others);
}

// Each pattern under the one of its keys that the fewest others share, so that ten thousand workstations that
// begin alike are told apart by what they end in.
void NameSet::index_others(const std::vector<std::uint32_t>& others) {
    const auto as_one = [](const Key& key) { return key.hash * 3 + static_cast<std::uint64_t>(key.place); };
    std::unordered_map<std::uint64_t, std::size_t> sharing;
    std::vector<std::vector<std::vector<Key>>> keys;  // of each pattern, for each way to match it
    keys.reserve(others.size());
    for (const std::uint32_t id : others) {
        auto& ways = keys.emplace_back();
        for (const Required& required : required_of(patterns_[id]))
            for (const Key& key : ways.emplace_back(keys_of(required, gram))) ++sharing[as_one(key)];
    }
    std::array<std::vector<Lookup::Entry>, 3> entries;
    std::array<std::set<std::size_t>, 3> lengths;
    for (std::size_t i = 0; i < others.size(); ++i) {
        const auto& ways = keys[i];
        const bool known =
            !ways.empty() && std::none_of(ways.begin(), ways.end(), [](const auto& w) { return w.empty(); });
        if (!known) always_.push_back(others[i]);
        for (const auto& way : known ? ways : std::vector<std::vector<Key>>{}) {
            const Key& best = *std::min_element(way.begin(), way.end(), [&](const Key& a, const Key& b) {
                return sharing[as_one(a)] < sharing[as_one(b)];
            });
            entries[static_cast<std::size_t>(best.place)].emplace_back(best.hash, others[i]);
            lengths[static_cast<std::size_t>(best.place)].insert(best.length);
        }
    }
    prefixes_ = Lookup{std::move(entries[0])};
    suffixes_ = Lookup{std::move(entries[1])};
    inner_ = Lookup{std::move(entries[2])};
    prefix_lengths_.assign(lengths[0].begin(), lengths[0].end());
    suffix_lengths_.assign(lengths[1].begin(), lengths[1].end());
}

}  // namespace curfew::policy
