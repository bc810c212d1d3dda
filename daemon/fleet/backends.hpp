#pragma once
// Opens servers over SMB with the credentials of the configuration. One credential is acquired once, however
// many servers use it; names are resolved on threads of their own, and kept.

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/auth/gss.hpp"
#include "daemon/fleet/member.hpp"

namespace curfew::core {
class ServerAddresses;
}

namespace curfew::daemon {

class Backends {
  public:
    explicit Backends(const config::Config& config);

    // Credentials that are the same stay acquired; servers that are open keep what they were opened with.
    void reconfigure(const config::Config& config);

    std::shared_ptr<core::SessionApi> open(const config::Server& server, boost::asio::any_io_executor strand);

    // Blocking calls that nobody waits for any more and that have not returned.
    std::size_t abandoned() const;

  private:
    std::shared_ptr<core::ServerAddresses> addresses_;
    struct Credential {
        core::CredentialSpec spec;
        std::shared_ptr<core::GssCredential> acquired;
    };
    mutable std::mutex mutex_;
    std::map<std::string, Credential> credentials_;
    std::vector<std::shared_ptr<core::GssCredential>> retired_;  // a call of theirs may still hang
};

}  // namespace curfew::daemon
