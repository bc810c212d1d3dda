#include <algorithm>

#include "daemon/gate/gate.hpp"
#include "policy/decider.hpp"

namespace curfew::daemon {
namespace {

bool same_pair(const policy::SessionFacts& session, const std::string& client_key,
               const std::string& user_key) {
    return session.client_key == client_key && session.user_key == user_key;
}

std::vector<const policy::Rule*> rules_of(const policy::Policy& policy, const policy::ServerLook& look,
                                          const std::vector<std::size_t>& targets) {
    std::vector<const policy::Rule*> rules;
    policy::Decider decider{policy, look.server, look.at.wall};
    for (const auto index : targets) {
        const auto decided = decider(look.sessions[index]).rule;
        const auto* rule = decided ? &policy.rules[*decided] : nullptr;
        if (rule && std::find(rules.begin(), rules.end(), rule) == rules.end()) rules.push_back(rule);
    }
    return rules;
}

// What the whole policy says now, held against what was proposed. A `for` that was over at the first look and
// was broken since is pending here.
Redecision decide_again(const policy::Policy& policy, const policy::ServerLook& look,
                        policy::ServerMemory& memory, const Proposal& proposal) {
    const auto plan = policy::plan_server(policy, look, memory);
    for (const auto& wanted : plan.disconnects) {
        const bool same = wanted.client == proposal.client && wanted.user == proposal.user;
        // Another rule has other limits and another reason: that is for the next look to propose.
        if (same && &policy.rules[wanted.rule] == proposal.rule)
            return {wanted.targets, {}, {}, rules_of(policy, look, wanted.targets)};
    }
    const auto pair_is_withheld = [&](const policy::Withheld& withheld) {
        return withheld.client == proposal.client.text() && withheld.user == proposal.user.text() &&
               withheld.why != policy::Why::observe;
    };
    const auto withheld = std::find_if(plan.withheld.begin(), plan.withheld.end(), pair_is_withheld);
    if (withheld != plan.withheld.end()) return {{}, withheld->why, withheld->detail};
    return {{}, policy::Why::no_longer_matches, {}};
}

}  // namespace

Proposal unsigned_proposal(const policy::ServerLook& look, const policy::Disconnect& wanted) {
    const policy::SessionFacts* named = &look.sessions[wanted.targets.front()];
    std::vector<policy::SessionFacts> targets;
    for (const auto index : wanted.targets) {
        const auto& session = look.sessions[index];
        targets.push_back(session);
        if (session.reported.client == wanted.client.text() && session.reported.user == wanted.user.text()) {
            named = &session;
        }
    }
    return {wanted.client,
            wanted.user,
            named->client_key,
            named->user_key,
            std::move(targets),
            nullptr,
            {},
            {},
            {}};
}

Proposal proposal_of(const policy::Policy& policy, const policy::ServerLook& look,
                     const policy::Disconnect& wanted) {
    Proposal proposal = unsigned_proposal(look, wanted);
    proposal.rule = &policy.rules[wanted.rule];
    proposal.rules = rules_of(policy, look, wanted.targets);
    proposal.reason = proposal.rule->reason;
    proposal.decide_again = [&policy, proposed = proposal](const policy::ServerLook& fresh,
                                                           policy::ServerMemory& memory) {
        return decide_again(policy, fresh, memory, proposed);
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
