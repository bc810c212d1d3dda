#include "daemon/fleet/enforcer.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/errors/descriptors.hpp"
#include "core/errors/smb_error.hpp"
#include "daemon/fleet/sayings.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

constexpr core::Milliseconds farewell{1000};

Access access_to(const Edition& edition, const config::Server& server, core::SessionDelApi& api,
                 bool observe) {
    const auto licence = Licence::to_enforce(edition.config().mode, server.mode, observe, api);
    if (licence) return *licence;
    return ObserveOnly{};
}

std::string rule_name(const policy::Policy& policy, const std::optional<std::size_t>& rule) {
    return rule ? policy.rules[*rule].key.name : std::string{};
}

}  // namespace

void Enforcer::say_rules_that_changed(const SharedEdition& edition, core::WallTime now) {
    const auto& rules = edition->policy().rules;
    const std::lock_guard lock{rules_mutex_};
    const bool first = rules_of_ != edition;
    rules_of_ = edition;
    rules_on_.resize(rules.size());
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const bool on = rules[i].is_on(now);
        // What is off from the start was said then.
        if (!first && on != rules_on_[i]) say_rule(log_, rules[i], on);
        rules_on_[i] = on;
    }
}

// Between two looks both clocks go on by the same. Where they do not, somebody set the clock, or the machine
// slept and nobody looked: what has held until then is not proven any more.
void Enforcer::notice_jumps(Member& member, policy::ServerMemory& memory, const core::Now& at) {
    const auto before = std::exchange(member.last_seen_at, at);
    if (!jumped(before, at)) return;
    const auto by = (at.wall - before->wall) -
                    std::chrono::duration_cast<core::WallTime::duration>(at.steady - before->steady);
    memory.forget();
    const std::lock_guard lock{jumps_mutex_};
    // Every server sees it; it is one jump.
    if (last_jump_said_ > before->steady) return;
    last_jump_said_ = at.steady;
    log_.warning("clock_jumped",
                 {{"seconds", std::int64_t{std::chrono::round<core::Seconds>(by).count()}},
                  {"message",
                   "the clock on the wall jumped against the steady one, or the machine slept: "
                   "whatever has a `for` or asks for `quiet` begins anew"}});
}

asio::awaitable<bool> Enforcer::visit(Members::Shared shared) {
    Member& member = *shared;
    co_await turn_at(member, clock_);
    if (member.gone) co_return true;
    // It comes back only from a visit that went well: what is forgotten ends nobody.
    policy::ServerMemory memory = std::exchange(member.memory, {});
    member.visited = true;
    member.looked_at_meanwhile = false;
    member.due.reset();
    member.starved = false;
    const std::unique_ptr<bool, void (*)(bool*)> visited{&member.visited, [](bool* flag) { *flag = false; }};
    const bool answered = co_await visit(member, memory);
    member.visited = false;
    // What another server's call saw here in between is not in this memory.
    if (answered && !member.looked_at_meanwhile) member.memory = std::move(memory);
    if (member.gone) co_await member.api->close(clock_.now().steady + farewell);
    co_return answered;
}

asio::awaitable<bool> Enforcer::visit(Member& member, policy::ServerMemory& memory) {
    const std::string& name = member.name;
    const core::SessionFilter everybody;
    const auto began = clock_.now().steady;
    const auto timeout = fleet_.edition()->config().polling.timeout;
    auto answer = co_await member.api->enumerate(everybody, began + timeout);
    // An answer that nobody decides about may have seen anything: only a look that was left proves nothing
    // against what is remembered.
    if (stopping_)
        co_return !answer && answer.error().code == core::make_error_code(core::SmbError::abandoned);
    // What is in force when the answer is there decides about it.
    const auto edition = fleet_.edition();
    const auto* const server = edition->server(name);
    if (member.gone || !server) co_return true;
    member.starved = !answer && core::out_of_descriptors(answer.error().code);
    if (!answer) {
        ++member.failures;
        say_failed(log_, member, answer.error());
        const core::SteadyTime at = clock_.now().steady;
        if (watcher_) watcher_->failed({name, answer.error(), member.failures, at - began, at});
        fleet_.nobody_knows(*edition, name);
        // Where there was no descriptor nobody has been asked, and will be in a moment.
        if (!member.starved) fleet_.tried(*edition, name);
        co_return false;
    }
    auto look = policy::facts_of(server->traits, *answer, clock_.now(), began);
    notice_jumps(member, memory, look.at);
    if (member.api->lost_an_answer()) memory.forget();
    const auto& policy = edition->policy();
    policy::know_quiet(memory, policy, look);
    if (const auto& names = edition->names()) names->tell(look);
    say_answered(log_, member, *answer, look.server);
    say_rules_that_changed(edition, look.at.wall);
    const auto failures_before = std::exchange(member.failures, 0);
    if (answer->server_guid) {
        if (const auto other = fleet_.twin_of(name, *answer->server_guid)) say_twin(log_, member, *other);
    }
    auto crowd = fleet_.crowd_around(look);
    const auto plan = policy::plan_server(policy, look, memory, crowd);
    fleet_.there(*edition, look, crowd);
    log_.debug("look", {{"server", name},
                        {"sessions", std::uint64_t{look.sessions.size()}},
                        {"disconnects", std::uint64_t{plan.disconnects.size()}},
                        {"withheld", std::uint64_t{plan.withheld.size()}}});
    say_doubts(log_, member, policy, edition->doubts().looked(look, plan).news);
    const auto took = clock_.now().steady - began;
    if (watcher_) watcher_->looked({name, policy, look, plan, took, failures_before});
    fleet_.looked(*edition, look, plan);
    fleet_.tried(*edition, name);
    // A rule gone wild must trip before its first call, and for that the whole fleet must have been seen.
    const auto trips = fleet_.latch_trips();
    if (!trips) {
        reckon_next_look(member, edition, memory, look, plan, {}, began);
        co_return true;
    }
    for (const auto& trip : *trips) {
        say_tripped(log_, trip);
        if (watcher_) watcher_->tripped(trip);
    }
    std::set<std::size_t> gone;
    if (!fleet_.has_twin(name)) gone = co_await enforce(member, memory, edition, look, plan, crowd);
    reckon_next_look(member, edition, memory, look, plan, gone, began);
    co_return true;
}

