#include "policy/next_match.hpp"

#include <algorithm>
#include <map>

#include "policy/earliest.hpp"

namespace curfew::policy {
namespace {

constexpr core::Seconds told_in{1};

}  // namespace

std::string_view to_string(NextLook::Why why) {
    switch (why) {
        case NextLook::Why::nothing_can_match: return "nothing can match";
        case NextLook::Why::time: return "time";
        case NextLook::Why::change: return "change";
        case NextLook::Why::decided: return "decided";
        case NextLook::Why::runs: return "for runs";
        case NextLook::Why::is_over: return "for is over";
        case NextLook::Why::polled: return "polled";
        case NextLook::Why::budget: return "budget";
    }
    return "change";
}

NextMatch::Asks NextMatch::asks_of(const Condition& condition) {
    Asks asks;
    const auto join = [&](const Asks& part) {
        asks.quiet |= part.quiet;
        asks.or_quiet |= part.or_quiet;
        asks.concurrent |= part.concurrent;
    };
    if (std::holds_alternative<QuietIn>(condition.node)) asks.quiet = true;
    if (std::holds_alternative<Concurrent>(condition.node)) asks.concurrent = true;
    if (const auto* idle = std::get_if<IdleIn>(&condition.node)) asks.or_quiet = idle->or_quiet.has_value();
    if (const auto* all = std::get_if<AllOf>(&condition.node))
        for (const Condition& part : all->conditions) join(asks_of(part));
    if (const auto* any = std::get_if<AnyOf>(&condition.node))
        for (const Condition& part : any->conditions) join(asks_of(part));
    const auto* negation = std::get_if<Not>(&condition.node);
    if (negation && negation->condition) join(asks_of(*negation->condition));
    return asks;
}

NextMatch::NextMatch(const Policy& policy) : policy_(policy) {
    for (const Protection& protection : policy.protect) protections_.push_back(asks_of(protection.when));
    for (const Rule& rule : policy.rules) rules_.push_back(asks_of(rule.when));
}

// The best moment so far, and who is asked about.
class NextMatch::Reckoning {
  public:
    Reckoning(const NextMatch& of, const ServerLook& look, const LookPace& pace)
        : of_(of),
          policy_(of.policy_),
          look_(look),
          now_(look.at.steady),
          soonest_(now_ + std::min(told_in, pace.interval)),
          regular_(now_ + pace.interval),
          outlook_(look, pace.asked, now_ + std::max(pace.longest, pace.interval), pace.budget) {
        best_.at = outlook_.end();
    }

    NextLook run(const std::vector<Decision>& decisions, const ServerMemory& memory) {
        find_live();
        if (is_polled()) propose(regular_, NextLook::Why::polled, std::nullopt);
        if (live_.empty()) return best_;
        for (std::size_t i = 0; i < decisions.size(); ++i) {
            if (!is_ours(look_.sessions[i])) consider(decisions[i]);
        }
        consider(memory);
        reckon(nullptr);
        for (const SessionFacts& session : look_.sessions) {
            if (!is_ours(session)) reckon(&session);
        }
        if (outlook_.exhausted()) propose(regular_, NextLook::Why::budget, std::nullopt);
        return best_;
    }

  private:
    // A rule that may match on this server, at some time.
    struct Live {
        std::size_t rule;
        std::size_t keeps;  // so many `keep` rules come before it
    };

    // For as long as the daemon has that account these are its own, and never ended.
    static bool is_ours(const SessionFacts& session) {
        return session.own == Own::account || session.own == Own::connection;
    }

    void propose(core::SteadyTime at, NextLook::Why why, std::optional<std::size_t> rule) {
        at = std::max(at, soonest_);
        if (at >= best_.at) return;
        best_ = {at, why, rule};
        outlook_.nothing_from(at);
    }

    bool is_over_for_good(const Rule& rule) const { return rule.until && look_.at.wall >= *rule.until; }
    bool in_principle(const Condition& condition, Truth truth) {
        return outlook_.earliest(condition, truth, nullptr, View::in_principle, now_) != never;
    }

    void find_live() {
        for (const Protection& protection : policy_.protect)
            if (!in_principle(protection.when, Truth::no)) return;  // it protects everybody
        for (std::size_t i = 0; i < policy_.rules.size(); ++i) {
            const Rule& rule = policy_.rules[i];
            if (is_over_for_good(rule)) continue;
            if (rule.then == Action::keep)
                keeps_.push_back(i);
            else if (in_principle(rule.when, Truth::yes))
                live_.push_back({i, keeps_.size()});
        }
    }

