#pragma once
// Paths of files: absolute and in their shortest form; relative ones by the file in which they stand, so that
// moving a directory moves all of it. Nothing is opened.

#include <optional>
#include <string>

#include "config/decode/value.hpp"

namespace curfew::config {

std::optional<std::string> read_path(const Value& value);

// The same of something secret, which may be one of the service manager's credentials too:
// `credential:NAME`, kept as written.
std::optional<std::string> read_secret_path(const Value& value);

}  // namespace curfew::config
