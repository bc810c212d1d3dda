#pragma once
// What is known of the whole fleet, kept up to date look by look: how many sessions there are, and how many
// each rule would end now. `share` is judged on it: a rule that would end more than its share of the fleet or
// of one server is tripped there, ends nothing, and stays tripped until a person resumes it or edits it.
//
// Counted are the sessions a rule would end after protection, own session and collateral, before speed
// limits; of all sessions known but the daemon's own. A rule whose whole match on the fleet is at most 5
// sessions never trips.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "policy/policy.hpp"
#include "policy/server_plan.hpp"

namespace curfew::policy {

inline constexpr std::uint64_t share_never_trips_up_to = 5;

struct Trip {
    RuleKey rule;
    std::optional<std::string> server;  // empty: on the whole fleet
    std::uint64_t would_end = 0;
    std::uint64_t of = 0;
    auto operator<=>(const Trip&) const = default;
};

class FleetSummary {
  public:
    FleetSummary() = default;
    FleetSummary(const FleetSummary&) = delete;
    FleetSummary& operator=(const FleetSummary&) = delete;

    void looked(const ServerLook& look, const Policy& policy, const ServerPlan& plan);
    // A look that was there before, decided anew under another policy and without a past: of a rule that was
    // there before as well the larger number counts, for its `for` may be over.
    void revised(const ServerLook& look, const Policy& policy, const ServerPlan& plan);
    // When it will be looked at again. A look grows old from one interval before that, so that whoever needs
    // no look for an hour is known for as long.
    void next_look(const std::string& server, core::SteadyTime due, core::Seconds interval);
    void forget(const std::string& server);                      // it left the fleet
    void expire(core::SteadyTime now, core::Seconds known_for);  // looks older than that count no more
    // From when on the last look grows old; empty: there is none that counts.
    std::optional<core::SteadyTime> fresh_until(const std::string& server) const;
    // Who needs no look once an interval: what they were like then may be long ago.
    std::vector<std::string> asleep() const;

    std::uint64_t sessions() const { return sessions_; }
    std::uint64_t would_end(const RuleKey& rule) const;

    // The trips that the present numbers demand, whether or not latched already.
    std::vector<Trip> demanded(const Policy& policy) const;
    // The same, but of single servers only those that looks since the last question may have brought about:
    // who asks after every look and latches what it says has latched all of demanded(), at the cost of one
    // server and not of all. The first answer is all of it.
    std::vector<Trip> newly_demanded(const Policy& policy);
    // As is the next one: another policy is in force, or something is not latched any more.
    void ask_anew() { asked_ = false; }

  private:
    struct PerServer {
        core::SteadyTime at{};
        core::SteadyTime fresh_until{};  // `at`, or later
        std::uint64_t sessions = 0;
        std::map<RuleKey, std::uint64_t> would_end;
    };
    static PerServer counted(const ServerLook& look, const Policy& policy, const ServerPlan& plan);
    using Servers = std::map<std::string, PerServer>;
    void put(const std::string& name, PerServer server);
    void remove(Servers::iterator server);
    static void add_demanded(std::vector<Trip>& trips, const Rule& rule, const Limits& limits,
                             const Servers::value_type& server);
    void add_demanded(std::vector<Trip>& trips, const Rule& rule, const Limits& limits) const;

    Servers servers_;
    std::set<std::pair<core::SteadyTime, const std::string*>>
        by_age_;  // fresh_until, and the key in servers_
    std::map<RuleKey, std::uint64_t> would_end_;
    std::uint64_t sessions_ = 0;
    bool asked_ = false;
    std::set<std::string> changed_;  // since the last question
    std::set<RuleKey> above_;        // at the last question: matched more than share_never_trips_up_to
};

// The latch. Kept apart from the numbers because it outlives them.
class Trips {
  public:
    // Those of `demanded` that were not latched before.
    std::vector<Trip> latch(const std::vector<Trip>& demanded);
    bool holds(const RuleKey& rule, const std::string& server) const;
    // Of the rule of that name, whatever its digest, on that server alone or wherever it is tripped: those
    // that hold no more.
    std::vector<Trip> resume(const std::string& rule, const std::optional<std::string>& server);
    // Those of rules that are not in the policy any more are over, and returned.
    std::vector<Trip> only(const Policy& policy);
    const std::vector<Trip>& all() const { return trips_; }

  private:
    struct Where {
        bool everywhere = false;
        std::set<std::string> servers;
    };
    bool note(const Trip& trip);  // false: it was there
    void note_all();

    std::vector<Trip> trips_;
    std::map<RuleKey, Where> where_;  // the same, to be found
};

}  // namespace curfew::policy
