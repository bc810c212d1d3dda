#pragma once
// Text files that are no YAML: calendars and lists. One thing a line, and `#` begins a comment.

#include <optional>
#include <string_view>
#include <vector>

#include "config/files.hpp"

namespace curfew::config {

struct TextLine {
    std::string_view text;   // without blanks around it; never empty
    std::size_t line = 0;    // from 1
    std::size_t column = 0;  // needs no counting of characters: what stands before is blank
};

// Points into `text`. A byte order mark and the line ends of Windows are left out.
std::vector<TextLine> lines_of(std::string_view text);

std::string_view without_blanks(std::string_view text);

// The file behind `{file: PATH}`. Nothing, after a word about it, where there is none.
std::optional<TextFile> read_file_of(const Value& value, std::string_view what, std::string_view example,
                                     Files& files);

}  // namespace curfew::config
