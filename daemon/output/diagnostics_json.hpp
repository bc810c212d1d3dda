#pragma once
// What `check` found, for editors and CI.

#include <string>
#include <vector>

#include "config/diagnostic.hpp"

namespace curfew::daemon {

// An array of objects with `file`, `line`, `column`, `path`, `severity` and `message`. Lines and columns
// count from 1, columns in characters; both are 0 where the file could not be read. `path` is empty for the
// file as a whole, `severity` is `error` or `warning`.
std::string diagnostics_json(const std::vector<config::Diagnostic>& diagnostics);

}  // namespace curfew::daemon
