#pragma once
// Kleene's three-valued logic. Unknown is not false: `not` of unknown is unknown, and only a `true` ends a
// session.

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace curfew::policy {

enum class Truth : std::uint8_t { no = 0, unknown = 1, yes = 2 };  // ordered, so that and is min, or is max

constexpr Truth truth_of(bool value) {
    return value ? Truth::yes : Truth::no;
}
constexpr Truth operator&&(Truth a, Truth b) {
    return std::min(a, b);
}
constexpr Truth operator||(Truth a, Truth b) {
    return std::max(a, b);
}
constexpr Truth operator!(Truth a) {
    return static_cast<Truth>(2 - static_cast<int>(a));
}

constexpr std::string_view to_string(Truth value) {
    switch (value) {
        case Truth::no: return "false";
        case Truth::unknown: return "unknown";
        case Truth::yes: return "true";
    }
    return "unknown";
}

}  // namespace curfew::policy
