#include <algorithm>
#include <set>

#include "daemon/gate/gate.hpp"

namespace curfew::daemon {
namespace {

bool same_pair(const policy::SessionFacts& session, const std::string& client_key,
               const std::string& user_key) {
    return session.client_key == client_key && session.user_key == user_key;
}

std::vector<const policy::Rule*> rules_of(const policy::Policy& policy, const policy::ServerPlan& plan,
                                          const std::vector<std::size_t>& targets) {
    std::vector<const policy::Rule*> rules;
    for (const auto index : targets) {
        const auto decided = plan.decisions[index].rule;
        const auto* rule = decided ? &policy.rules[*decided] : nullptr;
        if (rule && std::find(rules.begin(), rules.end(), rule) == rules.end()) rules.push_back(rule);
    }
    return rules;
}

// Whether each of the targets is decided by the same rule when everything is taken into account that is known
// of other servers: what only the last look at them says may be what an earlier rule goes by.
bool known_too(const policy::Policy& policy, const Evidence& evidence, const policy::ServerPlan& plan,
               const std::vector<std::size_t>& targets) {
    if (!policy::asks_for_a_crowd(policy)) return true;
    const policy::ServerLook* looks[] = {&evidence.look};
    const auto decisions = policy::decide_all(policy, looks, evidence.known);
    return std::all_of(targets.begin(), targets.end(), [&](std::size_t target) {
        const auto& decision = decisions.front()[target];
        return decision.action == policy::Action::disconnect && decision.rule == plan.decisions[target].rule;
    });
}

// What the whole policy says now, held against what was proposed. A `for` that was over at the first look and
// was broken since is pending here.
Redecision decide_again(const policy::Policy& policy, const Evidence& evidence, const Proposal& proposal) {
    const auto plan = policy::plan_server(policy, evidence.look, evidence.memory, evidence.fresh);
    for (const auto& wanted : plan.disconnects) {
        const bool same = wanted.client == proposal.client && wanted.user == proposal.user;
        // Another rule has other limits and another reason: that is for the next look to propose.
        if (!same || &policy.rules[wanted.rule] != proposal.rule) continue;
        if (!known_too(policy, evidence, plan, wanted.targets)) break;
        return {wanted.targets, {}, {}, rules_of(policy, plan, wanted.targets)};
    }
    const auto pair_is_withheld = [&](const policy::Withheld& withheld) {
        return withheld.client == proposal.client.text() && withheld.user == proposal.user.text() &&
               withheld.why != policy::Why::observe;
    };
    const auto withheld = std::find_if(plan.withheld.begin(), plan.withheld.end(), pair_is_withheld);
    if (withheld != plan.withheld.end()) return {{}, withheld->why, withheld->detail};
    return {{}, policy::Why::no_longer_matches, {}};
}

// A ban that is over ends nobody, and under another's name nobody is ended either: that is for the next look.
Redecision decide_again(const policy::Policy& policy, const Evidence& evidence, const Proposal& proposal,
                        const std::vector<policy::Ban>& in_force) {
    const auto plan = policy::plan_server(policy, evidence.look, evidence.memory, evidence.fresh);
    const auto bans = policy::plan_bans(policy, evidence.look, plan.decisions, in_force);
    for (const auto& wanted : bans.disconnects) {
        const bool same = wanted.call.client == proposal.client && wanted.call.user == proposal.user;
        if (!same || in_force[wanted.ban].id != proposal.ban) continue;
        if (!known_too(policy, evidence, plan, wanted.by_rule)) break;
        return {wanted.call.targets, {}, {}, rules_of(policy, plan, wanted.by_rule)};
    }
    for (const auto& [withheld, ban] : bans.withheld) {
        const bool same = withheld.client == proposal.client.text() && withheld.user == proposal.user.text();
        if (same && in_force[ban].id == proposal.ban) return {{}, withheld.why, withheld.detail};
    }
    return {{}, policy::Why::no_longer_matches, {}};
}

// The other servers that the rules of the targets counted on.
std::vector<std::string> counted_on(const policy::ServerLook& look, const policy::ServerPlan& plan,
                                    const policy::Policy& policy, const policy::Crowd& crowd,
                                    const std::vector<std::size_t>& targets) {
    std::set<std::string> servers;
    for (const auto target : targets) {
        const auto rule = plan.decisions[target].rule;
        if (!rule) continue;
        for (const auto* concurrent : policy::all_concurrent(policy.rules[*rule].when)) {
            const auto counted = crowd.counted_on(*concurrent, look.sessions[target]);
            servers.insert(counted.begin(), counted.end());
        }
    }
    return {servers.begin(), servers.end()};
}

}  // namespace

Proposal unsigned_proposal(SharedEdition edition, const policy::ServerLook& look,
                           const policy::Disconnect& wanted) {
    const policy::SessionFacts* named = &look.sessions[wanted.targets.front()];
    std::vector<policy::SessionFacts> targets;
    for (const auto index : wanted.targets) {
        const auto& session = look.sessions[index];
        targets.push_back(session);
        if (session.reported.client == wanted.client.text() && session.reported.user == wanted.user.text()) {
            named = &session;
        }
    }
    Proposal proposal{std::move(edition), wanted.client, wanted.user, named->client_key, named->user_key};
    proposal.targets = std::move(targets);
    return proposal;
}

Proposal proposal_of(SharedEdition edition, const policy::ServerLook& look, const policy::ServerPlan& plan,
                     const policy::Crowd& crowd, const policy::Disconnect& wanted) {
    const auto& policy = edition->policy();
    Proposal proposal = unsigned_proposal(std::move(edition), look, wanted);
    proposal.rule = &policy.rules[wanted.rule];
    proposal.rules = rules_of(policy, plan, wanted.targets);
    proposal.counted_on = counted_on(look, plan, policy, crowd, wanted.targets);
    proposal.reason = proposal.rule->reason;
    proposal.decide_again = [&policy, proposed = proposal](const Evidence& evidence) {
        return decide_again(policy, evidence, proposed);
    };
    return proposal;
}

Proposal proposal_of(SharedEdition edition, const policy::ServerLook& look, const policy::ServerPlan& plan,
                     const policy::Crowd& crowd, BanCall call, const FleetState& fleet, const Clock& clock) {
    const auto& policy = edition->policy();
    Proposal proposal = unsigned_proposal(std::move(edition), look, call.wanted.call);
    proposal.rules = rules_of(policy, plan, call.wanted.by_rule);
    proposal.counted_on = counted_on(look, plan, policy, crowd, call.wanted.by_rule);
    proposal.reason = "ban " + std::to_string(call.ban.ban.id) + ": " + call.ban.ban.reason;
    if (const auto& why = call.ban.ban.override_protect) proposal.reason += "; protect overridden: " + *why;
    proposal.who = call.ban.who;
    proposal.ban = call.ban.ban.id;
    proposal.decide_again = [&policy, &fleet, &clock, proposed = proposal](const Evidence& evidence) {
        const auto in_force = BanBook::of_policy(fleet.bans_in_force(clock.now()));
        return decide_again(policy, evidence, proposed, in_force);
    };
    return proposal;
}

bool any_left(const std::vector<policy::SessionFacts>& ended, const policy::ServerLook& look) {
    constexpr core::Seconds tolerance{2};
    return std::any_of(look.sessions.begin(), look.sessions.end(), [&](const policy::SessionFacts& now) {
        return std::any_of(ended.begin(), ended.end(), [&](const policy::SessionFacts& before) {
            if (!same_pair(now, before.client_key, before.user_key)) return false;
            if (!before.started) return true;
            // No start yet: Samba says so of a session younger than a second. Anything older is not it.
            const auto started = now.started.value_or(look.at.steady);
            return started - *before.started <= tolerance;
        });
    });
}

}  // namespace curfew::daemon
