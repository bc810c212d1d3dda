#include "daemon/fleet/fleet_state.hpp"

#include <algorithm>
#include <utility>

#include "daemon/clock.hpp"

namespace curfew::daemon {
namespace {

constexpr core::Seconds shortest_ledger{86'400};
// Calls that are remembered for longer than any window takes: some 200 bytes each. Three days of what the
// default allows.
constexpr std::size_t most_spent = 50'000;

// Of those in force, whatever rules they are of.
core::Seconds longest_window_of(const policy::Policy& policy) {
    core::Seconds longest{0};
    const auto consider = [&](const std::vector<policy::RateLimit>& limits) {
        for (const auto& limit : limits) longest = std::max(longest, limit.window);
    };
    const auto consider_all = [&](const policy::Limits& limits) {
        consider(limits.per_server);
        consider(limits.fleet);
        consider(limits.per_target);
    };
    consider_all(policy.limits);
    for (const auto& rule : policy.rules) consider_all(policy::limits_of(policy, rule));
    return longest;
}

}  // namespace

FleetState::FleetState(SharedEdition edition)
    : edition_(std::move(edition)),
      asks_for_a_crowd_(policy::asks_for_a_crowd(edition_->policy())),
      shared_by_(policy::shared_on_the_fleet(edition_->policy())) {
    keep_windows();
}

SharedEdition FleetState::edition() const {
    const std::lock_guard lock{mutex_};
    return edition_;
}

std::vector<policy::Trip> FleetState::come_into_force(SharedEdition edition,
                                                      const std::vector<Decided>& looks,
                                                      const std::vector<std::string>& gone,
                                                      const std::vector<std::string>& come) {
    const std::lock_guard lock{mutex_};
    for (const auto& server : gone) forget(server);
    for (const auto& server : come) {
        servers_.insert(server);
        untried_.insert(server);
    }
    edition_ = std::move(edition);
    keep_windows();
    summary_.ask_anew();
    asks_for_a_crowd_ = policy::asks_for_a_crowd(edition_->policy());
    shared_by_ = policy::shared_on_the_fleet(edition_->policy());
    // Its sessions are counted by the numbers of rules that may be other rules now.
    presence_.doubt_everybody();
    for (const auto& server : summary_.asleep()) untried_.insert(server);
    for (const auto& [look, plan] : looks) {
        if (servers_.contains(look.server.traits.name)) summary_.revised(look, edition_->policy(), plan);
    }
    return trips_.only(edition_->policy());
}

void FleetState::added(const std::string& server) {
    const std::lock_guard lock{mutex_};
    servers_.insert(server);
    untried_.insert(server);
}

void FleetState::removed(const std::string& server) {
    const std::lock_guard lock{mutex_};
    forget(server);
}

void FleetState::forget(const std::string& server) {
    edition_->doubts().removed(server);
    servers_.erase(server);
    untried_.erase(server);
    summary_.forget(server);
    presence_.forget(server);
    bear_no_more(server);
}

void FleetState::bear(const core::ServerGuid& guid, const std::string& server) {
    guid_of_[server] = guid;
    auto& bearers = by_guid_[guid];
    if (bearers.insert(server).second && bearers.size() == 2) ++twins_;
}

void FleetState::bear_no_more(const std::string& server) {
    const auto found = guid_of_.find(server);
    if (found == guid_of_.end()) return;
    const auto bearers = by_guid_.find(found->second);
    bearers->second.erase(server);
    if (bearers->second.size() == 1) --twins_;
    if (bearers->second.empty()) by_guid_.erase(bearers);
    guid_of_.erase(found);
}

void FleetState::keep_windows() {
    longest_window_ = longest_window_of(edition_->policy());
    longest_kept_ = std::max({longest_kept_, longest_window_, shortest_ledger});
}

void FleetState::tried(const std::string& server) {
    const std::lock_guard lock{mutex_};
    untried_.erase(server);
}

void FleetState::tried(const Edition& edition, const std::string& server) {
    const std::lock_guard lock{mutex_};
    if (&edition == edition_.get()) untried_.erase(server);
}

bool FleetState::all_tried() const {
    const std::lock_guard lock{mutex_};
    return untried_.empty();
}

policy::Crowd FleetState::crowd_around(const policy::ServerLook& look, core::SteadyTime since) const {
    policy::Crowd crowd;
    const std::lock_guard lock{mutex_};
    if (!asks_for_a_crowd_) return crowd;
    auto around = presence_.others(look, std::max(since, look.at.steady - edition_->policy().late_after),
                                   look.at.steady - edition_->known_for(), shared_by_);
    // Whoever is on two entries that are one server would be counted twice.
    const bool any_twin = twins_ > 0;
    if (any_twin)
        for (auto& one : around.there) one.in_doubt = one.in_doubt || is_twin(one.server);
    const bool everywhere = !any_twin && around.servers + 1 >= servers_.size();
    crowd.add(std::move(around.there), everywhere);
    return crowd;
}

void FleetState::there(const Edition& edition, const policy::ServerLook& look, const policy::Crowd& crowd) {
    const std::lock_guard lock{mutex_};
    if (!asks_for_a_crowd_ || &edition != edition_.get()) return;
    const std::string& server = look.server.traits.name;
    presence_.looked(server, look.at.steady, crowd.of_server(server));
}

void FleetState::ended(const policy::ServerLook& look, const std::vector<policy::SessionFacts>& sessions) {
    const std::lock_guard lock{mutex_};
    if (!asks_for_a_crowd_) return;
    std::vector<policy::Counted> gone;
    for (const auto& session : sessions)
        if (auto one = policy::counted(look, session, false)) gone.push_back(std::move(*one));
    presence_.ended(std::move(gone), look.at.steady);
}

void FleetState::nobody_knows(const Edition& edition, const std::string& server) {
    const std::lock_guard lock{mutex_};
    if (&edition != edition_.get()) return;
    presence_.failed(server);
}

void FleetState::looked(const Edition& edition, const policy::ServerLook& look,
                        const policy::ServerPlan& plan) {
    const std::lock_guard lock{mutex_};
    if (&edition != edition_.get()) return;
    summary_.expire(look.at.steady, edition.known_for());
    summary_.looked(look, edition.policy(), plan);
}

void FleetState::next_look(const Edition& edition, const std::string& server, core::SteadyTime due) {
    const std::lock_guard lock{mutex_};
    if (&edition != edition_.get()) return;
    summary_.next_look(server, due, edition.config().polling.interval);
}

bool FleetState::is_known(const std::string& server, core::SteadyTime looked_at, core::SteadyTime now) const {
    const std::lock_guard lock{mutex_};
    const auto fresh_until = std::max(summary_.fresh_until(server).value_or(looked_at), looked_at);
    return now - fresh_until <= edition_->known_for();
}

std::optional<std::vector<policy::Trip>> FleetState::latch_trips() {
    const std::lock_guard lock{mutex_};
    if (!untried_.empty()) return std::nullopt;
    return trips_.latch(summary_.newly_demanded(edition_->policy()));
}

bool FleetState::tripped(const policy::RuleKey& rule, const std::string& server) const {
    const std::lock_guard lock{mutex_};
    return trips_.holds(rule, server);
}

std::vector<policy::Trip> FleetState::trips() const {
    const std::lock_guard lock{mutex_};
    return trips_.all();
}

void FleetState::restore(const std::vector<policy::Trip>& trips) {
    const std::lock_guard lock{mutex_};
    trips_.latch(trips);
}

std::vector<policy::Trip> FleetState::resume(const std::string& rule,
                                             const std::optional<std::string>& server) {
    const std::lock_guard lock{mutex_};
    summary_.ask_anew();
    return trips_.resume(rule, server);
}

policy::Withheld FleetState::trip_first(const Edition& edition, const std::string& server,
                                        policy::Withheld withheld) const {
    if (withheld.why != policy::Why::pending && withheld.why != policy::Why::observe) return withheld;
    const auto& rule = edition.policy().rules[withheld.rule.value()].key;
    if (!tripped(rule, server)) return withheld;
    withheld.why = policy::Why::tripped;
    withheld.detail = "rule '" + rule.name + "'";
    return withheld;
}

std::optional<std::string> FleetState::twin_of(const std::string& server, const core::ServerGuid& guid) {
    constexpr core::ServerGuid none{};
    if (guid == none) return std::nullopt;
    const std::lock_guard lock{mutex_};
    if (!servers_.contains(server)) return std::nullopt;  // it left the fleet
    if (const auto before = guid_of_.find(server); before != guid_of_.end() && before->second != guid) {
        bear_no_more(server);  // reinstalled, or another machine took the name
    }
    bear(guid, server);
    for (const auto& bearer : by_guid_.at(guid)) {
        if (bearer != server) return bearer;
    }
    return std::nullopt;
}

bool FleetState::has_twin(const std::string& server) const {
    const std::lock_guard lock{mutex_};
    return is_twin(server);
}

bool FleetState::is_twin(const std::string& server) const {
    const auto guid = guid_of_.find(server);
    if (guid == guid_of_.end()) return false;
    const auto bearers = by_guid_.find(guid->second);
    return bearers != by_guid_.end() && bearers->second.size() > 1;
}

FleetState::Reserved FleetState::reserve(const Edition& edition, const policy::LimitRequest& request,
                                         bool binding, core::SteadyTime now) {
    const std::lock_guard lock{mutex_};
    if (&edition != edition_.get()) return policy::Why::no_longer_matches;
    ledger_.expire(now, longest_kept_);
    ledger_.crowd_out(now, longest_window_, most_spent);
    if (binding) {
        if (const auto why = ledger_.obstacle(edition.policy().limits, request, now)) return *why;
    }
    return ledger_.reserve(request, now);
}

core::Seconds FleetState::longest_window() const {
    return std::max(longest_window_of(edition()->policy()), shortest_ledger);
}

void FleetState::spent(const policy::LimitRequest& request, core::SteadyTime at) {
    const std::lock_guard lock{mutex_};
    ledger_.reserve(request, at);
}

Hold FleetState::hold(HoldScope scope, core::Seconds length, std::string reason, std::string who,
                      core::Now now) {
    const std::lock_guard lock{mutex_};
    return holds_.add(std::move(scope), length, std::move(reason), std::move(who), now);
}

void FleetState::restore(Hold hold) {
    const std::lock_guard lock{mutex_};
    holds_.restore(std::move(hold));
}

void FleetState::hold_is_durable(std::uint64_t id) {
    const std::lock_guard lock{mutex_};
    holds_.written(id);
}

std::vector<Hold> FleetState::holds() const {
    const std::lock_guard lock{mutex_};
    return holds_.all();
}

std::vector<Hold> FleetState::take_away(const HoldScope& scope) {
    const std::lock_guard lock{mutex_};
    return holds_.remove(scope);
}

std::optional<Hold> FleetState::take_away(std::uint64_t id) {
    const std::lock_guard lock{mutex_};
    return holds_.remove(id);
}

std::vector<Hold> FleetState::expire_holds(core::SteadyTime now) {
    const std::lock_guard lock{mutex_};
    return holds_.expire(now);
}

std::optional<std::string> FleetState::held(const policy::ServerTraits& server,
                                            const std::vector<const policy::Rule*>& rules,
                                            core::SteadyTime now) const {
    const std::lock_guard lock{mutex_};
    if (holds_unknown_) return holds_unknown_;
    const Hold* const hold = holds_.in_the_way(server, rules, now);
    if (!hold) return std::nullopt;
    return to_string(hold->scope) + " until " + utc_text(hold->until.wall) + ", by " + hold->who + ": " +
           hold->reason;
}

void FleetState::holds_unknown(std::string why) {
    const std::lock_guard lock{mutex_};
    holds_unknown_ = std::move(why);
}

void FleetState::give_back(policy::LimitLedger::Ticket ticket) {
    const std::lock_guard lock{mutex_};
    ledger_.give_back(ticket);
}

KeptBan FleetState::ban(policy::Banned whom, core::Seconds length, std::string reason,
                        std::optional<std::string> override_protect, std::string who, core::Now now) {
    const std::lock_guard lock{mutex_};
    return bans_.add(std::move(whom), length, std::move(reason), std::move(override_protect), std::move(who),
                     now);
}

void FleetState::restore(KeptBan ban) {
    const std::lock_guard lock{mutex_};
    bans_.restore(std::move(ban));
}

void FleetState::ban_is_durable(std::uint64_t id) {
    const std::lock_guard lock{mutex_};
    bans_.written(id);
}

std::vector<KeptBan> FleetState::bans() const {
    const std::lock_guard lock{mutex_};
    return bans_.all();
}

std::optional<KeptBan> FleetState::take_away_ban(std::uint64_t id) {
    const std::lock_guard lock{mutex_};
    return bans_.remove(id);
}

std::vector<KeptBan> FleetState::expire_bans(core::Now now) {
    const std::lock_guard lock{mutex_};
    return bans_.expire(now);
}

std::vector<KeptBan> FleetState::bans_in_force(core::Now now) const {
    const std::lock_guard lock{mutex_};
    return bans_.in_force(now);
}

FleetState::Reserved FleetState::reserve_for_a_ban(const Edition& edition,
                                                   const policy::LimitRequest& request,
                                                   core::SteadyTime now) {
    const std::lock_guard lock{mutex_};
    if (&edition != edition_.get()) return policy::Why::no_longer_matches;
    constexpr core::Seconds longest_of_bans{60};
    ban_ledger_.expire(now, longest_of_bans);
    if (const auto why = ban_ledger_.obstacle(policy::ban_limits(), request, now)) return *why;
    return ban_ledger_.reserve(request, now);
}

void FleetState::give_back_to_bans(policy::LimitLedger::Ticket ticket) {
    const std::lock_guard lock{mutex_};
    ban_ledger_.give_back(ticket);
}

std::uint64_t FleetState::sessions() const {
    const std::lock_guard lock{mutex_};
    return summary_.sessions();
}

}  // namespace curfew::daemon
