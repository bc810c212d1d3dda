#pragma once
// A person ends sessions: what is shown to them, and what is ended when they agree. Rules, modes and holds do
// not bind a person; `protect` does unless overridden, and the daemon's own session stays. It passes the same
// gate; what was agreed to is what may be ended, and nothing that came to stand beside it since.

#include <functional>
#include <string>
#include <vector>

#include "daemon/fleet/member.hpp"
#include "daemon/fleet/watcher.hpp"
#include "daemon/gate/gate.hpp"

namespace curfew::daemon {

// One look at one server, and what the person means there.
struct HandLook {
    SharedEdition edition;
    Members::Shared member;
    policy::HandRequest request;
    policy::ServerLook look;
    policy::ServerPlan plan;
};
// On the member's strand. A look is a look: what it sees counts for `for` and `quiet` as every other does.
boost::asio::awaitable<core::Result<HandLook>> look_by_hand(Members::Shared member, FleetState& fleet,
                                                            policy::HandRequest request, Clock& clock);

// On the member's strand, in turn with its visits. `wanted` is one of the plan's. `watcher` is told; null
// where nobody watches. `seen` is told of the look right before the call. It closes the connection of a
// server that left the fleet meanwhile.
boost::asio::awaitable<Verdict> end_by_hand(Gate& gate, Clock& clock, const HandLook& shown,
                                            const policy::Disconnect& wanted, std::string reason,
                                            std::string who, Watcher* watcher = nullptr,
                                            std::function<void(const policy::ServerLook&)> seen = {});

// The same without whoever is not to be ended: what has to be kept until the person agrees.
HandLook without_others(HandLook shown);

// As it is shown, and as it travels.
struct HandPair {
    std::string client;
    std::string user;
    std::uint64_t sessions = 0;
    std::string idle;      // "45m"
    std::string ends_too;  // other users on the same connection; "-"
};
struct HandStays {
    std::string why;
    std::string client;
    std::string user;
    std::string detail;
};
struct HandList {
    std::vector<HandPair> pairs;
    std::vector<HandStays> stays;
};
HandList list_of(const HandLook& shown);

// Who is meant as well and could be ended, and came after what was shown.
std::vector<HandPair> came_since(const HandLook& shown, const policy::ServerLook& fresh);

struct HandOutcome {
    std::string client;
    std::string user;
    std::string text;  // "ended", or what else
    std::string detail;
    bool good = false;  // ended, or already gone
};
HandOutcome outcome_of(const policy::Disconnect& wanted, const Verdict& verdict);

// "uid 1000 (anna)" of whoever runs this process.
std::string who_am_i();

}  // namespace curfew::daemon
