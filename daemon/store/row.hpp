#pragma once
// One row of the audit, as it is stored, chained, filtered and shown.

#include <cstdint>
#include <optional>
#include <string>

#include "core/time.hpp"

namespace curfew::daemon {

// `kind` is one of:
//   run          a process began to write; `detail`: version and what it is
//   intent       before a call
//   outcome      after it; `intent` is the number of that row
//   recovered    the outcome of an intent whose process died, as far as it can be known
//   would_end    what an observing rule, server or file would have ended, once a session
//   config       another configuration is in force
//   ban, unban   somebody is banned from now on, and no more; `detail`: the ban, whom, until when
//   hold, resume, tripped, pruned
struct Row {
    std::uint64_t id = 0;  // from 1, without a gap
    core::WallTime at{};
    std::string kind;
    std::uint64_t run = 0;
    std::optional<std::uint64_t> intent;
    std::string server;
    std::string client;  // as the server spelled it
    std::string user;
    std::string client_key;  // as the policy compares them
    std::string user_key;
    std::string rule;  // empty: by hand
    std::string rule_digest;
    std::string reason;
    std::string owner;
    std::string ticket;
    std::string config;  // digest
    std::string who;     // by hand: "uid 1000"
    std::optional<std::uint64_t> sessions;
    std::optional<std::int64_t> idle;       // seconds
    std::optional<std::int64_t> connected;  // seconds
    std::optional<std::int64_t> open_files;
    std::optional<core::WallTime> started;  // the youngest target's, where known
    std::string outcome;                    // to_string(Outcome)
    std::string why;                        // to_string(policy::Why)
    std::string error;                      // ERROR_ACCESS_DENIED
    std::optional<std::int64_t> code;
    std::string detail;
};

// By a key of its owner's choosing, such as "memory/fs1": a text of its owner's making. An empty value
// removes it.
struct Note {
    std::string key;
    std::string value;
};

}  // namespace curfew::daemon
