#include "daemon/by_hand/by_hand.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <vector>

#include <pwd.h>
#include <unistd.h>

#include "core/errors/smb_error.hpp"
#include "core/text/durations.hpp"
#include "core/text/utf.hpp"
#include "daemon/names/client_names.hpp"
#include "daemon/output/sweep_output.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

// Samba does not say when a session began that is younger than a second: it began just before it was listed.
bool same_session(const policy::SessionFacts& shown, core::SteadyTime shown_at,
                  const policy::SessionFacts& now, core::SteadyTime now_at) {
    constexpr core::Seconds tolerance{2};
    if (shown.client_key != now.client_key || shown.user_key != now.user_key) return false;
    const auto apart = now.started.value_or(now_at) - shown.started.value_or(shown_at);
    return apart <= tolerance && -apart <= tolerance;
}

bool was_shown(const policy::SessionFacts& now, core::SteadyTime now_at,
               const std::vector<policy::SessionFacts>& shown, core::SteadyTime shown_at) {
    return std::any_of(shown.begin(), shown.end(),
                       [&](const auto& session) { return same_session(session, shown_at, now, now_at); });
}

Redecision decide_again(const policy::Policy& policy, const policy::HandRequest& request,
                        const core::ClientName& client, const core::UserName& user,
                        const std::vector<policy::SessionFacts>& agreed, core::SteadyTime agreed_at,
                        const policy::ServerLook& fresh) {
    const auto plan = policy::plan_by_hand(policy, fresh, request);
    for (const auto& withheld : plan.withheld) {
        if (withheld.client == client.text() && withheld.user == user.text())
            return {{}, withheld.why, withheld.detail};
    }
    for (const auto& wanted : plan.disconnects) {
        if (wanted.client != client || wanted.user != user) continue;
        for (const auto index : wanted.targets) {
            const auto& target = fresh.sessions[index];
            if (!was_shown(target, fresh.at.steady, agreed, agreed_at)) {
                return {
                    {}, policy::Why::collateral, target.reported.user + " came since and would be ended too"};
            }
        }
        // Sessions that began together are counted, not told apart.
        if (wanted.targets.size() > agreed.size())
            return {{}, policy::Why::collateral, "there are more of them than were shown"};
        return {wanted.targets, {}, {}};
    }
    return {};
}

std::string collateral_of(const policy::ServerLook& look, const policy::Disconnect& wanted) {
    std::string text;
    for (const auto index : wanted.targets) {
        const auto& session = look.sessions[index].reported;
        if (core::fold_case(session.user) == core::fold_case(wanted.user.text())) continue;
        text += (text.empty() ? "" : ", ") +
                (session.user.empty() ? std::string{"(no user name)"} : session.user);
    }
    return text.empty() ? "-" : text;
}

}  // namespace

asio::awaitable<core::Result<HandLook>> look_by_hand(Members::Shared member, FleetState& fleet,
                                                     policy::HandRequest request, Clock& clock) {
    const core::SessionFilter everybody;
    const auto asked = clock.now().steady;
    const auto timeout = fleet.edition()->config().polling.timeout;
    auto answer = co_await member->api->enumerate(everybody, asked + timeout);
    member->looked_at_meanwhile = member->visited;
    const auto edition = fleet.edition();
    const auto* const server = edition->server(member->name);
    if (!answer || !server || member->gone) {
        member->memory.forget();
        if (!answer) fleet.nobody_knows(*edition, member->name);
        co_return answer ? core::Error{core::make_error_code(core::SmbError::abandoned),
                                       "the server left the configuration"}
                         : answer.error();
    }
    HandLook shown{edition, member, std::move(request), {}, {}};
    shown.look = policy::facts_of(server->traits, *answer, clock.now(), asked);
    if (const auto& names = edition->names()) names->tell(shown.look);
    shown.plan = policy::plan_by_hand(edition->policy(), shown.look, shown.request);
    if (member->api->lost_an_answer()) member->memory.forget();
    if (!member->visited) {
        policy::know_quiet(member->memory, edition->policy(), shown.look);
        auto crowd = fleet.crowd_around(shown.look);
        policy::plan_server(edition->policy(), shown.look, member->memory, crowd);
    }
    co_return shown;
}