    // `concurrent` counts on servers where its rule does not match, too.
    bool is_polled() const {
        for (std::size_t i = 0; i < policy_.rules.size(); ++i)
            if (of_.rules_[i].concurrent && !is_over_for_good(policy_.rules[i])) return true;
        const auto quiet = [&](const Asks& asks) {
            return asks.quiet || (asks.or_quiet && look_.server.kind != Kind::windows);
        };
        const auto of_rule = [&](std::size_t rule) { return quiet(of_.rules_[rule]); };
        return !live_.empty() &&
               (std::any_of(of_.protections_.begin(), of_.protections_.end(), quiet) ||
                std::any_of(keeps_.begin(), keeps_.end(), of_rule) ||
                std::any_of(live_.begin(), live_.end(), [&](const Live& one) { return of_rule(one.rule); }));
    }

    void consider(const Decision& decision) {
        if (decision.protection) return;
        if (decision.pending)
            propose(regular_, NextLook::Why::runs, decision.rule);
        else if (decision.action == Action::disconnect)
            propose(regular_, NextLook::Why::decided, decision.rule);
        if (!decision.observed.empty()) propose(regular_, NextLook::Why::decided, decision.observed.front());
    }

    void consider(const ServerMemory& memory) {
        std::map<RuleKey, std::size_t> places;
        if (!memory.rules.empty())
            for (const Live& one : live_) places.emplace(policy_.rules[one.rule].key, one.rule);
        for (const RememberedSession& session : memory.sessions) {
            for (const RunningFor& clock : session.running) {
                const auto rule = places.find(memory.rules[clock.rule]);
                if (rule == places.end() || !policy_.rules[rule->second].hold) continue;
                propose(regular_, NextLook::Why::runs, rule->second);
                const core::SteadyTime over = clock.since + *policy_.rules[rule->second].hold;
                if (over > now_) propose(over, NextLook::Why::is_over, rule->second);
            }
        }
    }

    // When the rule may match the session, and nothing before it keeps or protects that one.
    core::SteadyTime earliest(const Live& one, const SessionFacts* session, View view) {
        const Rule& rule = policy_.rules[one.rule];
        const auto& protect = policy_.protect;
        return outlook_.together(
            2 + protect.size() + one.keeps, now_, [&](std::size_t i, core::SteadyTime from) {
                if (i == 0) return outlook_.earliest_on(rule.from, rule.until, true, from);
                if (i == 1) return outlook_.earliest(rule.when, Truth::yes, session, view, from);
                i -= 2;
                if (i < protect.size())
                    return outlook_.earliest(protect[i].when, Truth::no, session, view, from);
                return lets_pass(policy_.rules[keeps_[i - protect.size()]], session, view, from);
            });
    }
    core::SteadyTime lets_pass(const Rule& keep, const SessionFacts* session, View view,
                               core::SteadyTime from) {
        const auto off = outlook_.earliest_on(keep.from, keep.until, false, from);
        return off == from ? from
                           : std::min(off, outlook_.earliest(keep.when, Truth::no, session, view, from));
    }

    // Cut off or not, a second after it may first have been it is.
    static core::SteadyTime when_told(core::SteadyTime perhaps, core::SteadyTime as_told) {
        return as_told - perhaps > told_in ? perhaps + told_in : as_told;
    }

    void reckon(const SessionFacts* session) {
        for (const Live& one : live_) {
            if (outlook_.exhausted()) return;
            const auto may = earliest(one, session, View::may);
            if (may == never) continue;
            if (may > regular_) {
                propose(when_told(may, earliest(one, session, View::may_as_told)), NextLook::Why::time,
                        one.rule);
                continue;
            }
            propose(regular_, NextLook::Why::change, one.rule);
            if (!session) continue;
            const auto as_told = earliest(one, session, View::as_seen_told);
            if (as_told == never || as_told <= now_) continue;  // it matches: then that was decided
            propose(when_told(earliest(one, session, View::as_seen), as_told), NextLook::Why::time, one.rule);
        }
    }

    const NextMatch& of_;
    const Policy& policy_;
    const ServerLook& look_;
    core::SteadyTime now_;
    core::SteadyTime soonest_;
    core::SteadyTime regular_;
    Outlook outlook_;
    NextLook best_;
    std::vector<std::size_t> keeps_;  // that are not over
    std::vector<Live> live_;          // of those that disconnect
};

NextLook NextMatch::after(const ServerLook& look, const std::vector<Decision>& decisions,
                          const ServerMemory& memory, const LookPace& pace) const {
    return Reckoning{*this, look, pace}.run(decisions, memory);
}

}  // namespace curfew::policy