// Who was ended needs no further look. Under an edition that is not in force any more nothing is reckoned:
// another one may want to know at once.
void Enforcer::reckon_next_look(Member& member, const SharedEdition& edition,
                                const policy::ServerMemory& memory, const policy::ServerLook& look,
                                const policy::ServerPlan& plan, const std::set<std::size_t>& gone,
                                core::SteadyTime asked) {
    const policy::LookPace pace{.interval = edition->config().polling.interval, .asked = asked};
    const auto& reckoner = edition->next_match();
    policy::NextLook next;
    if (gone.empty()) {
        next = reckoner.after(look, plan.decisions, memory, pace);
    } else {
        policy::ServerLook left{look.server, {}, look.at};
        std::vector<policy::Decision> decisions;
        for (std::size_t i = 0; i < look.sessions.size(); ++i) {
            if (gone.contains(i)) continue;
            left.sessions.push_back(look.sessions[i]);
            decisions.push_back(plan.decisions[i]);
        }
        next = reckoner.after(left, decisions, memory, pace);
    }
    const auto for_bans = look_for_bans_at(member, *edition, asked, look.at.steady);
    const bool sooner = for_bans && *for_bans < next.at;
    const auto due = sooner ? *for_bans : next.at;
    fleet_.next_look(*edition, member.name, due);
    if (fleet_.edition() != edition) return;
    if (sooner || !next.is_regular()) member.due = due;
    const auto in = std::chrono::ceil<core::Seconds>(due - look.at.steady);
    log_.debug("next_look", {{"server", member.name},
                             {"seconds", std::int64_t{in.count()}},
                             {"why", sooner ? "a ban" : std::string{policy::to_string(next.why)}},
                             {"rule", rule_name(edition->policy(), next.rule)}});
}

asio::awaitable<std::set<std::size_t>> Enforcer::enforce(Member& member, policy::ServerMemory& memory,
                                                         SharedEdition edition,
                                                         const policy::ServerLook& look,
                                                         const policy::ServerPlan& plan,
                                                         const policy::Crowd& crowd) {
    std::set<std::size_t> gone;
    const auto& policy = edition->policy();
    const config::Server& its = *edition->server(member.name);
    WithheldRound round{log_, member};
    const auto withhold = [&](const policy::Withheld& withheld) {
        round.say(withheld.client, withheld.user, rule_name(policy, withheld.rule), withheld.why,
                  withheld.detail);
        if (watcher_) watcher_->withheld({member.name, policy, look, withheld});
    };
    for (const auto& planned : plan.withheld) withhold(fleet_.trip_first(*edition, member.name, planned));
    member.at_the_gate = true;
    // However this ends: a server that is thought to be at the gate cannot be given up.
    const std::unique_ptr<bool, void (*)(bool*)> at_the_gate{&member.at_the_gate,
                                                             [](bool* flag) { *flag = false; }};
    co_await enforce_bans(member, memory, edition, look, plan, crowd, round, gone);
    for (const auto& wanted : plan.disconnects) {
        if (stopping_ || member.gone) break;
        const bool banned_all = std::all_of(wanted.targets.begin(), wanted.targets.end(),
                                            [&](std::size_t target) { return gone.contains(target); });
        if (banned_all) continue;
        const GateServer server{its.traits, *member.api, memory, edition->config().polling.timeout};
        auto proposal = proposal_of(edition, look, plan, crowd, wanted);
        const auto verdict =
            co_await gate_.pass(access_to(*edition, its, *member.api, observe_), server, std::move(proposal));
        if (watcher_) watcher_->passed({member.name, policy, look, wanted, verdict});
        const bool is_over =
            verdict.result.outcome == Outcome::ended || verdict.result.outcome == Outcome::already_gone;
        if (verdict.kind == Verdict::Kind::settled && is_over)
            gone.insert(wanted.targets.begin(), wanted.targets.end());
        const auto& client = wanted.client.text();
        const auto& user = wanted.user.text();
        if (verdict.kind == Verdict::Kind::withheld) {
            withhold({client, user, wanted.rule, verdict.why, verdict.detail});
        } else if (verdict.kind == Verdict::Kind::refused) {
            log_.error("audit_refused", {{"server", member.name},
                                         {"client", client},
                                         {"user", user},
                                         {"message", core::describe(verdict.result.error)}});
        }
    }
    co_return gone;
}

}  // namespace curfew::daemon
