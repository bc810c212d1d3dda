#pragma once
// One configuration as it is or was in force: immutable, and shared by everybody who works under it. Whoever
// begins something takes the edition of that moment and stays with it; what another edition would end is
// asked of that one anew.

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "config/config.hpp"
#include "daemon/fleet/doubt_book.hpp"
#include "policy/next_match.hpp"

namespace curfew::daemon {

class ClientNames;

class Edition {
  public:
    // `names`: what else is known of clients; null: nothing but what servers report.
    explicit Edition(std::shared_ptr<const config::Config> config,
                     std::shared_ptr<ClientNames> names = nullptr);

    const config::Config& config() const { return *config_; }
    const std::shared_ptr<const config::Config>& shared_config() const { return config_; }
    const policy::Policy& policy() const { return config_->policy; }
    const config::Server* server(std::string_view name) const;  // null: not in this one
    const std::shared_ptr<ClientNames>& names() const { return names_; }

    // What not knowing gets in the way of, under this policy. Has a lock of its own.
    DoubtBook& doubts() const { return *doubts_; }

    // When a server has to be looked at again.
    const policy::NextMatch& next_match() const { return next_match_; }

    // How long a look counts when the server cannot be asked again.
    core::Seconds known_for() const { return 3 * config_->polling.interval; }

  private:
    std::shared_ptr<const config::Config> config_;
    std::shared_ptr<ClientNames> names_;
    std::unordered_map<std::string_view, const config::Server*> servers_;
    std::unique_ptr<DoubtBook> doubts_;
    policy::NextMatch next_match_;
};

using SharedEdition = std::shared_ptr<const Edition>;

}  // namespace curfew::daemon
