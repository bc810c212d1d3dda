#include "daemon/testing/judge.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "daemon/output/explanation.hpp"
#include "policy/call.hpp"
#include "policy/explain.hpp"
#include "policy/server_plan.hpp"
#include "policy/wording.hpp"

namespace curfew::daemon {
namespace {

constexpr std::size_t most_explained = 3;
constexpr std::size_t width = terminal_width - explanation_indent;

using Key = std::pair<std::string, std::string>;  // client and user, as sessions are compared

Key key_of(const policy::SessionFacts& session) {
    return {session.client_key, session.user_key};
}

std::string quoted_rule(const std::string& name) {
    return "the rule " + policy::spelled(name);
}

std::string name_of(const policy::SessionFacts& session) {
    const auto& client = session.reported.client;
    return policy::who(session) + " from " + (client.empty() ? "a client without a name" : client);
}

// `held` is as the test says, also of sessions younger than that, and of those whose age is left out.
policy::ServerLook as_old_as_need_be(policy::ServerLook look) {
    for (auto& session : look.sessions) session.started = core::SteadyTime{};
    return look;
}

Judgement judge_one(const config::Config& config, const config::OneSession& test) {
    const auto look = policy::suppose(test.server, {test.session}, test.at, config.client_names);
    auto explanation = policy::explain(config.policy, look.server, look.sessions.front(), test.at);
    const auto old = as_old_as_need_be(look);
    auto memory = policy::as_if_held(config.policy, old, test.held);
    std::vector<policy::Decision> decisions{explanation.decision};
    policy::remember(memory, config.policy, old, decisions);
    explanation.decision = std::move(decisions.front());

    const policy::Decision& decision = explanation.decision;
    const bool by_a_rule = decision.rule && !decision.protection;
    const bool same_rule =
        !test.expect.rule || (by_a_rule && config.policy.rules[*decision.rule].key.name == *test.expect.rule);
    if (policy::outcome_of(decision) == test.expect.outcome && same_rule) return {.passed = true};
    Judgement out{.passed = false, .expected = test.expect.outcome};
    if (test.expect.rule) out.expected += ", by " + quoted_rule(*test.expect.rule);
    out.came = policy::decision_text(config.policy, decision);
    out.explanation = explanation_text(config.policy, explanation, width);
    return out;
}

// What the plan for one server came to, held against what was expected of it.
class PlanJudge {
  public:
    PlanJudge(const config::Config& config, const config::AllSessions& test)
        : config_(config),
          test_(test),
          look_(policy::suppose(test.server, test.sessions, test.at, config.client_names)) {
        crowd_.add({}, true);  // there is nobody else
        const policy::ServerLook* looks[] = {&look_};
        auto decisions = policy::decide_all(config.policy, looks, crowd_);
        const auto old = as_old_as_need_be(look_);
        auto memory = policy::as_if_held(config.policy, old, test.held);
        plan_ = policy::plan_server(config.policy, old, memory, std::move(decisions.front()));
        for (const auto& disconnect : plan_.disconnects)
            for (const std::size_t target : disconnect.targets) ends_.insert(key_of(look_.sessions[target]));
        for (const auto& withheld : plan_.withheld) {
            const auto session =
                std::find_if(look_.sessions.begin(), look_.sessions.end(), [&](const auto& one) {
                    return one.reported.client == withheld.client && one.reported.user == withheld.user;
                });
            if (session != look_.sessions.end()) withheld_.insert(key_of(*session));
        }
    }

    Judgement judge() {
        std::set<Key> wrong;
        compare(test_.expect.ends, ends_, wrong);
        compare(test_.expect.withheld, withheld_, wrong);
        if (wrong.empty()) return {.passed = true};
        return {
            .passed = false, .expected = expected(), .came = came(), .explanation = explanation_of(wrong)};
    }

  private:
    using Expected = std::optional<std::vector<config::ExpectedPair>>;

