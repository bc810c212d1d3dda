#include "daemon/by_hand/apply.hpp"

#include <algorithm>
#include <utility>

#include "daemon/names/client_names.hpp"
#include "daemon/output/sweep_output.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

using How = Applied::How;

Applied answer(const PlanFile::Entry& entry, std::string text, std::string detail, How how) {
    return {entry.server, entry.client, entry.user, std::move(text), std::move(detail), how};
}

Applied answer(const PlanFile::Entry& entry, const Verdict& verdict) {
    switch (verdict.kind) {
        case Verdict::Kind::withheld:
        case Verdict::Kind::would_end:
            return answer(entry, std::string{policy::to_string(verdict.why)}, verdict.detail, How::spared);
        case Verdict::Kind::refused:
            return answer(entry, outcome_text(verdict), core::describe(verdict.result.error), How::failed);
        case Verdict::Kind::settled: break;
    }
    const auto outcome = verdict.result.outcome;
    const bool gone = outcome == Outcome::ended || outcome == Outcome::already_gone;
    return answer(entry, outcome_text(verdict), verdict.result.detail, gone ? How::ended : How::failed);
}

// Why the plan of now does not have it.
Applied not_there(const PlanFile::Entry& entry, const policy::ServerPlan& plan) {
    for (const auto& withheld : plan.withheld) {
        if (withheld.client != entry.client || withheld.user != entry.user) continue;
        return answer(entry, std::string{policy::to_string(withheld.why)}, withheld.detail, How::spared);
    }
    return answer(entry, std::string{policy::to_string(policy::Why::no_longer_matches)}, {}, How::spared);
}

asio::awaitable<std::vector<Applied>> apply_now(Member& member, const Applying& applying,
                                                const std::vector<PlanFile::Entry>& entries,
                                                policy::ServerMemory& memory, bool& answered) {
    std::vector<Applied> out;
    const auto all = [&](const std::string& text, const std::string& detail, How how) {
        for (const auto& entry : entries) out.push_back(answer(entry, text, detail, how));
    };
    const core::SessionFilter everybody;
    const auto asked = applying.clock.now().steady;
    const auto timeout = applying.fleet.edition()->config().polling.timeout;
    auto seen = co_await member.api->enumerate(everybody, asked + timeout);
    const auto edition = applying.fleet.edition();
    const auto* const its = edition->server(member.name);
    if (!seen) {
        applying.fleet.nobody_knows(*edition, member.name);
        all(core::name_of(seen.error().code), core::describe(seen.error()), How::failed);
        co_return out;
    }
    answered = true;
    if (!its || member.gone || edition->config().digest != applying.digest) {
        all("no longer matches", "another configuration is in force", How::spared);
        co_return out;
    }
    auto look = policy::facts_of(its->traits, *seen, applying.clock.now(), asked);
    const auto& policy = edition->policy();
    if (jumped(std::exchange(member.last_seen_at, look.at), look.at)) memory.forget();
    if (member.api->lost_an_answer()) memory.forget();
    policy::know_quiet(memory, policy, look);
    if (const auto& names = edition->names()) names->tell(look);
    if (seen->server_guid) applying.fleet.twin_of(member.name, *seen->server_guid);
    auto crowd = applying.fleet.crowd_around(look);
    const auto plan = policy::plan_server(policy, look, memory, crowd);
    applying.fleet.there(*edition, look, crowd);
    applying.fleet.looked(*edition, look, plan);
    applying.fleet.tried(*edition, member.name);
    const auto trips = applying.fleet.latch_trips();
    if (trips && applying.tripped)
        for (const auto& trip : *trips) applying.tripped(trip);
    if (!trips) {
        all("not yet", "not every server has been tried since the start", How::spared);
        co_return out;
    }
    if (applying.fleet.has_twin(member.name)) {
        all("same server twice", "nothing is ended on a server with two entries", How::spared);
        co_return out;
    }
    for (const auto& entry : entries) {
        if (applying.stopping && applying.stopping()) {
            out.push_back(answer(entry, "not begun", "the daemon is stopping", How::failed));
            continue;
        }
        const auto wanted = std::find_if(plan.disconnects.begin(), plan.disconnects.end(),
                                         [&](const auto& one) { return matches(entry, policy, look, one); });
        if (wanted == plan.disconnects.end()) {
            out.push_back(not_there(entry, plan));
            continue;
        }
        auto proposal = proposal_of(edition, look, plan, crowd, *wanted);
        proposal.who = applying.who;
        proposal.decide_again = [decide = proposal.decide_again, entry](const Evidence& evidence) {
            Redecision again = decide(evidence);
            if (again.targets.empty() || covers(entry, evidence.look, again.targets)) return again;
            return Redecision{{}, policy::Why::no_longer_matches, "somebody came who is not in the plan"};
        };
        const auto licence =
            Licence::to_enforce(edition->config().mode, its->mode, applying.observe, *member.api);
        const Access access = licence ? Access{*licence} : Access{ObserveOnly{}};
        const GateServer server{its->traits, *member.api, memory, edition->config().polling.timeout};
        const auto verdict = co_await applying.gate.pass(access, server, std::move(proposal));
        if (applying.watcher) {
            const Watcher::Passed passed{member.name,        policy,       look, *wanted, verdict,
                                         Watcher::By::apply, applying.who, {}};
            applying.watcher->passed(passed);
        }
        out.push_back(answer(entry, verdict));
    }
    co_return out;
}

}  // namespace

asio::awaitable<std::vector<Applied>> apply_on(Members::Shared member, Applying applying,
                                               std::vector<PlanFile::Entry> entries) {
    co_await turn_at(*member, applying.clock);
    policy::ServerMemory memory = std::exchange(member->memory, {});
    member->visited = true;
    member->looked_at_meanwhile = false;
    member->at_the_gate = true;
    bool answered = false;
    std::vector<Applied> out;
    std::exception_ptr failure;
    try {
        out = co_await apply_now(*member, applying, entries, memory, answered);
    } catch (...) {
        failure = std::current_exception();
    }
    member->at_the_gate = false;
    member->visited = false;
    if (answered && !failure && !member->looked_at_meanwhile) member->memory = std::move(memory);
    constexpr core::Milliseconds farewell{1000};
    if (member->gone) co_await member->api->close(applying.clock.now().steady + farewell);
    if (failure) std::rethrow_exception(failure);
    co_return out;
}

std::vector<std::pair<std::string, std::vector<PlanFile::Entry>>> by_server(const PlanFile& plan) {
    std::vector<std::pair<std::string, std::vector<PlanFile::Entry>>> servers;
    for (const auto& entry : plan.entries) {
        auto found = std::find_if(servers.begin(), servers.end(),
                                  [&](const auto& one) { return one.first == entry.server; });
        if (found == servers.end()) found = servers.insert(servers.end(), {entry.server, {}});
        found->second.push_back(entry);
    }
    return servers;
}

}  // namespace curfew::daemon
