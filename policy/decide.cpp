#include "policy/decide.hpp"

#include <algorithm>

#include "policy/decider.hpp"

namespace curfew::policy {
namespace {

std::optional<std::size_t> protection_of(const Policy& policy, const ServerFacts& server,
                                         const SessionFacts& session, core::WallTime at) {
    for (std::size_t i = 0; i < policy.protect.size(); ++i)
        if (evaluate(policy.protect[i].when, server, session, at) != Truth::no) return i;
    return std::nullopt;
}

}  // namespace

bool ask(const Policy& policy, const ServerFacts& server, const SessionFacts& session,
         Circumstances circumstances, Decision& decision) {
    const Rule& rule = policy.rules[circumstances.rule];
    if (!rule.is_on(circumstances.at)) return false;
    const Truth holds = evaluate(rule.when, server, session, circumstances);
    const bool matches = rule.then == Action::keep ? holds != Truth::no : holds == Truth::yes;
    const bool observes = rule.observes_on(server.traits);
    if (!matches) {
        const bool may_wait = rule.then == Action::disconnect && holds == Truth::unknown && !observes &&
                              !decision.waits_for_quiet && asks_for_quiet(rule.when);
        circumstances.given_time = true;
        if (may_wait && evaluate(rule.when, server, session, circumstances) == Truth::yes)
            decision.waits_for_quiet = circumstances.rule;
        return false;
    }
    if (observes) {
        decision.observed.push_back(circumstances.rule);
        return false;
    }
    decision.action = rule.then;
    decision.rule = circumstances.rule;
    if (rule.then == Action::disconnect && rule.hold) decision.pending = Pending{.hold = *rule.hold};
    return true;
}

Decision decide(const Policy& policy, const ServerFacts& server, const SessionFacts& session,
                core::WallTime at, const Crowd* crowd) {
    Decision decision;
    decision.protection = protection_of(policy, server, session, at);
    // The rules are asked for a protected session too: that one was only saved by its protection is worth a
    // line in the plan.
    for (std::size_t i = 0; i < policy.rules.size(); ++i)
        if (ask(policy, server, session, {.at = at, .crowd = crowd, .rule = i}, decision)) break;
    return decision;
}

// Rule by rule over everybody: who is in the crowd of a rule depends on what those above it decide, and on
// nothing else.
std::vector<std::vector<Decision>> decide_all(const Policy& policy, std::span<const ServerLook* const> looks,
                                              Crowd& crowd) {
    std::vector<std::vector<Decision>> out;
    if (!asks_for_a_crowd(policy)) {
        for (const ServerLook* look : looks) {
            auto& decisions = out.emplace_back();
            decisions.reserve(look->sessions.size());
            Decider decided{policy, look->server, look->at.wall};
            for (const SessionFacts& session : look->sessions) decisions.push_back(decided(session));
        }
        return out;
    }
    struct Open {
        const ServerLook* look;
        std::size_t of_look;
        std::size_t session;
    };
    std::vector<Open> open;
    for (std::size_t i = 0; i < looks.size(); ++i) {
        const ServerLook& look = *looks[i];
        auto& decisions = out.emplace_back(look.sessions.size());
        for (std::size_t j = 0; j < look.sessions.size(); ++j) {
            const SessionFacts& session = look.sessions[j];
            decisions[j].protection = protection_of(policy, look.server, session, look.at.wall);
            if (auto one = counted(look, session, decisions[j].protection.has_value()))
                crowd.add(session, std::move(*one));
            open.push_back({&look, i, j});
        }
    }
    for (std::size_t rule = 0; rule < policy.rules.size() && !open.empty(); ++rule) {
        std::erase_if(open, [&](const Open& one) {
            const SessionFacts& session = one.look->sessions[one.session];
            Decision& decision = out[one.of_look][one.session];
            const Circumstances now{.at = one.look->at.wall, .crowd = &crowd, .rule = rule};
            const bool waited = decision.waits_for_quiet.has_value();
            const bool decided = ask(policy, one.look->server, session, now, decision);
            // Who is pending under a rule may be ended by it at any moment, and is gone for those below: in
            // doubt fewer are counted.
            if (!waited && decision.waits_for_quiet) crowd.ended(session, rule);
            if (!decided) return false;
            // Only those above a rule matter to it, so this does not change what it says of the others.
            if (decision.action == Action::disconnect)
                crowd.ended(session, rule);
            else
                crowd.kept(session, rule);
            return true;
        });
    }
    return out;
}

bool asks_for_a_crowd(const Policy& policy) {
    return std::any_of(policy.rules.begin(), policy.rules.end(),
                       [](const Rule& rule) { return !all_concurrent(rule.when).empty(); });
}

SharedBy shared_on_the_fleet(const Policy& policy) {
    SharedBy by{false, false};
    for (const Rule& rule : policy.rules) {
        for (const auto* concurrent : all_concurrent(rule.when)) {
            if (concurrent->across != Concurrent::Across::fleet) continue;
            auto& shared = concurrent->per == Concurrent::Per::client ? by.client : by.user;
            shared = true;
        }
    }
    return by;
}

}  // namespace curfew::policy
