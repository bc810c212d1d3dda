#pragma once
// What `curfew plan --out FILE` writes and `curfew apply FILE` ends: a list of sessions that somebody has
// read. Whatever is not in it is not ended, not even if it matches the same rule a moment later.

#include <optional>
#include <string>
#include <vector>

#include "core/errors/error.hpp"
#include "core/time.hpp"
#include "policy/policy.hpp"
#include "policy/server_plan.hpp"

namespace curfew::daemon {

struct PlanFile {
    struct Target {
        std::string client_key;  // as the policy compares them
        std::string user_key;
        std::optional<core::WallTime> start;  // to the millisecond; empty: not known, so never the same one
        bool operator==(const Target&) const = default;
    };
    // One disconnect, with every session that it would end.
    struct Entry {
        std::string server;
        std::string client;  // as the server spelled them, without backslashes
        std::string user;
        policy::RuleKey rule;
        std::string client_key;
        std::string user_key;
        std::vector<Target> targets;  // never empty
        bool operator==(const Entry&) const = default;
    };

    core::WallTime made{};  // to the millisecond
    std::string host;       // that made it
    std::string version;    // of curfew
    std::string config;     // path of the configuration
    std::string digest;     // of it
    std::vector<Entry> entries;
    bool operator==(const PlanFile&) const = default;
};

PlanFile::Entry plan_entry(const policy::Policy& policy, const policy::ServerLook& look,
                           const policy::Disconnect& wanted);

// Whether these sessions are all in the entry, each for itself: the same client and user, begun within two
// seconds of it. What began at an unknown time, here or there, is not in it; two that cannot be told apart
// are not in it where it has but one.
bool covers(const PlanFile::Entry& entry, const policy::ServerLook& look,
            const std::vector<std::size_t>& targets);

// Whether that is the disconnect the entry means: on that server, of that client and user, by the same rule
// with the same content, and all it would end is in the entry.
bool matches(const PlanFile::Entry& entry, const policy::Policy& policy, const policy::ServerLook& look,
             const policy::Disconnect& wanted);

// ETIME where it is older than `max_age`, or made later than now: then a clock was moved, and its age is not
// known.
core::Result<void> check_age(core::WallTime made, core::WallTime now, core::Seconds max_age);

// EPERM where it was made under another configuration than the one of that digest.
core::Result<void> check_digest(const PlanFile& plan, const std::string& digest_in_force);

}  // namespace curfew::daemon