namespace {

asio::awaitable<Verdict> end_in_turn(Gate& gate, const HandLook& shown, const policy::Disconnect& wanted,
                                     std::string reason, std::string who,
                                     std::function<void(const policy::ServerLook&)> seen) {
    Member& member = *shown.member;
    // As a visit does: what is seen now is put down where nothing overwrites it.
    policy::ServerMemory memory = std::exchange(member.memory, {});
    member.visited = member.at_the_gate = true;
    member.looked_at_meanwhile = false;
    const std::unique_ptr<Member, void (*)(Member*)> turn{
        &member, [](Member* one) { one->visited = one->at_the_gate = false; }};
    Proposal proposal = unsigned_proposal(shown.edition, shown.look, wanted);
    proposal.reason = std::move(reason);
    proposal.who = std::move(who);
    proposal.decide_again = [edition = shown.edition, request = shown.request, client = wanted.client,
                             user = wanted.user, agreed = proposal.targets, agreed_at = shown.look.at.steady,
                             seen = std::move(seen)](const Evidence& evidence) {
        if (seen) seen(evidence.look);
        policy::plan_server(edition->policy(), evidence.look, evidence.memory, evidence.fresh);
        return decide_again(edition->policy(), request, client, user, agreed, agreed_at, evidence.look);
    };
    const auto& its = *shown.edition->server(member.name);
    const GateServer server{its.traits, *member.api, memory, shown.edition->config().polling.timeout};
    // A look of the daemon's own may be under way when the call could be made: then it was not, and the
    // person need not ask again.
    constexpr int tries = 3;
    Verdict verdict;
    for (int n = 0; n < tries; ++n) {
        verdict = co_await gate.pass(Licence::by_hand(*member.api), server, proposal);
        const bool busy = verdict.result.outcome == Outcome::not_asked &&
                          verdict.result.error.code == core::make_error_code(core::SmbError::abandoned);
        if (verdict.kind != Verdict::Kind::settled || !busy) break;
    }
    if (!member.looked_at_meanwhile) member.memory = std::move(memory);
    co_return verdict;
}

}  // namespace

asio::awaitable<Verdict> end_by_hand(Gate& gate, Clock& clock, const HandLook& shown,
                                     const policy::Disconnect& wanted, std::string reason, std::string who,
                                     Watcher* watcher, std::function<void(const policy::ServerLook&)> seen) {
    Member& member = *shown.member;
    co_await turn_at(member, clock);
    Verdict verdict;
    std::exception_ptr failure;
    try {
        verdict = co_await end_in_turn(gate, shown, wanted, reason, who, std::move(seen));
    } catch (...) {
        failure = std::current_exception();
    }
    // Whoever let it go left the closing to whoever is at the gate.
    constexpr core::Milliseconds farewell{1000};
    if (member.gone) co_await member.api->close(clock.now().steady + farewell);
    if (failure) std::rethrow_exception(failure);
    if (watcher) {
        const Watcher::Passed passed{member.name, shown.edition->policy(), shown.look,     wanted,
                                     verdict,     Watcher::By::hand,       std::move(who), std::move(reason)};
        watcher->passed(passed);
    }
    co_return verdict;
}

HandLook without_others(HandLook shown) {
    std::vector<policy::SessionFacts> kept;
    std::map<std::size_t, std::size_t> place;
    for (auto& wanted : shown.plan.disconnects) {
        for (auto& index : wanted.targets) {
            const auto [at, added] = place.emplace(index, kept.size());
            if (added) kept.push_back(std::move(shown.look.sessions[index]));
            index = at->second;
        }
    }
    kept.shrink_to_fit();
    shown.look.sessions = std::move(kept);
    shown.plan.decisions = {};
    shown.plan.withheld = {};
    return shown;
}

std::vector<HandPair> came_since(const HandLook& shown, const policy::ServerLook& fresh) {
    std::vector<HandPair> came;
    const auto plan = policy::plan_by_hand(shown.edition->policy(), fresh, shown.request);
    for (const auto& wanted : plan.disconnects) {
        HandPair pair{wanted.client.text(), wanted.user.text(), 0, core::duration_text(wanted.idle), "-"};
        const auto named = unsigned_proposal(shown.edition, fresh, wanted);
        for (const auto& target : named.targets) {
            const bool meant = target.client_key == named.client_key && target.user_key == named.user_key;
            if (meant && !was_shown(target, fresh.at.steady, shown.look.sessions, shown.look.at.steady))
                ++pair.sessions;
        }
        if (pair.sessions > 0) came.push_back(std::move(pair));
    }
    return came;
}

HandList list_of(const HandLook& shown) {
    HandList list;
    for (const auto& wanted : shown.plan.disconnects) {
        list.pairs.push_back({wanted.client.text(), wanted.user.text(), wanted.targets.size(),
                              core::duration_text(wanted.idle), collateral_of(shown.look, wanted)});
    }
    for (const auto& one : shown.plan.withheld)
        list.stays.push_back({std::string{policy::to_string(one.why)}, one.client, one.user, one.detail});
    return list;
}

HandOutcome outcome_of(const policy::Disconnect& wanted, const Verdict& verdict) {
    const auto outcome = verdict.result.outcome;
    const bool good = verdict.kind == Verdict::Kind::settled &&
                      (outcome == Outcome::ended || outcome == Outcome::already_gone);
    return {wanted.client.text(), wanted.user.text(), outcome_text(verdict), verdict.result.detail, good};
}

std::string who_am_i() {
    const auto uid = ::getuid();
    std::string text = "uid " + std::to_string(uid);
    std::vector<char> buffer(16'384);
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found)
        text += " (" + std::string{found->pw_name} + ")";
    return text;
}

}  // namespace curfew::daemon
