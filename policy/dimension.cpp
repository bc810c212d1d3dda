#include "policy/dimension.hpp"

namespace curfew::policy {

Dimension::Dimension(std::size_t clauses)
    : silent_(words_for(clauses), ~Word{0}), negated_(words_for(clauses)), lenient_(words_for(clauses)) {}

void Dimension::add(std::size_t clause, bool negated, bool asks_certain) {
    used_ = true;
    clear_bit(silent_, clause);
    if (negated) set_bit(negated_, clause);
    // `not x` is certain where x is not even possible: a `not` turns the question round.
    if (asks_certain == negated) set_bit(lenient_, clause);
}

Postings::Postings(const std::vector<std::vector<std::uint32_t>>& clauses_of, std::size_t words)
    : dense_(clauses_of.size(), sparse) {
    begins_.reserve(clauses_of.size() + 1);
    for (std::size_t i = 0; i < clauses_of.size(); ++i) {
        begins_.push_back(static_cast<std::uint32_t>(clauses_.size()));
        if (clauses_of[i].size() <= 4 * words) {
            clauses_.insert(clauses_.end(), clauses_of[i].begin(), clauses_of[i].end());
            continue;
        }
        dense_[i] = static_cast<std::uint32_t>(rows_.size() / words);
        rows_.resize(rows_.size() + words);
        Word* row = rows_.data() + rows_.size() - words;
        for (const std::uint32_t clause : clauses_of[i])
            row[clause / word_bits] |= Word{1} << clause % word_bits;
    }
    begins_.push_back(static_cast<std::uint32_t>(clauses_.size()));
}

}  // namespace curfew::policy
