#pragma once
// One look at every server of the fleet, and then the result through the gate: what `plan` and `run --once`
// are. They have no past of their own: every `for` is pending, budgets and trips start afresh, unless the
// running daemon lends its memory.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/fleet/fleet_state.hpp"
#include "daemon/fleet/member.hpp"
#include "daemon/gate/gate.hpp"
#include "daemon/names/client_names.hpp"

namespace curfew::daemon {

struct SweptServer {
    Member* member = nullptr;
    const config::Server* config = nullptr;  // of the edition that the sweep is made under
    std::optional<core::Error> error;        // could not be asked; the rest is empty then
    core::Enumeration answer;
    policy::ServerLook look;
    policy::ServerPlan plan;
    std::shared_ptr<const policy::Crowd> crowd;  // of the whole sweep; null where nothing can be ended
    DoubtBook::Found doubts;
    policy::ServerMemory memory;      // what was lent, with this look in it
    bool borrowed = false;            // something was
    std::optional<std::string> twin;  // the entry that is the same server; nothing is ended on either
};

// By server: what the running daemon knew of each.
using BorrowedMemory = std::map<std::string, policy::ServerMemory>;

// In the order of `members`, who all belong to the edition in force; so many at once as polling says. Where
// clients go by DNS what is still asked about them is waited for, after the looks and for one polling.timeout
// at most.
boost::asio::awaitable<std::vector<SweptServer>> look_at_all(std::vector<Members::Shared> members,
                                                             FleetState& fleet, Clock& clock,
                                                             BorrowedMemory memory = {});

struct SweptDisconnect {
    const SweptServer* server = nullptr;
    const policy::Disconnect* wanted = nullptr;
    Verdict verdict;
    std::optional<std::uint64_t> ban = {};  // the one that wants it, and no rule
};

struct SweptWithheld {
    const SweptServer* server = nullptr;
    policy::Withheld withheld;
    std::optional<std::uint64_t> ban = {};
};

struct SweepResult {
    std::vector<std::unique_ptr<const policy::BanPlan>> by_bans;  // holds what bans want
    std::vector<SweptDisconnect> disconnects;                     // would end (plan), or were attempted
    std::vector<SweptWithheld> withheld;
    std::vector<policy::Trip> trips;
};

// How the bans of the fleet are carried out, beside the rules.
struct SweepBans {
    const Clock& clock;
    std::function<Access(const SweptServer&)> access;
};

// First what bans want, server by server. Then in the order in which limits bite: rules, then the longest
// idle, unknown last, over the whole fleet; but for those whom a ban ended. Without `bans` there are none.
boost::asio::awaitable<SweepResult> take_to_the_gate(const std::vector<SweptServer>& servers,
                                                     FleetState& fleet, Gate& gate,
                                                     std::function<Access(const SweptServer&)> access,
                                                     std::optional<SweepBans> bans = std::nullopt);

}  // namespace curfew::daemon
