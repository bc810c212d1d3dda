#pragma once
// `curfew lab` in a process of its own, so that its cost is not counted, from its start to Ctrl-C.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "tests/integration/process.hpp"
#include "tests/integration/temp_dir.hpp"

namespace curfew::bench {

class LabProcess {
  public:
    // The servers of a scenario: what stands under `servers:`. Throws when it does not come up.
    explicit LabProcess(const std::string& servers);

    double came_up_in() const { return came_up_in_; }  // seconds
    // When its time began, at the earliest.
    core::WallTime began() const { return began_; }
    pid_t pid() const { return process_.pid(); }
    std::filesystem::path dir() const { return dir_ / "lab"; }
    std::filesystem::path password_file() const { return dir() / "curfew.password"; }
    std::string config() const;  // its ready-made one
    // An entry of `servers` for each, and the credentials, for a configuration of one's own in dir().
    static std::string reached_by();

    struct Address {
        std::string host;
        std::uint16_t port = 0;
    };
    Address address_of(const std::string& server) const;

    double end();  // seconds

  private:
    testing::TempDir dir_;
    core::WallTime began_{};
    testing::ChildProcess process_;
    double came_up_in_ = 0;
};

}  // namespace curfew::bench
