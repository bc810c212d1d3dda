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

    // ACCOUNT.password for each of them, readable by nobody else.
    core::Result<void> write_passwords(const std::vector<core::lab::Account>& accounts);
    // `servers-N.yaml` anew, and a curfew.yaml that names them where there is none yet. `policy`: all of it
    // but servers and credentials. The path of the configuration.
    core::Result<std::string> write_configuration(core::lab::LabFleet& lab, const std::string& policy);

  private:
    ReadyMade(std::string directory, bool temporary)
        : directory_(std::move(directory)), temporary_(temporary) {}
    std::string directory_;
    bool temporary_;
};

// Who asks: the first account that may do everything, or the first one where none may.
const core::lab::Account& asking_account(const std::vector<core::lab::Account>& accounts);

// Letters and digits from OpenSSL's generator: nothing that has to be quoted anywhere.
std::string drawn_password();

}  // namespace curfew::daemon
