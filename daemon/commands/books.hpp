#pragma once
// The books of the configuration, for whoever is about to end sessions.

#include <memory>
#include <optional>

#include "config/config.hpp"
#include "daemon/store/store.hpp"

namespace curfew::daemon {

// Null where there is no `audit:`, and the log alone has to do. Empty, after a word on standard error, where
// they cannot be opened: then nobody may be ended.
std::optional<std::unique_ptr<Store>> open_books(const config::Config& config, StoreOptions::As as);

}  // namespace curfew::daemon
