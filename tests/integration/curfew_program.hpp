#pragma once
// The product itself, as its users run it: a configuration in a directory, a command, its output.

#include <string>
#include <vector>

#include "tests/integration/process.hpp"
#include "tests/integration/samba_server.hpp"
#include "tests/integration/temp_dir.hpp"

namespace curfew::testing {

// The path of the program: $CURFEW_PROGRAM, or what the build says.
std::string curfew_program();

// One line of `withheld` or `disconnects` in the JSON, as "server user@client: word".
struct SweepJson {
    std::string mode;
    std::vector<std::string> servers;  // "fs1 ok", "fs2 ERROR_ACCESS_DENIED"
    std::vector<std::string>
        disconnects;  // "fs1 anna@127.0.0.11 idle workstations: ended" (plan: without the outcome)
    std::vector<std::string> withheld;  // "fs1 bob@127.0.0.12 idle workstations: collateral"
};

class CurfewSite {
  public:
    // Writes `default` credentials: NTLM as svc-curfew.
    explicit CurfewSite(const std::string& password = "secret-curfew");

    const std::filesystem::path& dir() const { return dir_.path(); }
    // `version: 1` and the credentials are put before it.
    void write_config(const std::string& yaml);
    void write_whole_config(const std::string& yaml) { dir_.write("curfew.yaml", yaml); }
    void write_file(const std::string& name, const std::string& text) { dir_.write(name, text); }
    // An entry of `servers` that reaches this server by the given name.
    static std::string entry(const std::string& name, const SambaServer& server,
                             const std::string& more = {});

    RunResult run(std::vector<std::string> arguments, const std::vector<std::string>& env = {}) const;
    ChildProcess start(std::vector<std::string> arguments, const std::string& log) const;
    std::string log(const std::string& name) const { return read_file(dir_ / name); }

    SweepJson plan() const;
    SweepJson run_once(const std::vector<std::string>& more = {}) const;

  private:
    TempDir dir_;
};

SweepJson parse_sweep(const std::string& json);

// Environment for a child process that inherits sanitizers: a process that forbids core files cannot be
// traced, and leak detection needs to trace.
std::vector<std::string> sanitizer_environment();

}  // namespace curfew::testing
