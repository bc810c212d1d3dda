#include "daemon/fleet/backends.hpp"

#include "core/net/smb_session_api.hpp"

namespace curfew::daemon {
namespace {

constexpr std::size_t resolver_threads = 8;
constexpr std::size_t waiting_names = 20'000;

}  // namespace

Backends::Backends(const config::Config& config)
    : resolver_(std::make_shared<core::BlockingPool>(resolver_threads, waiting_names)) {
    for (const auto& [name, spec] : config.credentials) {
        credentials_.emplace(name, std::make_shared<core::GssCredential>(spec));
    }
}

std::shared_ptr<core::SessionApi> Backends::open(const config::Server& server,
                                                 boost::asio::any_io_executor strand) {
    return core::SmbSessionApi::make(std::move(strand), server.spec, credentials_.at(server.credentials),
                                     resolver_);
}

std::size_t Backends::abandoned() const {
    std::size_t count = resolver_->abandoned();
    for (const auto& [name, credential] : credentials_) count += credential->pool().abandoned();
    return count;
}

}  // namespace curfew::daemon
