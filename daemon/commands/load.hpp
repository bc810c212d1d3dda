#pragma once
// Configurations for commands that ask no server.

#include <memory>
#include <string>
#include <vector>

#include "config/config.hpp"

namespace curfew::daemon {

// On standard error, a line each.
void complain(const std::vector<config::Diagnostic>& diagnostics);

config::Loaded load_all_or_complain(const std::string& path);

// The configuration, or its errors on standard error and nothing.
std::shared_ptr<const config::Config> load_or_complain(const std::string& path);

}  // namespace curfew::daemon
