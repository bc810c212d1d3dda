#include "daemon/fleet/enforcer.hpp"

#include <memory>
#include <utility>

#include "daemon/fleet/sayings.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;

Access Enforcer::access_to(Member& member) const {
    const auto licence = Licence::to_enforce(config_.mode, member.config.mode, observe_, *member.api);
    if (licence) return *licence;
    return ObserveOnly{};
}

std::string Enforcer::rule_name(const std::optional<std::size_t>& rule) const {
    return rule ? config_.policy.rules[*rule].key.name : std::string{};
}

void Enforcer::say_rules_that_changed(core::WallTime now) {
    const auto& rules = config_.policy.rules;
    const std::lock_guard lock{rules_mutex_};
    const bool first = rules_on_.empty();
    rules_on_.resize(rules.size());
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const bool on = rules[i].is_on(now);
        // What is off from the start was said then.
        if (!first && on != rules_on_[i]) say_rule(log_, rules[i], on);
        rules_on_[i] = on;
    }
}

asio::awaitable<bool> Enforcer::visit(Member& member) {
    // It comes back only from a visit that went well: what is forgotten ends nobody.
    policy::ServerMemory memory = std::exchange(member.memory, {});
    member.visited = true;
    member.looked_at_meanwhile = false;
    const bool answered = co_await visit(member, memory);
    member.visited = false;
    // What another server's call saw here in between is not in this memory.
    if (answered && !member.looked_at_meanwhile) member.memory = std::move(memory);
    co_return answered;
}

asio::awaitable<bool> Enforcer::visit(Member& member, policy::ServerMemory& memory) {
    const std::string& name = member.config.traits.name;
    const core::SessionFilter everybody;
    const auto began = clock_.now().steady;
    auto answer = co_await member.api->enumerate(everybody, clock_.now().steady + config_.polling.timeout);
    if (stopping_) co_return true;
    if (!answer) {
        ++member.failures;
        say_failed(log_, member, answer.error());
        const core::SteadyTime at = clock_.now().steady;
        if (watcher_) watcher_->failed({name, answer.error(), member.failures, at - began, at});
        fleet_.nobody_knows(name);
        fleet_.tried(name);
        co_return false;
    }
    auto look = policy::facts_of(member.config.traits, *answer, clock_.now());
    policy::know_quiet(memory, config_.policy, look);
    if (names_) names_->tell(look);
    say_answered(log_, member, *answer, look.server);
    say_rules_that_changed(look.at.wall);
    const auto failures_before = std::exchange(member.failures, 0);
    if (answer->server_guid) {
        if (const auto other = fleet_.twin_of(name, *answer->server_guid)) say_twin(log_, member, *other);
    }
    auto crowd = fleet_.crowd_around(look);
    const auto plan = policy::plan_server(config_.policy, look, memory, crowd);
    fleet_.there(look, crowd);
    log_.debug("look", {{"server", name},
                        {"sessions", std::uint64_t{look.sessions.size()}},
                        {"disconnects", std::uint64_t{plan.disconnects.size()}},
                        {"withheld", std::uint64_t{plan.withheld.size()}}});
    say_doubts(log_, member, config_.policy, fleet_.doubts().looked(look, plan).news);
    const auto took = clock_.now().steady - began;
    if (watcher_) watcher_->looked({name, config_.policy, look, plan, took, failures_before});
    fleet_.looked(look, plan);
    fleet_.tried(name);
    // A rule gone wild must trip before its first call, and for that the whole fleet must have been seen.
    const auto trips = fleet_.latch_trips();
    if (!trips) co_return true;
    for (const auto& trip : *trips) {
        say_tripped(log_, trip);
        if (watcher_) watcher_->tripped(trip);
    }
    if (!fleet_.has_twin(name)) co_await enforce(member, memory, look, plan, crowd);
    co_return true;
}

asio::awaitable<void> Enforcer::enforce(Member& member, policy::ServerMemory& memory,
                                        const policy::ServerLook& look, const policy::ServerPlan& plan,
                                        const policy::Crowd& crowd) {
    WithheldRound round{log_, member};
    for (const auto& planned : plan.withheld) {
        const auto withheld = fleet_.trip_first(member.config.traits.name, planned);
        round.say(withheld.client, withheld.user, rule_name(withheld.rule), withheld.why, withheld.detail);
        if (watcher_) watcher_->withheld({member.config.traits.name, config_.policy, look, withheld});
    }
    member.at_the_gate = true;
    // However this ends: a server that is thought to be at the gate cannot be given up.
    const std::unique_ptr<bool, void (*)(bool*)> at_the_gate{&member.at_the_gate,
                                                             [](bool* flag) { *flag = false; }};
    for (const auto& wanted : plan.disconnects) {
        if (stopping_) break;
        const GateServer server{member.config.traits, *member.api, memory, config_.polling.timeout};
        auto proposal = proposal_of(config_.policy, look, plan, crowd, wanted);
        const auto verdict = co_await gate_.pass(access_to(member), server, std::move(proposal));
        if (watcher_) watcher_->passed({member.config.traits.name, config_.policy, look, wanted, verdict});
        const auto& client = wanted.client.text();
        const auto& user = wanted.user.text();
        if (verdict.kind == Verdict::Kind::withheld) {
            round.say(client, user, rule_name(wanted.rule), verdict.why, verdict.detail);
        } else if (verdict.kind == Verdict::Kind::refused) {
            log_.error("audit_refused", {{"server", member.config.traits.name},
                                         {"client", client},
                                         {"user", user},
                                         {"message", core::describe(verdict.result.error)}});
        }
    }
}

}  // namespace curfew::daemon
