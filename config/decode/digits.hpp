#pragma once
// Digits of ASCII, as dates and times of day are written. No signs, no other scripts' digits, no locale.

#include <algorithm>
#include <string_view>

namespace curfew::config {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

constexpr bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// Of up to nine digits and nothing else.
constexpr unsigned number_of(std::string_view digits) {
    unsigned number = 0;
    for (const char digit : digits) number = number * 10 + static_cast<unsigned>(digit - '0');
    return number;
}

}  // namespace curfew::config
