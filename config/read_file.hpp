#pragma once
// The operating system's part: files by name, and names by pattern.

#include <cstddef>
#include <string>
#include <vector>

#include "config/decode/parsed.hpp"

namespace curfew::config {

// At most `limit` bytes: of a longer file its beginning. Regular files only, so that a FIFO cannot hold up
// the start.
Parsed<std::string> read_file(const std::string& path, std::size_t limit);

// Sorted. Empty where nothing matches.
Parsed<std::vector<std::string>> match_files(const std::string& pattern);

}  // namespace curfew::config
