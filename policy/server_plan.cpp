#include "policy/server_plan.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/text/durations.hpp"
#include "policy/call.hpp"
#include "policy/targets.hpp"

namespace curfew::policy {
namespace {

class Planner {
  public:
    Planner(const Policy& policy, const ServerLook& look, ServerMemory& memory,
            std::vector<Decision> decisions)
        : policy_(policy), look_(look), targets_(look) {
        plan_.decisions = std::move(decisions);
        remember(memory, policy, look, plan_.decisions);
    }

    ServerPlan run() {
        for (const Pair& pair : targets_.pairs()) {
            if (const auto rule = first_rule(pair, decided_by)) {
                consider(pair, *rule);
            } else if (const auto observing = first_rule(pair, observed_by)) {
                consider_observed(pair, *observing);
            } else if (const auto waiting = first_rule(pair, waited_for)) {
                consider_waiting(pair, *waiting);
            }
        }
        sort_as_limits_bite(plan_.disconnects);
        return std::move(plan_);
    }

  private:
    using Reason = std::optional<std::pair<Why, std::string>>;

    static std::optional<std::size_t> decided_by(const Decision& decision) {
        return decision.action == Action::disconnect ? decision.rule : std::nullopt;
    }
    // What ended it if observing rules were taken at their word.
    static std::optional<std::size_t> observed_by(const Decision& decision) {
        return decision.observed.empty() ? decided_by(decision) : decision.observed.front();
    }
    using RuleOf = std::optional<std::size_t>(const Decision&);

    // What will end it when no file was seen open for long enough.
    static std::optional<std::size_t> waited_for(const Decision& decision) {
        return decision.waits_for_quiet ? decision.waits_for_quiet : decided_by(decision);
    }

    // An observing rule that is taken at its word has held.
    static bool waits(const Decision& decision, RuleOf rule_of) {
        const auto rule = rule_of(decision);
        if (rule_of == waited_for && rule == decision.waits_for_quiet) return true;
        return decision.pending && rule == decision.rule;
    }
    bool all_wait(const Pair& pair, RuleOf rule_of) const {
        return std::all_of(pair.members.begin(), pair.members.end(),
                           [&](std::size_t member) { return waits(plan_.decisions[member], rule_of); });
    }

    std::optional<std::size_t> first_rule(const Pair& pair, RuleOf rule_of) const {
        std::optional<std::size_t> first;
        for (const std::size_t member : pair.members) {
            const auto rule = rule_of(plan_.decisions[member]);
            if (rule && (!first || *rule < *first)) first = rule;
        }
        return first;
    }

    void consider(const Pair& pair, std::size_t rule) {
        auto targets = targets_.of(pair.members.front());
        if (auto reason = obstacle(pair, targets, decided_by)) {
            withhold(pair, rule, std::move(*reason));
            return;
        }
        if (all_wait(pair, decided_by)) {
            withhold(pair, rule, {Why::pending, longest_wait(pair)});
            return;
        }
        for (const std::size_t target : targets) rule = std::min(rule, *plan_.decisions[target].rule);
        auto call = call_for(look_.sessions[pair.members.front()]);
        plan_.disconnects.push_back({.client = std::move(call->client),
                                     .user = std::move(call->user),
                                     .rule = rule,
                                     .targets = std::move(targets),
                                     .idle = std::nullopt});
        plan_.disconnects.back().idle = longest_idle(look_, plan_.disconnects.back().targets);
    }

    // Recorded is what would have been ended, had the rule been enforced: so what would have stood in its way
    // then is said instead. Protection alone is not: only rules that end sessions are held against it.
    void consider_observed(const Pair& pair, std::size_t rule) {
        auto reason = obstacle(pair, targets_.of(pair.members.front()), observed_by);
        if (!reason) reason = {Why::observe, {}};
        if (reason->first != Why::is_protected) withhold(pair, rule, std::move(*reason));
    }

    void consider_waiting(const Pair& pair, std::size_t rule) {
        auto reason = obstacle(pair, targets_.of(pair.members.front()), waited_for);
        if (!reason) reason = {Why::pending, quiet_so_far(pair)};
        if (reason->first != Why::is_protected) withhold(pair, rule, std::move(*reason));
    }

    // In the order of `Why`.
    Reason obstacle(const Pair& pair, const std::vector<std::size_t>& targets, RuleOf rule_of) const {
        for (const std::size_t member : pair.members) {
            const Decision& decision = plan_.decisions[member];
            if (decision.protection && rule_of(decision))
                return {{Why::is_protected, policy_.protect[*decision.protection].reason}};
        }
        for (const std::size_t target : targets) {
            if (look_.sessions[target].own != Own::no)
                return {{Why::own_session, who(look_.sessions[target]) + ": taken for curfew's own session"}};
        }
        if (const auto missing = missing_name(look_.sessions[pair.members.front()])) return {{*missing, {}}};
        // Of those who wait nobody is in the way of another.
        const bool nobody_goes_yet = all_wait(pair, rule_of);
        std::string in_the_way;
        std::size_t more = 0;
        for (const std::size_t target : targets) {
            const Decision& decision = plan_.decisions[target];
            const bool goes = rule_of(decision) && (nobody_goes_yet || !waits(decision, rule_of));
            if (!decision.protection && goes) continue;
            if (in_the_way.empty()) {
                in_the_way = who(look_.sessions[target]) + ": " + why_kept(decision);
            } else {
                ++more;
            }
        }
        if (in_the_way.empty()) return std::nullopt;
        if (more > 0) in_the_way += ", and " + std::to_string(more) + " more";
        return {{Why::collateral, std::move(in_the_way)}};
    }

