#include "policy/ranges.hpp"

#include <algorithm>

namespace curfew::policy {
namespace {

constexpr std::size_t most_words = std::size_t{1} << 17U;  // of all rows: a megabyte

std::vector<std::int64_t> bounds_of(const std::vector<RangeIndex::Entry>& entries) {
    std::vector<std::int64_t> bounds;
    for (const auto& entry : entries) {
        if (entry.interval.from) bounds.push_back(*entry.interval.from);
        if (entry.interval.to) bounds.push_back(*entry.interval.to);
    }
    std::sort(bounds.begin(), bounds.end());
    bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
    return bounds;
}

}  // namespace

bool RangeIndex::affordable(const std::vector<Entry>& entries, std::size_t words) {
    return (bounds_of(entries).size() + 1) * words <= most_words;
}

RangeIndex::RangeIndex(const std::vector<Entry>& entries, const Bits& lenient)
    : bounds_(bounds_of(entries)), unknown_(lenient.size(), ~Word{0}), words_(lenient.size()) {
    const std::size_t rows = bounds_.size() + 1;
    rows_.resize(rows * words_, ~Word{0});
    const auto place = [&](std::int64_t bound) {
        return static_cast<std::size_t>(std::lower_bound(bounds_.begin(), bounds_.end(), bound) -
                                        bounds_.begin());
    };
    for (const auto& [clause, interval] : entries) {
        // Row n is for values that n bounds do not exceed.
        const std::size_t first = interval.from ? place(*interval.from) + 1 : 0;
        const std::size_t last = interval.to ? place(*interval.to) : rows - 1;
        const Word bit = Word{1} << clause % word_bits;
        for (std::size_t row = 0; row < rows; ++row)
            if (row < first || row > last) rows_[row * words_ + clause / word_bits] &= ~bit;
        if (!has_bit(lenient, clause)) clear_bit(unknown_, clause);
    }
}

const Word* RangeIndex::row(std::optional<std::int64_t> value) const {
    if (!value) return unknown_.data();
    const auto row = std::upper_bound(bounds_.begin(), bounds_.end(), *value) - bounds_.begin();
    return rows_.data() + static_cast<std::size_t>(row) * words_;
}

}  // namespace curfew::policy
