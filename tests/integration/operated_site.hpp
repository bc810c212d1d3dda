#pragma once
// The daemon as an operator has it: with its audit and its control socket, over a lab.

#include <algorithm>
#include <optional>

#include <gtest/gtest.h>

#include "config/config.hpp"
#include "daemon/store/rows.hpp"
#include "daemon/store/schema.hpp"
#include "tests/integration/lab_site.hpp"

namespace curfew::testing {

inline constexpr const char* operated = R"(
mode: enforce
audit: {path: audit.db}
control: {socket: control.sock}
)";

class OperatedSite : public LabSite {
  public:
    using LabSite::LabSite;

    // The sections of the daemon and the servers are added.
    void configure(const std::string& policy) { write_config(operated + policy); }
    std::string path(const std::string& name) { return (site().dir() / name).string(); }
    std::string text() { return read_file(site().dir() / "curfew.yaml"); }

    void start() {
        daemon_.emplace(site().start({"run"}, "log"));
        EXPECT_TRUE(
            eventually([&] { return ask({"status"}).out.find("untried") == std::string::npos && up(); },
                       std::chrono::seconds{30}))
            << log();
    }
    bool up() { return ask({"status"}).err.empty(); }
    void stop() {
        daemon_->signal(SIGTERM);
        EXPECT_TRUE(daemon_->wait(std::chrono::seconds{30})) << log();
        daemon_.reset();
    }
    void kill() {
        daemon_->signal(SIGKILL);
        daemon_->wait(std::chrono::seconds{30});
        daemon_.reset();
    }
    ChildProcess& daemon() { return *daemon_; }
    void daemon(ChildProcess process) { daemon_.emplace(std::move(process)); }

    RunResult ask(std::vector<std::string> arguments) { return site().run(std::move(arguments)); }
    std::string log() { return site().log("log"); }
    bool logged(const std::string& text) {
        return eventually([&] { return log().find(text) != std::string::npos; }, std::chrono::seconds{30});
    }
    bool gone(const std::string& server, const std::string& who) {
        return eventually(
            [&] {
                const auto all = ended(server);
                return std::find(all.begin(), all.end(), who) != all.end();
            },
            std::chrono::seconds{30});
    }

    std::vector<daemon::Row> rows() {
        std::vector<daemon::Row> all;
        auto books = daemon::open_books_to_read(path("audit.db"));
        if (!books) return all;
        const auto read = daemon::read_rows(**books, {}, [&](const daemon::Row& row) {
            all.push_back(row);
            return true;
        });
        EXPECT_TRUE(read) << core::describe(read.error());
        return all;
    }
    std::vector<daemon::Row> rows(const std::string& kind) {
        auto all = rows();
        std::erase_if(all, [&](const auto& row) { return row.kind != kind; });
        return all;
    }

  private:
    std::optional<ChildProcess> daemon_;
};

}  // namespace curfew::testing
