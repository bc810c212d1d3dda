#pragma once
// Bytes for tests: from hexadecimal, from text, and back.

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/bytes/writer.hpp"

namespace curfew::testing {

using core::Bytes;

inline Bytes from_hex(std::string_view text) {
    const auto digit = [](char c) -> int {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        throw std::invalid_argument{"not hexadecimal"};
    };
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        bytes.push_back(static_cast<std::uint8_t>(digit(text[i]) << 4 | digit(text[i + 1])));
    }
    return bytes;
}

template <std::size_t size> std::array<std::uint8_t, size> array_from_hex(std::string_view text) {
    const auto bytes = from_hex(text);
    if (bytes.size() != size) throw std::invalid_argument{"another length"};
    std::array<std::uint8_t, size> out{};
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
}

inline std::string hex(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto byte : bytes) {
        text.push_back(digits[byte >> 4]);
        text.push_back(digits[byte & 15]);
    }
    return text;
}

inline Bytes from_text(std::string_view text) {
    return {text.begin(), text.end()};
}

}  // namespace curfew::testing
