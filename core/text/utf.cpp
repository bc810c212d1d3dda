#include "core/text/utf.hpp"

#include <algorithm>
#include <array>

#include <utf8proc.h>

namespace curfew::core {
namespace {

// Writes at most four bytes.
char* append(char* out, char32_t c) {
    if (c < 0x80) {
        *out++ = static_cast<char>(c);
    } else if (c < 0x800) {
        *out++ = static_cast<char>(0xC0 | (c >> 6));
        *out++ = static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {  // surrogates included, on purpose
        *out++ = static_cast<char>(0xE0 | (c >> 12));
        *out++ = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        *out++ = static_cast<char>(0x80 | (c & 0x3F));
    } else {
        *out++ = static_cast<char>(0xF0 | (c >> 18));
        *out++ = static_cast<char>(0x80 | ((c >> 12) & 0x3F));
        *out++ = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        *out++ = static_cast<char>(0x80 | (c & 0x3F));
    }
    return out;
}

void append(std::string& out, char32_t c) {
    std::array<char, 4> bytes{};
    out.append(bytes.data(), append(bytes.data(), c));
}

struct Decoded {
    char32_t c = 0;
    std::size_t length = 0;  // 0: not a character here
};

Decoded decode(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
    const unsigned char first = byte(0);
    if (first < 0x80) return {first, 1};
    if (first >= 0xC2 && first < 0xE0 && follows(1)) {
        return {static_cast<char32_t>((first & 0x1F) << 6 | (byte(1) & 0x3F)), 2};
    }
    if (first >= 0xE0 && first < 0xF0 && follows(1) && follows(2)) {
        const auto c = static_cast<char32_t>((first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F));
        if (c >= 0x800) return {c, 3};
    }
    if (first >= 0xF0 && first < 0xF5 && follows(1) && follows(2) && follows(3)) {
        const auto c = static_cast<char32_t>((first & 0x07) << 18 | (byte(1) & 0x3F) << 12 |
                                             (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F));
        if (c >= 0x10000 && c <= 0x10FFFF) return {c, 4};
    }
    return {};
}

bool is_surrogate(char32_t c) {
    return c >= 0xD800 && c <= 0xDFFF;
}

// I with a dot and i without one: only Turkish folds them, to i; simple folding leaves them alone.
bool is_turkish_i(char32_t c) {
    return c == 0x130 || c == 0x131;
}

}  // namespace

std::string utf8_from_utf16(std::u16string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char32_t c = text[i];
        const bool high = c >= 0xD800 && c <= 0xDBFF;
        if (high && i + 1 < text.size() && text[i + 1] >= 0xDC00 && text[i + 1] <= 0xDFFF) {
            c = 0x10000 + ((c - 0xD800) << 10) + (text[++i] - 0xDC00);
        }
        append(out, c);
    }
    return out;
}

std::optional<std::u16string> utf16_from_utf8(std::string_view text) {
    std::u16string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto [c, length] = decode(text);
        if (length == 0) return std::nullopt;
        text.remove_prefix(length);
        if (c >= 0x10000) {
            out.push_back(static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10)));
            out.push_back(static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF)));
        } else {
            out.push_back(static_cast<char16_t>(c));
        }
    }
    return out;
}

bool is_valid_utf8(std::string_view text) {
    while (!text.empty()) {
        if (static_cast<unsigned char>(text.front()) < 0x80) {
            text.remove_prefix(1);
            continue;
        }
        const auto [c, length] = decode(text);
        if (length == 0 || is_surrogate(c)) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string fold_case(std::string_view text) {
    std::string out(2 * text.size(), '\0');
    out.resize(static_cast<std::size_t>(fold_case(text, out.data()) - out.data()));
    return out;
}

// At most two bytes become three (Ⱥ), so there is room enough.
char* fold_case(std::string_view text, char* out) {
    while (!text.empty()) {
        const char first = text.front();
        if (static_cast<unsigned char>(first) < 0x80) {
            *out++ = static_cast<char>(first >= 'A' && first <= 'Z' ? first + 32 : first);
            text.remove_prefix(1);
            continue;
        }
        const auto [c, length] = decode(text);
        if (length == 0 || is_surrogate(c) || is_turkish_i(c)) {
            const std::size_t kept = length == 0 ? 1 : length;
            out = std::copy_n(text.data(), kept, out);
            text.remove_prefix(kept);
            continue;
        }
        text.remove_prefix(length);
        // Up, then down: this brings together what folds to one letter by way of its capital (Greek's two
        // small sigmas, the long s, the Kelvin sign).
        const auto upper = utf8proc_toupper(static_cast<utf8proc_int32_t>(c));
        out = append(out, static_cast<char32_t>(utf8proc_tolower(upper)));
    }
    return out;
}

}  // namespace curfew::core