    static void compare(const Expected& expected, const std::set<Key>& came, std::set<Key>& wrong) {
        if (!expected) return;
        std::set<Key> keys;
        for (const auto& pair : *expected) keys.insert({pair.client_key, pair.user_key});
        std::set_symmetric_difference(keys.begin(), keys.end(), came.begin(), came.end(),
                                      std::inserter(wrong, wrong.end()));
    }

    static std::string list(const std::vector<std::string>& names) {
        std::string text;
        for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
        return names.empty() ? "nobody" : text;
    }
    static std::string names_of(const std::vector<config::ExpectedPair>& pairs) {
        std::vector<std::string> names;
        for (const auto& pair : pairs)
            names.push_back((pair.user.empty() ? "''" : pair.user) + " from " +
                            (pair.client.empty() ? "''" : pair.client));
        return list(names);
    }
    std::string expected() const {
        std::string text;
        if (test_.expect.ends) text = "ends " + names_of(*test_.expect.ends);
        if (test_.expect.withheld)
            text += (text.empty() ? "withholds " : "; withholds ") + names_of(*test_.expect.withheld);
        return text;
    }
    std::string came() const {
        std::vector<std::string> ends;
        std::set<Key> told;
        for (const auto& session : look_.sessions)
            if (ends_.contains(key_of(session)) && told.insert(key_of(session)).second)
                ends.push_back(name_of(session));
        std::vector<std::string> withheld;
        for (const auto& one : plan_.withheld) {
            std::string why{policy::to_string(one.why)};
            if (!one.detail.empty()) why += ": " + one.detail;
            withheld.push_back((one.user.empty() ? "''" : one.user) + " from " +
                               (one.client.empty() ? "''" : one.client) + " (" + why + ")");
        }
        return "ends " + list(ends) + "; withholds " + list(withheld);
    }

    std::string explanation_of(const std::set<Key>& wrong) const {
        std::string text;
        std::size_t explained = 0;
        std::size_t more = 0;
        for (std::size_t i = 0; i < look_.sessions.size(); ++i) {
            const auto& session = look_.sessions[i];
            if (!wrong.contains(key_of(session))) continue;
            if (explained == most_explained) {
                ++more;
                continue;
            }
            auto explanation = policy::explain(config_.policy, look_.server, session, test_.at, &crowd_);
            explanation.decision = plan_.decisions[i];
            text += (explained++ == 0 ? "" : "\n") + wrapped("Session " + name_of(session), 0, width) +
                    explanation_text(config_.policy, explanation, width);
        }
        if (more > 0) text += "\n" + std::to_string(more) + " more sessions differ\n";
        return text;
    }

    const config::Config& config_;
    const config::AllSessions& test_;
    policy::ServerLook look_;
    policy::Crowd crowd_;
    policy::ServerPlan plan_;
    std::set<Key> ends_;
    std::set<Key> withheld_;
};

Judgement judge_never(const config::Config& config, const config::NeverEnded& test) {
    auto premises = test.premises;
    premises.client_names = config.client_names;
    const auto proof = policy::never_ends(config.policy, premises);
    if (proof.outcome == policy::Proof::Outcome::proven) return {.passed = true};
    const std::string rule = quoted_rule(config.policy.rules[*proof.rule].key.name);
    Judgement out{.passed = false, .expected = "never disconnect, whatever else holds"};
    if (proof.outcome == policy::Proof::Outcome::gave_up) {
        out.came = "not proven: " + rule + " might end it; there are too many ways to try them all";
        return out;
    }
    out.came = rule + " may end it";
    out.explanation = proof.when.empty() ? "It may end it whatever else holds.\n" : "It may end it where\n";
    for (const auto& one : proof.when) out.explanation += wrapped("- " + one, 2, width);
    return out;
}

}  // namespace

Judgement judge(const config::Config& config, const config::PolicyTest& test) {
    if (const auto* one = std::get_if<config::OneSession>(&test.what)) return judge_one(config, *one);
    if (const auto* all = std::get_if<config::AllSessions>(&test.what))
        return PlanJudge{config, *all}.judge();
    return judge_never(config, std::get<config::NeverEnded>(test.what));
}

}  // namespace curfew::daemon
