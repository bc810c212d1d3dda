#pragma once
// The running daemon at one moment, as plain values: what `curfew status`, /api/v1/status and the metrics
// show.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "policy/fleet_summary.hpp"
#include "policy/policy.hpp"

namespace curfew::daemon {

struct ServerStatus {
    enum class State {
        untried,  // not asked since the start
        ok,       // the last look was good
        failing,  // the last look was not
        twin,     // another entry is the same server: nothing is ended on either
    };
    std::string server;
    State state = State::untried;
    std::vector<std::string> tags;
    policy::Mode mode = policy::Mode::enforce;  // the server's own
    std::optional<core::WallTime> last_look;    // the last good one
    std::optional<core::WallTime> next_look;    // empty while one is under way
    std::uint64_t sessions = 0;                 // at the last good look
    std::optional<std::uint32_t> level;         // information level, such as 502
    std::string kind;                           // windows, samba, unclear; empty: not known yet
    std::string error;                          // of the last look, if failing; for people
    std::string error_name;                     // ERROR_ACCESS_DENIED
    int code = 0;
    std::uint32_t failures = 0;       // in a row
    std::vector<std::string> doubts;  // where not knowing gets in the way, in words
    std::string twin;
};

struct HoldStatus {
    std::uint64_t id = 0;
    std::string scope;  // "all", "server fs1", "tag finance", "rule office closed"
    core::WallTime since{};
    core::WallTime until{};
    std::string reason;
    std::string who;      // such as "uid 0"
    bool durable = true;  // survives a restart
};

struct BanStatus {
    std::uint64_t id = 0;
    std::string whom;  // "user anna", "client 10.20.1.7"
    core::WallTime since{};
    core::WallTime until{};
    std::string reason;
    std::optional<std::string> override_protect;  // why `protect` does not bind it
    std::string who;                              // such as "uid 0"
};

struct ConfigStatus {
    std::string path;
    std::string digest;  // in force
    core::WallTime in_force_since{};
    enum class OnDisk { same, refused, waits } on_disk = OnDisk::same;
    std::string disk_digest;           // waits: of what would come into force
    std::vector<std::string> reasons;  // the errors, or why it waits
    std::uint64_t servers = 0;
    std::uint64_t rules = 0;
};

struct AuditStatus {
    std::string path;     // empty: on the log alone
    std::string trouble;  // empty: it can be written
    std::uint64_t last_row = 0;
};

struct Status {
    std::string version;
    std::int64_t pid = 0;
    core::WallTime at{};
    core::WallTime started{};
    policy::Mode mode = policy::Mode::observe;  // of the file, or because of --observe
    bool all_tried = false;                     // nothing is ended before
    ConfigStatus config;
    AuditStatus audit;
    std::uint64_t sessions = 0;
    std::uint64_t looks_under_way = 0;
    std::vector<HoldStatus> holds;
    std::vector<BanStatus> bans;  // in force, as far as the mode and holds let them
    std::vector<policy::Trip> trips;
    std::vector<ServerStatus> servers;  // in the order of the configuration
};

std::string_view to_string(ServerStatus::State state);

}  // namespace curfew::daemon
