#pragma once
// The one gate that every disconnect passes, whoever wants it:
//
//   trip → hold → mode → limits (reserve) → intent in the audit
//        → ask the servers again that were counted on, and this one last; decide again, trip, hold, limits
//        → NetSessionDel once → ask until they are gone, 5 s at most → outcome in the audit
//        → settle the reservation
//
// It takes nothing on trust from the look that led here: what is ended is decided on what the server says
// right before the call, and only if the policy then decides so for every session that the call would end;
// and only as long as the configuration under which it was proposed is the one in force.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/session_api.hpp"
#include "daemon/clock.hpp"
#include "daemon/fleet/fleet_state.hpp"
#include "daemon/gate/audit.hpp"
#include "daemon/gate/licence.hpp"
#include "daemon/names/client_names.hpp"
#include "policy/facts.hpp"
#include "policy/server_plan.hpp"

namespace curfew::daemon {

// What a fresh look says of the same client and user.
struct Redecision {
    std::vector<std::size_t> targets;  // in the fresh look; empty where they are to be spared
    policy::Why why = policy::Why::no_longer_matches;
    std::string detail;
    std::vector<const policy::Rule*> rules = {};  // all that decided the targets; none by hand
};

// What a fresh look is decided by.
struct Evidence {
    const policy::ServerLook& look;
    policy::ServerMemory& memory;  // takes the look
    // Who else is there: by the last good looks, and by those alone that were taken for this call. Only what
    // both say is certain.
    policy::Crowd& known;
    policy::Crowd& fresh;
};

struct Proposal {
    SharedEdition edition;  // under which it is made
    core::ClientName client;
    core::UserName user;
    std::string client_key;
    std::string user_key;
    std::vector<policy::SessionFacts> targets;  // as seen when it was proposed
    const policy::Rule* rule = nullptr;         // null: by hand
    std::vector<const policy::Rule*> rules;     // all that decided the targets; none by hand
    std::string reason;                         // by hand: the person's
    std::string who;                            // by hand: such as "uid 1000"
    std::optional<std::uint64_t> ban;           // the one that ends them; no rule, then, but those in `rules`
    std::vector<std::string> counted_on;        // other servers that have to be asked again, too
    std::function<Redecision(const Evidence&)> decide_again;
};

// What is to be ended, without who wants it: neither rules nor decide_again.
Proposal unsigned_proposal(SharedEdition edition, const policy::ServerLook& look,
                           const policy::Disconnect& wanted);

// A disconnect that the policy proposes: decided again by the same rule, or spared. The crowd is that of the
// plan.
Proposal proposal_of(SharedEdition edition, const policy::ServerLook& look, const policy::ServerPlan& plan,
                     const policy::Crowd& crowd, const policy::Disconnect& wanted);

// A disconnect that a ban wants: decided again by the same ban, if it is in force then, or spared. What is in
// force right before the call is asked of the fleet.
struct BanCall {
    const policy::BanDisconnect& wanted;
    const KeptBan& ban;
};
Proposal proposal_of(SharedEdition edition, const policy::ServerLook& look, const policy::ServerPlan& plan,
                     const policy::Crowd& crowd, BanCall call, const FleetState& fleet, const Clock& clock);

// Asks other servers who is there; the fleet knows it afterwards, or knows that it does not.
class Witnesses {
  public:
    virtual ~Witnesses() = default;
    virtual boost::asio::awaitable<void> ask(const std::vector<std::string>& servers) = 0;
};

// One server as the gate needs it. What the gate sees there counts for `for` as every look does.
struct GateServer {
    const policy::ServerTraits& traits;
    core::SessionEnumApi& sessions;
    policy::ServerMemory& memory;
    core::Milliseconds timeout{10'000};
};

struct Verdict {
    enum class Kind {
        withheld,   // `why`; nothing was called. Where it got as far as asking again, `result` says so too
        would_end,  // with PlanOnly
        settled,    // `result`
        refused,    // the intent could not be written: `result.error`; nothing was called
    };
    Kind kind = Kind::withheld;
    policy::Why why = policy::Why::observe;
    std::string detail;
    Result result;
    std::uint64_t sessions = 0;  // with `settled`: those that the call was to end
};

class Gate {
  public:
    Gate(FleetState& fleet, Audit& audit, Clock& clock) : fleet_(fleet), audit_(audit), clock_(clock) {}

    // Before the first that passes. Without them nothing that counts on other servers is ended.
    void asks(Witnesses& witnesses) { witnesses_ = &witnesses; }

    boost::asio::awaitable<Verdict> pass(Access access, GateServer server, Proposal proposal);

  private:
    // What a call takes up of the limits: of the rules', and of the bans'.
    struct Room {
        std::vector<policy::LimitLedger::Ticket> of_rules;
        std::optional<policy::LimitLedger::Ticket> of_bans;
    };
    boost::asio::awaitable<Verdict> end(Licence licence, GateServer server, Proposal proposal, Room room);
    boost::asio::awaitable<Result> call(Licence licence, GateServer server, const Proposal& proposal,
                                        Intent& intent, Room& room);
    boost::asio::awaitable<Result> settle(GateServer server, const Proposal& proposal,
                                          std::vector<policy::SessionFacts> ended,
                                          core::SessionDelApi::Outcome said);
    // `rules`: all that decide the targets.
    std::variant<Room, policy::Why> take_room(const GateServer& server, const Proposal& proposal,
                                              const std::vector<const policy::Rule*>& rules,
                                              std::size_t targets, bool bound);
    void give_back(const Room& room);
    // A rule that is tripped ends nothing: not under the name of an earlier one either.
    const policy::Rule* tripped(const GateServer& server,
                                const std::vector<const policy::Rule*>& rules) const;
    // A person's pause. Empty: none.
    std::optional<std::string> held(const GateServer& server,
                                    const std::vector<const policy::Rule*>& rules) const;
    policy::LimitRequest request(const GateServer& server, const Proposal& proposal,
                                 std::size_t targets) const;
    Intent intent_of(const GateServer& server, const Proposal& proposal) const;

    FleetState& fleet_;
    Audit& audit_;
    Clock& clock_;
    Witnesses* witnesses_ = nullptr;
};

// Of the sessions that were to be ended, is any still in this look? Sessions have no id: the same client,
// user and start, give or take two seconds, is the same session; a later start is somebody who came back.
bool any_left(const std::vector<policy::SessionFacts>& ended, const policy::ServerLook& look);

}  // namespace curfew::daemon
