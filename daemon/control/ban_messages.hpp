#pragma once
// What `ban` and `unban` ask over the control socket and what they are answered, as plain values, and their
// JSON (PROTOCOL.md). Requests are hostile, as in messages.hpp.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/errors/error.hpp"
#include "core/time.hpp"
#include "daemon/status/status.hpp"
#include "policy/ban.hpp"

namespace curfew::daemon {

// Whom it would mean, before anybody is banned.
struct BanLookRequest {
    policy::Banned whom;
    bool overrides_protect = false;
};
// By the last looks; none of them is newer for the question.
struct BanReach {
    std::string whom;                // "user anna"
    std::uint64_t sessions = 0;      // that are meant
    std::uint64_t servers = 0;       // on which they are
    std::uint64_t is_protected = 0;  // of the sessions; they stay
    std::uint64_t doubtful = 0;      // sessions that may or may not be meant; they stay
    std::uint64_t unknown = 0;       // servers of which nothing is known now
    std::uint64_t observing = 0;     // servers on which nobody is ended
    std::string rests;               // why nobody is ended anywhere now; empty: somebody may be
    bool operator==(const BanReach&) const = default;
};

struct BanRequest {
    policy::Banned whom;
    core::Seconds length{};                       // shortest_ban to longest_ban
    std::string reason;                           // never empty
    std::optional<std::string> override_protect;  // a reason, never empty
};
struct BanReply {
    BanStatus ban;
};

struct UnbanRequest {
    std::optional<std::uint64_t> id;     // this one, or else
    std::optional<policy::Banned> whom;  // all of theirs
};
struct UnbanReply {
    std::vector<BanStatus> bans;  // that ended
    std::vector<BanStatus> remaining;
};

int exit_status(const UnbanReply& reply);  // 1: there was nothing to end

// A request as one line, without its end.
std::string request_json(const BanLookRequest& request);
std::string request_json(const BanRequest& request);
std::string request_json(const UnbanRequest& request);
core::Result<BanLookRequest> read_ban_look_request(std::string_view json);
core::Result<BanRequest> read_ban_request(std::string_view json);
core::Result<UnbanRequest> read_unban_request(std::string_view json);

// A result as one line, without its end.
std::string reply_json(const BanReach& reply);
std::string reply_json(const BanReply& reply);
std::string reply_json(const UnbanReply& reply);
core::Result<BanReach> read_ban_reach(std::string_view json);
core::Result<BanReply> read_ban_reply(std::string_view json);
core::Result<UnbanReply> read_unban_reply(std::string_view json);

}  // namespace curfew::daemon
