#pragma once
// One function per command: options in, exit status out. Results go to standard output, everything else to
// standard error.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/supposed.hpp"

namespace curfew::daemon {

enum ExitStatus {
    exit_done = 0,
    exit_failed = 1,     // a server could not be asked, a call or a test failed, nobody matched
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
    std::optional<core::WallTime> at;  // for schedules, `from` and `until`; empty: now
    std::optional<std::string> out;    // where it is written for `apply`
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

// On every server. 1 as well when one could not be asked, or somebody came since.
struct EverywhereOptions {
    std::string config;
    std::vector<std::string> clients;
    std::vector<std::string> users;
    std::optional<std::uint64_t> yes;
    std::optional<std::string> override_protect;
};
int disconnect_everywhere(const EverywhereOptions& options);

struct ExplainOptions {
    std::string config;
    std::string server;
    std::optional<std::vector<std::string>> tags;  // instead of the configured ones
    std::optional<policy::Kind> kind;
    policy::SupposedSession session;
    std::optional<core::WallTime> at;  // empty: now
    Format output = Format::table;
};
int explain(const ExplainOptions& options);

struct TestOptions {
    std::vector<std::string> files;
    std::optional<std::string> junit;  // where a report for machines goes
};
int test(const TestOptions& options);

}  // namespace curfew::daemon
