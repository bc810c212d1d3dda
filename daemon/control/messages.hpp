#pragma once
// What is asked over the control socket and what is answered, as plain values, and their JSON (PROTOCOL.md).
// Readers take what they are given for hostile: they name the field that is wrong, and refuse what they do
// not know in a request.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/errors/error.hpp"
#include "core/time.hpp"
#include "daemon/holds/hold_book.hpp"
#include "daemon/status/status.hpp"

namespace curfew::daemon {

inline constexpr core::Seconds shortest_hold{60};
inline constexpr core::Seconds longest_hold{90 * 86'400};
inline constexpr std::size_t longest_reason = 1'000;  // bytes

struct StatusRequest {
    std::optional<std::string> server;  // only this one; case ignored
    bool operator==(const StatusRequest&) const = default;
};

struct HoldRequest {
    HoldScope scope;
    core::Seconds length{};  // shortest_hold to longest_hold
    std::string reason;      // never empty
    bool operator==(const HoldRequest&) const = default;
};
struct HoldReply {
    HoldStatus hold;
};

struct ResumeRequest {
    std::optional<std::uint64_t> id;  // this hold and nothing else; or else
    std::optional<HoldScope> scope;   // holds with exactly this scope, and with a rule its trips
    // With a rule: its trips on this server and nothing else; its holds stay.
    std::optional<std::string> server;
    bool operator==(const ResumeRequest&) const = default;
};
struct ResumeReply {
    std::vector<HoldStatus> holds;  // that ended
    std::vector<policy::Trip> trips;
    std::vector<HoldStatus> remaining;  // holds that are still there
};

struct ReloadRequest {
    bool confirm = false;  // what waits may come into force
    // With `confirm`: only this one, by the beginning of its digest; as begins_digest() has it.
    std::optional<std::string> digest;
    bool operator==(const ReloadRequest&) const = default;
};
struct ReloadReply {
    enum class Is { in_force, unchanged, refused, waits } is = Is::unchanged;
    std::string digest;  // of what was read; empty where it could not be
    // Refused: the errors, file:line:column first, or that something else was confirmed than waits. Waits:
    // why.
    std::vector<std::string> reasons;
    std::vector<std::string> changes;  // in force: what is different now, in words
    std::vector<std::string> warnings;
};

// 12 to 64 digits, 0 to 9 and a to f: what people copy from `curfew reload` or `curfew diff`, or all of it.
bool begins_digest(std::string_view text);

std::string_view to_string(ReloadReply::Is is);  // "in force"
int exit_status(const ResumeReply& reply);       // 1: there was nothing to resume
int exit_status(const ReloadReply& reply);       // 0; 2 refused, 1 waits

// A request as one line, without its end.
std::string request_json(const StatusRequest& request);
std::string request_json(const HoldRequest& request);
std::string request_json(const ResumeRequest& request);
std::string request_json(const ReloadRequest& request);
core::Result<StatusRequest> read_status_request(std::string_view json);
core::Result<HoldRequest> read_hold_request(std::string_view json);
core::Result<ResumeRequest> read_resume_request(std::string_view json);
core::Result<ReloadRequest> read_reload_request(std::string_view json);

// A result as one line, without its end. That of status is in daemon/status/status_json.hpp.
std::string reply_json(const HoldReply& reply);
std::string reply_json(const ResumeReply& reply);
std::string reply_json(const ReloadReply& reply);
core::Result<HoldReply> read_hold_reply(std::string_view json);
core::Result<ResumeReply> read_resume_reply(std::string_view json);
core::Result<ReloadReply> read_reload_reply(std::string_view json);
core::Result<Status> status_from_json(std::string_view json);

}  // namespace curfew::daemon
