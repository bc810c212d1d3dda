#pragma once
// How diagnostics speak of what stands in a file. Text from a file may be long or hold control characters;
// whoever reads the message on a terminal is spared both.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace curfew::config {

std::string quote(std::string_view text);  // `text`, escaped and cut

std::string key_path(std::string_view parent, std::string_view key);  // "rules[2].when"
std::string item_path(std::string_view parent, std::size_t index);    // "rules[2]"

std::string any_of(std::span<const std::string_view> words);  // "`a`, `b` or `c`"

// Control characters of ASCII and Latin-1 (C0, DEL, C1), in UTF-8.
bool has_control_character(std::string_view text);

// "; did you mean `idle`?" for the closest of `candidates`, or nothing when none is close.
std::string did_you_mean(std::string_view text, std::span<const std::string_view> candidates);

}  // namespace curfew::config
