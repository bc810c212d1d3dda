#pragma once
// One curfew-side connection to one server, for tests of the two calls.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "core/net/smb_session_api.hpp"
#include "core/net/thread_pool.hpp"
#include "tests/integration/awaited.hpp"
#include "tests/integration/samba_server.hpp"
#include "tests/integration/secret_file.hpp"
#include "tests/integration/temp_dir.hpp"

namespace curfew::testing {

inline core::SteadyTime in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

class Asking {
  public:
    explicit Asking(const SambaServer& server, core::Security security = {},
                    const std::string& user = "svc-curfew")
        : credential_(std::make_shared<core::GssCredential>(
              core::NtlmCredential{user, {secret_file(dir_ / "password", server.user(user).password)}})),
          api_(open({"localhost", "127.0.0.1", server.port(), security})) {}

    Asking(core::ServerSpec spec, core::CredentialSpec credential)
        : credential_(std::make_shared<core::GssCredential>(std::move(credential))),
          api_(open(std::move(spec))) {}

    ~Asking() {
        close();
        threads_.join();
    }

    core::Result<core::Enumeration> enumerate(core::SessionFilter filter = {},
                                              std::chrono::milliseconds time = std::chrono::seconds(10)) {
        return awaited(executor_, api_->enumerate(std::move(filter), in(time)));
    }
    core::SessionDelApi::Outcome disconnect(const std::string& client, const std::string& user) {
        return awaited(executor_,
                       api_->disconnect(*core::ClientName::from(client), *core::UserName::from(user),
                                        in(std::chrono::seconds(10))));
    }
    void close() { awaited(executor_, api_->close(in(std::chrono::seconds(5)))); }

    const core::PipeClient* connection() const { return api_->connection(); }
    core::SmbSessionApi& api() { return *api_; }
    core::GssCredential& credential() { return *credential_; }
    std::filesystem::path password_file() const { return dir_ / "password"; }

  private:
    std::shared_ptr<core::SmbSessionApi> open(core::ServerSpec spec) {
        return core::SmbSessionApi::make(executor_, std::move(spec), credential_, resolver_);
    }

    TempDir dir_;
    core::ThreadPool threads_{2};
    boost::asio::any_io_executor executor_ = threads_.next();
    std::shared_ptr<core::ServerAddresses> resolver_ = std::make_shared<core::ServerAddresses>(2, 100);
    std::shared_ptr<core::GssCredential> credential_;
    std::shared_ptr<core::SmbSessionApi> api_;
};

inline std::vector<std::string> users_of(const core::Enumeration& enumeration) {
    std::vector<std::string> users;
    for (const auto& session : enumeration.sessions) users.push_back(session.user + "@" + session.client);
    std::sort(users.begin(), users.end());
    return users;
}

}  // namespace curfew::testing
