#pragma once
// Which clauses a number (an idle time, open files) or a flag does not rule out: a row of bits for every
// stretch between two bounds that the policy names.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "policy/bits.hpp"
#include "policy/truth.hpp"

namespace curfew::policy {

struct Interval {
    std::optional<std::int64_t> from;
    std::optional<std::int64_t> to;  // no part of it
};

class RangeIndex {
  public:
    struct Entry {
        std::size_t clause = 0;
        Interval interval;
    };

    RangeIndex() = default;
    // At most one entry for each clause. `lenient`: clauses that unknown does not rule out.
    RangeIndex(const std::vector<Entry>& entries, const Bits& lenient);

    // Whether so many entries are worth their memory; otherwise each is better asked itself.
    static bool affordable(const std::vector<Entry>& entries, std::size_t words);

    const Word* row(std::optional<std::int64_t> value) const;

  private:
    std::vector<std::int64_t> bounds_;
    Bits rows_;
    Bits unknown_;
    std::size_t words_ = 0;
};

class FlagIndex {
  public:
    explicit FlagIndex(std::size_t words) : rows_{all(words), all(words), all(words)} {}
    // The clause wants the flag to be `set`.
    void add(std::size_t clause, bool set, bool lenient) {
        clear_bit(rows_[set ? 0 : 2], clause);
        if (!lenient) clear_bit(rows_[1], clause);
    }
    const Word* row(Truth value) const { return rows_[static_cast<std::size_t>(value)].data(); }

  private:
    static Bits all(std::size_t words) { return Bits(words, ~Word{0}); }
    std::array<Bits, 3> rows_;  // by truth
};

}  // namespace curfew::policy
