#pragma once
// Names on the wire are UTF-16LE. Inside curfew text is UTF-8; an unpaired surrogate, which Windows allows in
// names, is kept as its three-byte form (WTF-8), so that what was received can be given back bit for bit.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace curfew::core {

std::string utf8_from_utf16(std::u16string_view text);

// Empty where `text` is neither UTF-8 nor its surrogate-keeping superset.
std::optional<std::u16string> utf16_from_utf8(std::string_view text);

bool is_valid_utf8(std::string_view text);  // strict: no surrogates, no overlong forms

// Unicode's simple case folding, as RE2 folds: two names are the same to a server when their folds are equal.
// Bytes that are not UTF-8 are kept as they are.
std::string fold_case(std::string_view text);
// The same into room for twice as many bytes as `text` has; returns the end of what was written.
char* fold_case(std::string_view text, char* out);

}  // namespace curfew::core
