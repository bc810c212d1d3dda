#pragma once
// What a file may cost. Far above any fleet's need, and low enough that a file made to do harm is refused
// within a second.

#include <cstddef>
#include <string>
#include <string_view>

namespace curfew::config::yaml {

inline constexpr std::size_t max_bytes = std::size_t{1} << 20U;  // of one file
inline constexpr std::size_t max_depth = 64;
inline constexpr std::size_t max_nodes = 200'000;  // of one file, aliases written out

// What to do about a file that is too large, at the end of the sentence that says so.
inline constexpr std::string_view split_it = "; split it with `file:`";

inline std::string too_deep() {
    return "nested more than " + std::to_string(max_depth) + " levels deep";
}

}  // namespace curfew::config::yaml
