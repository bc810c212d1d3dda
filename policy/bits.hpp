#pragma once
// Sets of clauses, sixty-four to a word.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace curfew::policy {

using Word = std::uint64_t;
using Bits = std::vector<Word>;
inline constexpr std::size_t word_bits = 64;

constexpr std::size_t words_for(std::size_t bits) {
    return (bits + word_bits - 1) / word_bits;
}
inline void set_bit(Bits& bits, std::size_t at) {
    bits[at / word_bits] |= Word{1} << at % word_bits;
}
inline void clear_bit(Bits& bits, std::size_t at) {
    bits[at / word_bits] &= ~(Word{1} << at % word_bits);
}
inline bool has_bit(const Bits& bits, std::size_t at) {
    return (bits[at / word_bits] >> at % word_bits & 1U) != 0;
}

}  // namespace curfew::policy