    std::string why_kept(const Decision& decision) const {
        if (decision.protection) {
            const auto& reason = policy_.protect[*decision.protection].reason;
            return reason.empty() ? "protected" : "protected (" + reason + ")";
        }
        if (decision.pending)
            return "pending under '" + policy_.rules[*decision.rule].key.name + "' (" +
                   in_words(*decision.pending) + ")";
        if (decision.rule) return "kept by '" + policy_.rules[*decision.rule].key.name + "'";
        if (!decision.observed.empty())
            return "only observed by '" + policy_.rules[decision.observed.front()].key.name + "'";
        return "no rule ends it";
    }

    // Of the member that has to wait longest.
    std::string longest_wait(const Pair& pair) const {
        const auto left = [&](std::size_t member) {
            const Pending& pending = *plan_.decisions[member].pending;
            return pending.same_session ? pending.hold - pending.held : core::Seconds::max();
        };
        const auto last = std::max_element(pair.members.begin(), pair.members.end(),
                                           [&](auto a, auto b) { return left(a) < left(b); });
        return in_words(*plan_.decisions[*last].pending);
    }

    // Of the member that has been quiet for the shortest time.
    std::string quiet_so_far(const Pair& pair) const {
        auto shortest = core::SteadyTime::duration::max();
        for (const std::size_t member : pair.members) {
            const auto& quiet = look_.sessions[member].quiet;
            if (plan_.decisions[member].waits_for_quiet && quiet)
                shortest = std::min(shortest, quiet->at_least);
        }
        return "no file seen open for " + core::duration_text(std::chrono::floor<core::Seconds>(shortest)) +
               " so far";
    }

    static std::string in_words(const Pending& pending) {
        const std::string hold = "for " + core::duration_text(pending.hold);
        if (!pending.same_session) return hold + ", not counted yet: when the session began is unknown";
        const std::string held = hold + ", held " + core::duration_text(pending.held);
        if (pending.held == core::Seconds{0}) return held;  // just begun, or without a past
        return held + ", due in " + core::duration_text(pending.hold - pending.held);
    }

    void withhold(const Pair& pair, std::size_t rule, std::pair<Why, std::string> reason) {
        const auto& session = look_.sessions[pair.members.front()].reported;
        plan_.withheld.push_back(
            {session.client, session.user, rule, reason.first, std::move(reason.second)});
    }

    // Rule by rule, then who has been idle longest; an unknown idle time comes last, and the rest is as
    // listed.
    static void sort_as_limits_bite(std::vector<Disconnect>& disconnects) {
        std::multimap<std::tuple<std::size_t, core::Seconds::rep>, Disconnect> sorted;
        for (auto& disconnect : disconnects) {
            const auto idle = disconnect.idle ? -disconnect.idle->count() : 1;
            sorted.emplace(std::tuple{disconnect.rule, idle}, std::move(disconnect));
        }
        disconnects.clear();
        for (auto& entry : sorted) disconnects.push_back(std::move(entry.second));
    }

    const Policy& policy_;
    const ServerLook& look_;
    Targets targets_;
    ServerPlan plan_;
};

}  // namespace

ServerPlan plan_server(const Policy& policy, const ServerLook& look, ServerMemory& memory,
                       std::vector<Decision> decisions) {
    return Planner{policy, look, memory, std::move(decisions)}.run();
}

ServerPlan plan_server(const Policy& policy, const ServerLook& look, ServerMemory& memory, Crowd& crowd) {
    const ServerLook* looks[] = {&look};
    return plan_server(policy, look, memory, std::move(decide_all(policy, looks, crowd).front()));
}

ServerPlan plan_server(const Policy& policy, const ServerLook& look, ServerMemory& memory) {
    Crowd nobody_else;
    return plan_server(policy, look, memory, nobody_else);
}

ServerPlan plan_server(const Policy& policy, const ServerLook& look) {
    ServerMemory no_past;
    return plan_server(policy, look, no_past);
}

std::string_view to_string(Why why) {
    switch (why) {
        case Why::is_protected: return "protected";
        case Why::own_session: return "own session";
        case Why::no_user_name: return "no user name";
        case Why::no_client_name: return "no client name";
        case Why::collateral: return "collateral";
        case Why::tripped: return "tripped";
        case Why::hold: return "hold";
        case Why::pending: return "pending";
        case Why::observe: return "observe";
        case Why::limit_per_target: return "limit per_target";
        case Why::limit_per_server: return "limit per_server";
        case Why::limit_fleet: return "limit fleet";
        case Why::no_longer_matches: return "no longer matches";
    }
    return "?";
}

}  // namespace curfew::policy
