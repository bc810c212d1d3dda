#pragma once
// `disconnect --everywhere`: every session of some people on the whole fleet, for the day an account or a
// machine is compromised. Two steps, as for one server: a look at every server, now, and what is shown of it;
// then exactly the sessions that were shown, through the same gate, each call with its intent before and its
// outcome after. So many servers at once as polling says, each on its strand, in turn with the visits.
//
// Who comes after the look is told of and stays; so does who is found on a server that answers only later.
// A server that cannot be asked is asked again, ever less often, until it answers or nobody listens. A call
// that was sent is never sent again.
//
// What is kept between the two steps are the sessions that are meant, and no looks of whole servers.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "daemon/by_hand/by_hand.hpp"

namespace curfew::daemon {

struct EverywhereRequest {
    std::vector<std::string> users;    // any of these
    std::vector<std::string> clients;  // and any of those; one may be empty
    std::optional<std::string> override_protect;
};

// What is told while it happens. Names are as they came.
struct ShownThere {  // only where somebody is meant
    std::string server;
    HandList list;
};
struct Unasked {  // once, and again when the error is another one
    std::string server;
    std::string error;
};
struct AskedAtLast {  // after that
    std::string server;
};
struct DoneThere {
    std::string server;
    HandOutcome outcome;
};
struct CameSince {  // and was not ended
    std::string server;
    std::string client;
    std::string user;
    std::uint64_t sessions = 0;
};
struct EverywhereCounts {
    std::uint64_t servers = 0;   // of the fleet; when ending, those that still had to be asked
    std::uint64_t asked = 0;     // of them, so far
    std::uint64_t ended = 0;     // calls: ended, or already gone
    std::uint64_t withheld = 0;  // spared
    std::uint64_t failed = 0;    // still there, or nobody knows
    std::uint64_t left = 0;      // calls that were agreed to and not made yet
    std::uint64_t came = 0;      // sessions
    bool operator==(const EverywhereCounts&) const = default;
    bool all_done() const { return asked == servers && withheld + failed + left + came == 0; }
};
using EverywhereNews = std::variant<ShownThere, Unasked, AskedAtLast, DoneThere, CameSince, EverywhereCounts>;

class EverywhereEar {
  public:
    virtual ~EverywhereEar() = default;
    // One after the other. False: nobody listens any more, and nothing more is begun.
    virtual boost::asio::awaitable<bool> hear(const EverywhereNews& news) = 0;
};

// What was shown, for as long as nobody has agreed to it.
struct EverywhereShown {
    std::string reason;
    std::uint64_t servers = 0;  // of the fleet
    std::uint64_t disconnects = 0;
    std::uint64_t sessions = 0;
    std::vector<HandLook> there;
    policy::HandRequest request;
    std::vector<Members::Shared> unasked;
};

// What it works with, which outlives it.
struct EverywhereParts {
    const Members& members;
    FleetState& fleet;
    Gate& gate;
    Clock& clock;
    std::function<bool()> stopping = nullptr;  // nothing more is to be begun
    Watcher* watcher = nullptr;                // told of every disconnect that is begun
    std::function<void(const Members::Shared&)> worked_with = nullptr;  // told of every server that was asked
};

// Both on an executor that runs one thing at a time. Empty: nobody listened to the end.
boost::asio::awaitable<std::optional<EverywhereShown>> look_everywhere(EverywhereParts parts,
                                                                       EverywhereRequest request,
                                                                       EverywhereEar& ear);
boost::asio::awaitable<EverywhereCounts> end_everywhere(EverywhereParts parts, EverywhereShown shown,
                                                        std::string who, EverywhereEar& ear);

}  // namespace curfew::daemon
