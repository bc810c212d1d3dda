#pragma once
// From one look at one server to the disconnects the policy wants there, and those it withholds with the
// reason.
//
// NetSessionDel ends sessions by client and user, never one session by itself. So a disconnect names a client
// and a user and has as its targets every session on the server that the call would end: on Windows those of
// that client and user; on Samba every session of that client, for the process behind the connection dies
// with every user on it, unless the configuration says that connections are not shared. It is proposed only
// if the policy ends *every* target.
//
// Who would go if only `for` were over is `pending`, with all who wait like that. But a call that would be
// made now, and whose targets are not all as far, is withheld as collateral.
//
// Limits and trips are not decided here: they need the fleet, and memory.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/names.hpp"
#include "policy/decide.hpp"
#include "policy/memory.hpp"

namespace curfew::policy {

// In the order in which one is given when several hold.
enum class Why {
    is_protected,
    own_session,
    no_user_name,
    no_client_name,
    collateral,
    tripped,
    hold,  // a person asked for a pause
    pending,
    observe,
    limit_per_target,
    limit_per_server,
    limit_fleet,
    no_longer_matches,
};
std::string_view to_string(Why why);  // as in the JSON: "limit per_server"

struct Disconnect {
    core::ClientName client;
    core::UserName user;
    std::size_t rule = 0;               // the earliest rule among the targets'
    std::vector<std::size_t> targets;   // indices into the look's sessions; every session the call would end
    std::optional<core::Seconds> idle;  // the longest among the targets; empty when none is known
};

struct Withheld {
    std::string client;
    std::string user;
    std::optional<std::size_t> rule;  // empty: by hand
    Why why = Why::collateral;
    std::string detail;  // for people: which session or which protection stands in the way; may be empty
};

struct ServerPlan {
    std::vector<Decision> decisions;  // one per session of the look, in its order
    std::vector<Disconnect>
        disconnects;  // in the order in which limits bite: rule, then longest idle, unknown last
    std::vector<Withheld> withheld;
};

// Takes the look into the memory of that server, which has told it the quiet times before (know_quiet). The
// crowd has the sessions of other servers, and after it those of the look.
ServerPlan plan_server(const Policy& policy, const ServerLook& look, ServerMemory& memory, Crowd& crowd);
// Of other servers nothing is known.
ServerPlan plan_server(const Policy& policy, const ServerLook& look, ServerMemory& memory);
// Nor is there a past: every `for` is pending.
ServerPlan plan_server(const Policy& policy, const ServerLook& look);
// From what decide_all() said.
ServerPlan plan_server(const Policy& policy, const ServerLook& look, ServerMemory& memory,
                       std::vector<Decision> decisions);

// Every session that NetSessionDel with the names of `session` would end on this server, that one included.
std::vector<std::size_t> targets_of(const ServerLook& look, std::size_t session);

// By hand: a person names clients, users, or both. A session is meant when its client is one of the clients,
// if any is named, and its user one of the users, if any is. Rules do not bind; `protect` does unless
// overridden; the daemon's own session stays. Collateral is not withheld but shown: it is in the targets.
struct HandRequest {
    std::optional<std::string> client;  // compared as spelled or as address, case ignored; not a pattern
    std::optional<std::string> user;
    bool override_protect = false;
    std::vector<std::string> clients = {};  // more of them
    std::vector<std::string> users = {};
};
ServerPlan plan_by_hand(const Policy& policy, const ServerLook& look, const HandRequest& request);

}  // namespace curfew::policy
