#pragma once
// One kind of condition over all clauses of a policy, each of which says at most one thing of that kind here.
//
// What a clause says is a list of alternatives (patterns, tags, schedules). For one session those that are
// not false are marked, and out come the clauses that nothing of this kind rules out.

#include <cstdint>
#include <vector>

#include "policy/bits.hpp"
#include "policy/truth.hpp"

namespace curfew::policy {

class Dimension {
  public:
    Dimension() = default;
    explicit Dimension(std::size_t clauses);

    // `asks_certain`: the clause is of a rule that ends; otherwise of what keeps, for which unknown will do.
    void add(std::size_t clause, bool negated, bool asks_certain);

    bool used() const { return used_; }
    Word not_ruled_out(std::size_t word, const Bits& marked) const {
        return silent_[word] | (marked[word] ^ negated_[word]);
    }
    // The mark of a clause whose alternatives are all unknown.
    Word if_unknown(std::size_t word) const { return lenient_[word]; }
    void mark_all_unknown(Bits& marked) const { marked = lenient_; }
    void mark_unknown(const Bits& clauses, Bits& marked) const {
        for (std::size_t w = 0; w < marked.size(); ++w) marked[w] |= clauses[w] & lenient_[w];
    }

  private:
    Bits silent_;   // clauses that say nothing of this kind
    Bits negated_;  // clauses that say it with a `not`
    Bits lenient_;  // clauses that are marked by unknown too, as the question comes to the condition itself
    bool used_ = false;
};

// From alternatives, by number, to the clauses that name them.
class Postings {
  public:
    Postings() = default;
    Postings(const std::vector<std::vector<std::uint32_t>>& clauses_of, std::size_t words);

    void mark(std::size_t alternative, Truth truth, const Dimension& dimension, Bits& marked) const {
        if (truth == Truth::no) return;
        const bool certain = truth == Truth::yes;
        if (const std::uint32_t row = dense_[alternative]; row != sparse) {
            const Word* bits = rows_.data() + std::size_t{row} * marked.size();
            for (std::size_t w = 0; w < marked.size(); ++w)
                marked[w] |= certain ? bits[w] : bits[w] & dimension.if_unknown(w);
            return;
        }
        for (std::size_t i = begins_[alternative]; i < begins_[alternative + 1]; ++i) {
            const std::size_t w = clauses_[i] / word_bits;
            const Word bit = Word{1} << clauses_[i] % word_bits;
            marked[w] |= certain ? bit : bit & dimension.if_unknown(w);
        }
    }

  private:
    static constexpr std::uint32_t sparse = ~std::uint32_t{0};

    std::vector<std::uint32_t> begins_;
    std::vector<std::uint32_t> clauses_;
    std::vector<std::uint32_t> dense_;  // the row of an alternative that many clauses name
    Bits rows_;
};

}  // namespace curfew::policy
