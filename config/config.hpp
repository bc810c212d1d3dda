#pragma once
// The configuration as typed values: an immutable snapshot, complete or not there at all.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/diagnostic.hpp"
#include "config/service.hpp"
#include "core/server_spec.hpp"
#include "policy/facts.hpp"
#include "policy/policy.hpp"

namespace curfew::config {

struct Server {
    core::ServerSpec spec;        // name, where to connect, security
    policy::ServerTraits traits;  // name, tags, kind, shared_connections, timezone
    std::string credentials = "default";
    policy::Mode mode = policy::Mode::enforce;  // what this server allows; any observe means observe
    Position at;
};

struct Polling {
    core::Seconds interval{60};
    core::Milliseconds timeout{10'000};
    std::uint32_t concurrency = 256;
    bool operator==(const Polling&) const = default;
};

enum class LogFormat { text, json };
enum class LogLevel { debug, info, warning, error };

struct Log {
    LogFormat format = LogFormat::text;
    LogLevel level = LogLevel::info;
    bool operator==(const Log&) const = default;
};

struct Calendar {
    std::shared_ptr<const policy::DateSet> dates;  // never empty
    Position at;
    std::string path;   // "calendars.holidays"
    bool used = false;  // a schedule excepts it
};

struct Schedule {
    std::shared_ptr<const policy::Schedule> schedule;
    Position at;
    std::string path;         // "schedules.office_hours"
    bool used = false;        // a condition goes by it, or an `outside`
    std::string digest = {};  // of what it means, calendars included; its zone by name alone
};

struct RulePlace {
    Position at;
    std::string path;  // "rules[2]"; in a file of rules "[2]"
    Position until;    // of that key; where there is none, `at`
};

struct Config {
    policy::Mode mode = policy::Mode::observe;
    std::vector<Server> servers;  // in the order of the file; names are unique, case ignored
    std::map<std::string, core::CredentialSpec> credentials;  // paths absolute
    Polling polling;
    policy::ClientNames client_names = policy::ClientNames::as_reported;
    std::map<std::string, std::size_t> list_sizes;  // by the list's name: how many names it holds
    // By the list's name: its names and patterns as written, in order, each once.
    std::map<std::string, std::vector<std::string>> list_names;
    std::vector<Calendar> calendars;  // in the order of the file, as are the schedules
    std::vector<Schedule> schedules;  // those that conditions hold, and those that none does
    policy::Policy policy;
    std::vector<RulePlace> rule_places;  // of policy.rules
    Log log;
    std::optional<Audit> audit;
    std::optional<Control> control;
    std::optional<Http> http;
    std::vector<Webhook> notify;
    Reload reload = Reload::automatic;
    std::string path;    // of the first file, absolute
    std::string digest;  // of the content of all files read, hex

    const Server* server(std::string_view name) const;  // null where there is none
};

struct FileText {
    std::string name;
    std::string text;
};

struct Loaded {
    std::shared_ptr<const Config> config;  // null where there is an error
    std::vector<Diagnostic> diagnostics;   // errors and warnings, in the order of file, line, column
    std::vector<std::string> files;        // every file read, the first one first
    // Where a change may change what is read: every file named, whether or not it could be read, and every
    // directory in which a pattern was looked for.
    std::vector<std::string> watched_files;
    std::vector<std::string> watched_directories;
    std::vector<FileText> texts;  // of `files`, as read
};

// Reads a file and what it includes. Opens no secret. Never throws.
Loaded load(const std::string& path);

// The same from text, as if it stood in `path`; includes are read relative to it.
Loaded load_text(const std::string& text, const std::string& path);

}  // namespace curfew::config
