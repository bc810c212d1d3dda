#pragma once
// Embedded servers, and the product as its users run it against them.

#include <memory>
#include <stdexcept>
#include <string>

#include "core/lab/lab_fleet.hpp"
#include "tests/integration/curfew_program.hpp"

namespace curfew::testing {

constexpr const char* lab_account = "svc-curfew";
constexpr const char* lab_password = "secret-curfew";

// Servers with a few people each, to be changed before they run.
inline core::lab::LabSession lab_session(std::string user, std::string client, core::Seconds idle,
                                         std::uint32_t open_files = 0) {
    core::lab::LabSession session;
    session.user = std::move(user);
    session.client = std::move(client);
    session.connected = std::chrono::hours{5};
    session.idle = idle;
    session.open_files = open_files;
    return session;
}

inline core::lab::LabServer lab_server(std::string name, std::vector<core::lab::LabSession> sessions) {
    core::lab::LabServer server;
    server.name = std::move(name);
    server.sessions = std::move(sessions);
    return server;
}

class LabSite {
  public:
    explicit LabSite(std::vector<core::lab::LabServer> servers, core::lab::LabOptions options = {},
                     std::uint64_t seed = 1) {
        core::lab::Scenario scenario;
        scenario.seed = seed;
        scenario.accounts = {{lab_account, lab_password, core::lab::Rights::administrator},
                             {"plain", "secret-plain", core::lab::Rights::user}};
        scenario.servers = std::move(servers);
        auto started = core::lab::LabFleet::start(std::move(scenario), std::move(options));
        if (!started) throw std::runtime_error{core::describe(started.error())};
        fleet_ = std::move(*started);
    }

    core::lab::LabFleet& fleet() { return *fleet_; }
    CurfewSite& site() { return site_; }
    core::lab::RunningServer& server(const std::string& name) { return fleet_->server(name); }
    std::string address(const std::string& name) {
        return server(name).address() + ":" + std::to_string(fleet_->port());
    }

    // `servers:` is added to it.
    void write_config(const std::string& yaml) {
        std::string servers = "servers:\n";
        for (auto& server : fleet_->servers())
            servers += "  - {name: " + server.name() + ", address: '" + address(server.name()) + "'}\n";
        site_.write_config(yaml + servers);
    }

    // Who the server's journal says was ended, as "user@client", one entry a session.
    std::vector<std::string> ended(const std::string& name) {
        std::vector<std::string> who;
        for (const auto& entry : fleet_->journal().entries(name, core::lab::Call::session_del))
            for (const auto& session : entry.ended) who.push_back(session.user + "@" + session.client);
        return who;
    }
    std::vector<core::lab::JournalEntry> calls(const std::string& name) {
        return fleet_->journal().entries(name, core::lab::Call::session_del);
    }

  private:
    std::unique_ptr<core::lab::LabFleet> fleet_;
    CurfewSite site_;
};

}  // namespace curfew::testing
