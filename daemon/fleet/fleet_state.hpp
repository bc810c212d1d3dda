#pragma once
// What all servers share: the summary of the fleet, the trips, the limits, and who has been tried since the
// start. One lock around small things; nothing is awaited inside.

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "core/session.hpp"
#include "daemon/fleet/doubt_book.hpp"
#include "policy/fleet_summary.hpp"
#include "policy/limit_ledger.hpp"

namespace curfew::daemon {

class FleetState {
  public:
    // `known_for`: how long a look counts when the server cannot be asked again.
    FleetState(const policy::Policy& policy, core::Seconds known_for)
        : policy_(policy),
          known_for_(known_for),
          asks_for_a_crowd_(policy::asks_for_a_crowd(policy)),
          doubts_(policy) {}

    const policy::Policy& policy() const { return policy_; }

    // Ownership of servers is an event.
    void added(const std::string& server);
    void removed(const std::string& server);

    // A server was asked, with or without success. Nothing is ended before every server has been.
    void tried(const std::string& server);
    bool all_tried() const;

    // Who else is there, on other servers, that shares a user or a client with somebody in the look: in doubt
    // where the look is stale, older than `since`, or the last one failed. Empty where the policy does not
    // ask.
    policy::Crowd crowd_around(const policy::ServerLook& look,
                               core::SteadyTime since = core::SteadyTime::min()) const;
    // The crowd of a look that was decided, for others to count. A failed look leaves nobody behind.
    void there(const policy::ServerLook& look, const policy::Crowd& crowd);
    void nobody_knows(const std::string& server);
    // A call ended these sessions of the look.
    void ended(const policy::ServerLook& look, const std::vector<policy::SessionFacts>& sessions);

    // A good look.
    void looked(const policy::ServerLook& look, const policy::ServerPlan& plan);
    // The trips that what is known now demands and that were not there before. Empty before every server has
    // been tried, for a share of half a fleet is no share of the fleet; nothing may be ended then. Both are
    // one answer: between two questions another server could be tried, and its trips not be there yet.
    std::optional<std::vector<policy::Trip>> latch_trips();
    bool tripped(const policy::RuleKey& rule, const std::string& server) const;
    // The same, and `tripped` where it said `pending` or `observe` and the rule is: of two reasons that is
    // the first.
    policy::Withheld trip_first(const std::string& server, policy::Withheld withheld) const;

    // The other entry that is the same server, told by its ServerGuid; remembered until one of them leaves
    // the fleet.
    std::optional<std::string> twin_of(const std::string& server, const core::ServerGuid& guid);
    bool has_twin(const std::string& server) const;

    using Reserved = std::variant<policy::LimitLedger::Ticket, policy::Why>;
    Reserved reserve(const policy::LimitRequest& request, bool binding, core::SteadyTime now);
    void give_back(policy::LimitLedger::Ticket ticket);

    std::uint64_t sessions() const;

    // Has a lock of its own.
    DoubtBook& doubts() { return doubts_; }

  private:
    bool is_twin(const std::string& server) const;  // under the lock

    const policy::Policy& policy_;
    core::Seconds known_for_;
    bool asks_for_a_crowd_;
    mutable std::mutex mutex_;
    std::set<std::string> servers_;
    std::set<std::string> untried_;
    policy::Presence presence_;
    policy::FleetSummary summary_;
    policy::Trips trips_;
    policy::LimitLedger ledger_;
    std::map<core::ServerGuid, std::set<std::string>> by_guid_;
    std::map<std::string, core::ServerGuid> guid_of_;
    DoubtBook doubts_;
};

}  // namespace curfew::daemon
