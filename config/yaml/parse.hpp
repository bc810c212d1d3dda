#pragma once
// A text to a tree. Stricter than YAML where YAML is silent about slips: a file is one document in UTF-8
// without duplicate keys and tags.

#include <optional>
#include <string>
#include <string_view>

#include "config/reporter.hpp"
#include "config/yaml/node.hpp"

namespace curfew::config::yaml {

// Empty where nothing can be read. A tree may come with errors, too (duplicate keys); they are reported.
std::optional<Document> parse(const std::string& file, std::string_view text, Reporter& reporter);

}  // namespace curfew::config::yaml
