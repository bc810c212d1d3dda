#include "daemon/fleet/backends.hpp"

#include "core/net/smb_session_api.hpp"

namespace curfew::daemon {
namespace {

constexpr std::size_t resolver_threads = 8;
constexpr std::size_t waiting_names = 20'000;

}  // namespace

Backends::Backends(const config::Config& config)
    : addresses_(std::make_shared<core::ServerAddresses>(resolver_threads, waiting_names)) {
    reconfigure(config);
}

void Backends::reconfigure(const config::Config& config) {
    const std::lock_guard lock{mutex_};
    std::map<std::string, Credential> kept;
    for (const auto& [name, spec] : config.credentials) {
        const auto known = credentials_.find(name);
        const bool same = known != credentials_.end() && known->second.spec == spec;
        kept.emplace(name, same ? std::move(known->second)
                                : Credential{spec, std::make_shared<core::GssCredential>(spec)});
    }
    std::erase_if(retired_, [](const auto& one) { return one->pool().abandoned() == 0; });
    for (auto& [name, credential] : credentials_)
        if (credential.acquired) retired_.push_back(std::move(credential.acquired));
    credentials_ = std::move(kept);
}

std::shared_ptr<core::SessionApi> Backends::open(const config::Server& server,
                                                 boost::asio::any_io_executor strand) {
    const std::lock_guard lock{mutex_};
    return core::SmbSessionApi::make(std::move(strand), server.spec,
                                     credentials_.at(server.credentials).acquired, addresses_);
}

std::size_t Backends::abandoned() const {
    std::size_t count = addresses_->abandoned();
    const std::lock_guard lock{mutex_};
    for (const auto& [name, credential] : credentials_) count += credential.acquired->pool().abandoned();
    for (const auto& credential : retired_) count += credential->pool().abandoned();
    return count;
}

}  // namespace curfew::daemon
