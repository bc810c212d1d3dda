#pragma once
// curfew's own two calls, in this process: looks at one server after another, over connections that are kept.

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include "core/net/server_addresses.hpp"
#include "core/net/smb_session_api.hpp"
#include "core/net/thread_pool.hpp"
#include "tests/integration/awaited.hpp"

namespace curfew::bench {

class OwnClient {
  public:
    OwnClient(std::string username, std::string password_file)
        : credential_(std::make_shared<core::GssCredential>(
              core::NtlmCredential{std::move(username), {std::move(password_file)}})) {}
    ~OwnClient() { threads_.join(); }
    OwnClient(const OwnClient&) = delete;
    OwnClient& operator=(const OwnClient&) = delete;

    std::shared_ptr<core::SmbSessionApi> open(const std::string& host, std::uint16_t port) {
        return core::SmbSessionApi::make(strand_, {"localhost", host, port, {}}, credential_, addresses_);
    }
    // How many sessions the last one listed.
    std::size_t look(const std::shared_ptr<core::SmbSessionApi>& api, int times) {
        return testing::awaited(strand_, looks(api, times));
    }
    void close(const std::shared_ptr<core::SmbSessionApi>& api) {
        testing::awaited(strand_, api->close(std::chrono::steady_clock::now() + std::chrono::seconds{5}));
    }

  private:
    static boost::asio::awaitable<std::size_t> looks(std::shared_ptr<core::SmbSessionApi> api, int times) {
        const core::SessionFilter everybody;
        std::size_t sessions = 0;
        for (int i = 0; i < times; ++i) {
            const auto answer = co_await api->enumerate(
                everybody, std::chrono::steady_clock::now() + std::chrono::seconds{30});
            if (!answer) throw std::runtime_error{core::describe(answer.error())};
            sessions = answer->sessions.size();
        }
        co_return sessions;
    }

    core::ThreadPool threads_{2};
    boost::asio::any_io_executor strand_ = threads_.next();
    std::shared_ptr<core::ServerAddresses> addresses_ = std::make_shared<core::ServerAddresses>(1, 10);
    std::shared_ptr<core::GssCredential> credential_;
};

}  // namespace curfew::bench
