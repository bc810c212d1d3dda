#pragma once
// A directory of its own with what a configuration needs to reach a lab: a password file, and a curfew.yaml.

#include <string>

#include "core/errors/error.hpp"
#include "core/lab/lab_fleet.hpp"

namespace curfew::daemon {

class ReadyMade {
  public:
    // In `directory`, or in a new one under the system's temporary files that is gone with this object.
    static core::Result<std::unique_ptr<ReadyMade>> in(const std::string& directory);
    ~ReadyMade();
    ReadyMade(const ReadyMade&) = delete;
    ReadyMade& operator=(const ReadyMade&) = delete;

    // Readable by nobody else. Replaced if it is there.
    core::Result<void> write_password(const std::string& password);
    // `policy`: all of the configuration but servers and credentials. The path of the file.
    core::Result<std::string> write_configuration(core::lab::LabFleet& lab, const std::string& policy);

    const std::string& directory() const { return directory_; }

  private:
    ReadyMade(std::string directory, bool temporary)
        : directory_(std::move(directory)), temporary_(temporary) {}
    std::string directory_;
    bool temporary_;
};

// `servers:` and `credentials:`, as they stand in that file.
std::string servers_yaml(core::lab::LabFleet& lab, const std::string& account);

// Letters and digits from OpenSSL's generator: nothing that has to be quoted anywhere.
std::string drawn_password();

}  // namespace curfew::daemon
