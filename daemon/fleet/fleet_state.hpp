#pragma once
// What all servers share: the edition in force, the summary of the fleet, the trips, the limits, the holds,
// and who has been tried since the start. One lock around small things; nothing is awaited inside.

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "core/session.hpp"
#include "daemon/bans/ban_book.hpp"
#include "daemon/fleet/edition.hpp"
#include "daemon/holds/hold_book.hpp"
#include "policy/fleet_summary.hpp"
#include "policy/limit_ledger.hpp"

namespace curfew::daemon {

class FleetState {
  public:
    explicit FleetState(SharedEdition edition);

    SharedEdition edition() const;
    // Another one is in force from now on: what goes on under the last one reserves nothing any more. What is
    // kept is what does not depend on the rules that changed: limits that are spent, trips of rules that are
    // the same. Whom rules of another edition counted is in doubt until the next look. `looks` are the last
    // ones, decided under the new edition, so that its rules are judged by all that is known.
    struct Decided {
        const policy::ServerLook& look;
        const policy::ServerPlan& plan;
    };
    // Returns the trips that are over, because their rules were edited or are gone.
    // `gone` leave in the same moment and `come` join; one may do both. Who needed no look once an interval
    // has to be tried again: under the old rules nobody looked whom the new ones would end.
    std::vector<policy::Trip> come_into_force(SharedEdition edition, const std::vector<Decided>& looks,
                                              const std::vector<std::string>& gone = {},
                                              const std::vector<std::string>& come = {});

    // Ownership of servers is an event.
    void added(const std::string& server);
    void removed(const std::string& server);

    // A server was asked, with or without success. Nothing is ended before every server has been.
    void tried(const std::string& server);
    // What was begun under an edition that is not in force any more says nothing: here, and wherever else one
    // is given.
    void tried(const Edition& edition, const std::string& server);
    bool all_tried() const;

    // Who else is there, on other servers, that shares a user or a client with somebody in the look: in doubt
    // where the look is stale, older than `since`, or the last one failed. Empty where the policy does not
    // ask.
    policy::Crowd crowd_around(const policy::ServerLook& look,
                               core::SteadyTime since = core::SteadyTime::min()) const;
    // The crowd of a look that was decided, for others to count. A failed look leaves nobody behind.
    void there(const Edition& edition, const policy::ServerLook& look, const policy::Crowd& crowd);
    void nobody_knows(const Edition& edition, const std::string& server);
    // A call ended these sessions of the look.
    void ended(const policy::ServerLook& look, const std::vector<policy::SessionFacts>& sessions);

    // A good look, decided under that edition; one that is not in force any more says nothing.
    void looked(const Edition& edition, const policy::ServerLook& look, const policy::ServerPlan& plan);
    // When that server will be looked at again; until then its look does not grow old.
    void next_look(const Edition& edition, const std::string& server, core::SteadyTime due);
    // Whether a look of that time still counts.
    bool is_known(const std::string& server, core::SteadyTime looked_at, core::SteadyTime now) const;
    // The trips that what is known now demands and that were not there before. Empty before every server has
    // been tried, for a share of half a fleet is no share of the fleet; nothing may be ended then. Both are
    // one answer: between two questions another server could be tried, and its trips not be there yet.
    std::optional<std::vector<policy::Trip>> latch_trips();
    bool tripped(const policy::RuleKey& rule, const std::string& server) const;
    std::vector<policy::Trip> trips() const;
    void restore(const std::vector<policy::Trip>& trips);
    // Of the rule of that name, on that server or everywhere: those that hold no more.
    std::vector<policy::Trip> resume(const std::string& rule, const std::optional<std::string>& server);
    // The same, and `tripped` where it said `pending` or `observe` and the rule is: of two reasons that is
    // the first.
    policy::Withheld trip_first(const Edition& edition, const std::string& server,
                                policy::Withheld withheld) const;

    // --- Holds -----------------------------------------------------------------------------------------
    Hold hold(HoldScope scope, core::Seconds length, std::string reason, std::string who, core::Now now);
    void restore(Hold hold);
    void hold_is_durable(std::uint64_t id);
    std::vector<Hold> holds() const;
    std::vector<Hold> take_away(const HoldScope& scope);
    std::optional<Hold> take_away(std::uint64_t id);
    std::vector<Hold> expire_holds(core::SteadyTime now);
    // Who asked for it, why and until when, where somebody did.
    std::optional<std::string> held(const policy::ServerTraits& server,
                                    const std::vector<const policy::Rule*>& rules,
                                    core::SteadyTime now) const;
    // Nothing is known of the holds there were: nothing is ended by rule until somebody says otherwise.
    void holds_unknown(std::string why);

    // --- Bans: in force when they are durable, and over when either clock says so -------------------------
    KeptBan ban(policy::Banned whom, core::Seconds length, std::string reason,
                std::optional<std::string> override_protect, std::string who, core::Now now);
    void restore(KeptBan ban);
    void ban_is_durable(std::uint64_t id);
    std::vector<KeptBan> bans() const;  // also those that are not in force yet
    std::optional<KeptBan> take_away_ban(std::uint64_t id);
    std::vector<KeptBan> expire_bans(core::Now now);
    std::vector<KeptBan> bans_in_force(core::Now now) const;

    // The other entry that is the same server, told by its ServerGuid; remembered until one of them leaves
    // the fleet.
    std::optional<std::string> twin_of(const std::string& server, const core::ServerGuid& guid);
    bool has_twin(const std::string& server) const;

    // Under an edition that is not in force any more nothing is reserved: no_longer_matches.
    using Reserved = std::variant<policy::LimitLedger::Ticket, policy::Why>;
    Reserved reserve(const Edition& edition, const policy::LimitRequest& request, bool binding,
                     core::SteadyTime now);
    // What was spent before the start.
    void spent(const policy::LimitRequest& request, core::SteadyTime at);
    // What was spent longer ago binds nobody.
    core::Seconds longest_window() const;
    void give_back(policy::LimitLedger::Ticket ticket);
    // By policy::ban_limits(), which always bind, on the ledger of bans. It begins empty with the process; no
    // window of it is longer than a minute.
    Reserved reserve_for_a_ban(const Edition& edition, const policy::LimitRequest& request,
                               core::SteadyTime now);
    void give_back_to_bans(policy::LimitLedger::Ticket ticket);

    std::uint64_t sessions() const;

  private:
    // Under the lock.
    bool is_twin(const std::string& server) const;
    void forget(const std::string& server);
    void bear(const core::ServerGuid& guid, const std::string& server);
    void bear_no_more(const std::string& server);
    void keep_windows();

    mutable std::mutex mutex_;
    SharedEdition edition_;
    bool asks_for_a_crowd_;
    policy::SharedBy shared_by_;
    std::set<std::string> servers_;
    std::set<std::string> untried_;
    policy::Presence presence_;
    policy::FleetSummary summary_;
    policy::Trips trips_;
    policy::LimitLedger ledger_;
    core::Seconds longest_window_{0};  // of the edition in force
    core::Seconds longest_kept_{0};    // of all editions: what an edit takes back another one may bring
    std::map<core::ServerGuid, std::set<std::string>> by_guid_;
    std::size_t twins_ = 0;  // of these with more than one bearer
    std::map<std::string, core::ServerGuid> guid_of_;
    HoldBook holds_;
    std::optional<std::string> holds_unknown_;
    BanBook bans_;
    policy::LimitLedger ban_ledger_;
};

}  // namespace curfew::daemon
