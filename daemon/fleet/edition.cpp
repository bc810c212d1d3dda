#include "daemon/fleet/edition.hpp"

#include <utility>

namespace curfew::daemon {

Edition::Edition(std::shared_ptr<const config::Config> config, std::shared_ptr<ClientNames> names)
    : config_(std::move(config)),
      names_(std::move(names)),
      doubts_(std::make_unique<DoubtBook>(config_->policy)),
      next_match_(config_->policy) {
    for (const auto& server : config_->servers) servers_.emplace(server.traits.name, &server);
}

const config::Server* Edition::server(std::string_view name) const {
    const auto found = servers_.find(name);
    return found == servers_.end() ? nullptr : found->second;
}

}  // namespace curfew::daemon
