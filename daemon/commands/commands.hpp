#pragma once
// One function per command: options in, exit status out. Results go to standard output, everything else to
// standard error.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace curfew::daemon {

enum ExitStatus {
    exit_done = 0,
    exit_failed = 1,     // a server could not be asked, a call failed, nobody matched
    exit_usage = 2,      // usage or configuration
    exit_would_end = 3,  // plan --exit-code
};

enum class Format { table, json, csv };

struct RunOptions {
    std::string config;
    bool once = false;
    bool observe = false;
    Format output = Format::table;
};
int run(const RunOptions& options);

struct PlanOptions {
    std::string config;
    Format output = Format::table;
    bool exit_code = false;
};
int plan(const PlanOptions& options);

struct CheckOptions {
    std::vector<std::string> files;
    bool strict = false;
    Format output = Format::table;
};
int check(const CheckOptions& options);

struct SessionsOptions {
    std::string config;
    std::optional<std::string> server;
    Format output = Format::table;
};
int sessions(const SessionsOptions& options);

struct DisconnectOptions {
    std::string config;
    std::string server;
    std::optional<std::string> client;
    std::optional<std::string> user;
    std::optional<std::uint64_t> yes;
    std::optional<std::string> override_protect;
};
int disconnect(const DisconnectOptions& options);

}  // namespace curfew::daemon
