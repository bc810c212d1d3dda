#pragma once
// The JSON of what else is asked over the control socket: disconnects by hand, plans that are applied, what
// another configuration would decide.

#include <optional>
#include <string>
#include <vector>

#include "core/errors/error.hpp"
#include "daemon/by_hand/apply.hpp"
#include "daemon/by_hand/by_hand.hpp"
#include "daemon/plan_file/plan_text.hpp"
#include "policy/fleet_plan.hpp"

namespace curfew::daemon {

// Requests, as one line. Readers say EINVAL and which field it is.
struct HandAsked {
    std::string server;
    std::optional<std::string> client;
    std::optional<std::string> user;
    std::optional<std::string> override_protect;
};
std::string hand_request_json(const HandAsked& asked);
core::Result<HandAsked> read_hand_request(const std::string& json);

std::string hand_end_json(std::uint64_t token);
core::Result<std::uint64_t> read_token(const std::string& json);

struct ApplyAsked {
    PlanFile plan;
    core::Seconds max_age{900};
};
std::string apply_request_json(const std::string& plan_text, core::Seconds max_age);
core::Result<ApplyAsked> read_apply_request(const std::string& json);

std::string diff_request_json(const std::string& path);  // empty: the file on disk
core::Result<std::string> read_diff_request(const std::string& json);

std::string lend_request_json();

// Replies and lines before them. Names in them are for people to read.
std::string hand_list_json(std::uint64_t token, const HandList& list);
core::Result<std::pair<std::uint64_t, HandList>> read_hand_list(const std::string& json);
std::string hand_outcome_json(const HandOutcome& outcome);
core::Result<HandOutcome> read_hand_outcome(const std::string& json);
std::string applied_json(const Applied& applied);
core::Result<Applied> read_applied(const std::string& json);

// Session by session, where two configurations decide differently.
struct Difference {
    std::string server;
    std::string client;
    std::string user;
    // "kept", "ends: idle workstations", "protected: service accounts"; where the file or the server only
    // observes, "would end: ...", and so behind a comma for rules that do
    std::string before;
    std::string after;  // "not in it" where the server is not
};
std::vector<Difference> differences(const Edition& before, const Edition& after,
                                    const std::vector<policy::ServerLook>& looks_before,
                                    const std::vector<policy::ServerLook>& looks_after,
                                    const policy::FleetMemory& memory, core::SteadyTime now);
std::string changed_in_words(const Edition& before, const Edition& after);
std::string diff_json(const Edition& before, const Edition& after,
                      const std::vector<policy::ServerLook>& looks_before,
                      const std::vector<policy::ServerLook>& looks_after, const policy::FleetMemory& memory,
                      core::SteadyTime now);
struct Diff {
    std::string changed;  // in a few words
    std::string digest;   // of the other one
    std::vector<Difference> sessions;
    std::uint64_t of = 0;  // sessions looked at
};
core::Result<Diff> read_diff(const std::string& json);

}  // namespace curfew::daemon
