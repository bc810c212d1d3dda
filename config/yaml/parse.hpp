#pragma once
// A text to a tree. Stricter than YAML where YAML is silent about slips: a file is one document in UTF-8
// without duplicate keys and tags.

#include <optional>
#include <string>
#include <string_view>

#include "config/reporter.hpp"
#include "config/yaml/limits.hpp"
#include "config/yaml/node.hpp"

namespace curfew::config::yaml {

// Empty where nothing can be read. A tree may come with errors, too (duplicate keys); they are reported.
// `remedy` ends the sentence about a file that is too large.
std::optional<Document> parse(const std::string& file, std::string_view text, Reporter& reporter,
                              std::string_view remedy = split_it);

}  // namespace curfew::config::yaml
