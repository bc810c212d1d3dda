#include "daemon/commands/books.hpp"

#include <cstdio>

#include "daemon/output/escape.hpp"

namespace curfew::daemon {

std::optional<std::unique_ptr<Store>> open_books(const config::Config& config, StoreOptions::As as) {
    if (!config.audit) return std::unique_ptr<Store>{};
    StoreOptions options;
    options.as = as;
    options.version = CURFEW_VERSION;
    options.config_digest = config.digest;
    auto store = Store::open(config.audit->path, options);
    if (store) return std::move(*store);
    std::fprintf(stderr, "curfew: the audit cannot be opened, and without it nobody is ended: %s\n",
                 for_people(core::describe(store.error())).c_str());
    return std::nullopt;
}

}  // namespace curfew::daemon
