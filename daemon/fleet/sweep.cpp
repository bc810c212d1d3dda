#include "daemon/fleet/sweep.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

asio::awaitable<SweptServer> look_at(Members::Shared member, SharedEdition edition, Clock& clock) {
    SweptServer swept;
    swept.member = member.get();
    swept.config = edition->server(member->name);
    const core::SessionFilter everybody;
    const auto asked = clock.now().steady;
    auto answer = co_await member->api->enumerate(everybody, asked + edition->config().polling.timeout);
    if (!answer) {
        swept.error = answer.error();
        co_return swept;
    }
    swept.answer = std::move(*answer);
    swept.look = policy::facts_of(swept.config->traits, swept.answer, clock.now(), asked);
    if (const auto& names = edition->names()) names->tell(swept.look);
    co_return swept;
}

// Each worker takes the next server until none is left; all of them on one strand, so the counter is nobody
// else's.
asio::awaitable<void> work(const std::vector<Members::Shared>& members, std::size_t& next,
                           std::vector<SweptServer>& swept, SharedEdition edition, Clock& clock) {
    while (next < members.size()) {
        const std::size_t mine = next++;
        auto operation = look_at(members[mine], edition, clock);
        swept[mine] =
            co_await asio::co_spawn(members[mine]->strand, std::move(operation), asio::use_awaitable);
    }
}

// All servers together, for `concurrent` counts them together. One that is there under two names would be
// counted twice, and is asked by itself; nothing is ended on it.
void decide(std::vector<SweptServer>& swept, const policy::Policy& policy, FleetState& fleet) {
    std::vector<const policy::ServerLook*> looks;
    std::vector<SweptServer*> looked;
    bool everywhere = true;
    for (auto& server : swept) {
        if (server.error || server.twin) {
            everywhere = false;
            continue;
        }
        policy::know_quiet(server.memory, policy, server.look);
        looks.push_back(&server.look);
        looked.push_back(&server);
    }
    const auto crowd = std::make_shared<policy::Crowd>();
    crowd->add({}, everywhere);
    auto decisions = policy::decide_all(policy, looks, *crowd);
    for (std::size_t i = 0; i < looked.size(); ++i) {
        looked[i]->plan =
            policy::plan_server(policy, looked[i]->look, looked[i]->memory, std::move(decisions[i]));
        looked[i]->crowd = crowd;
        fleet.there(*fleet.edition(), looked[i]->look, *crowd);
    }
    for (auto& server : swept)
        if (!server.error && server.twin) server.plan = policy::plan_server(policy, server.look);
}

struct Candidate {
    const SweptServer* server;
    const policy::Disconnect* wanted;
};

bool before(const Candidate& a, const Candidate& b) {
    // Last by where they stand, so that two runs over the same fleet end the same ones.
    const auto key = [](const Candidate& c) {
        const bool unknown = !c.wanted->idle;
        return std::make_tuple(c.wanted->rule, unknown, unknown ? core::Seconds{0} : -*c.wanted->idle,
                               std::string_view{c.server->look.server.traits.name}, c.wanted);
    };
    return key(a) < key(b);
}

// Sessions that are there no more, or would not be, by server.
using Gone = std::map<const SweptServer*, std::set<std::size_t>>;

bool is_over(const Verdict& verdict) {
    if (verdict.kind == Verdict::Kind::would_end) return true;
    const auto outcome = verdict.result.outcome;
    return verdict.kind == Verdict::Kind::settled &&
           (outcome == Outcome::ended || outcome == Outcome::already_gone);
}

// Without a past there is none that begins with the sweep either.
policy::ServerMemory past_of(const SweptServer& server) {
    return server.borrowed ? server.memory : policy::ServerMemory{};
}

asio::awaitable<void> take_bans(const SweptServer& server, FleetState& fleet, Gate& gate,
                                const SweepBans& bans, SweepResult& result, Gone& gone) {
    const auto edition = fleet.edition();
    const auto& config = edition->config();
    const auto in_force = fleet.bans_in_force(bans.clock.now());
    if (in_force.empty()) co_return;
    result.by_bans.push_back(std::make_unique<const policy::BanPlan>(
        policy::plan_bans(config.policy, server.look, server.plan.decisions, BanBook::of_policy(in_force))));
    const auto& plan = *result.by_bans.back();
    for (const auto& [withheld, ban] : plan.withheld)
        result.withheld.push_back({&server, withheld, in_force[ban].ban.id});
    Member& member = *server.member;
    for (const auto& wanted : plan.disconnects) {
        policy::ServerMemory past = past_of(server);
        const GateServer gate_server{server.config->traits, *member.api, past, config.polling.timeout};
        const KeptBan& ban = in_force[wanted.ban];
        const BanCall call{wanted, ban};
        auto proposal =
            proposal_of(edition, server.look, server.plan, *server.crowd, call, fleet, bans.clock);
        auto passing = gate.pass(bans.access(server), gate_server, std::move(proposal));
        auto verdict = co_await asio::co_spawn(member.strand, std::move(passing), asio::use_awaitable);
        const auto& targets = wanted.call.targets;
        if (is_over(verdict)) gone[&server].insert(targets.begin(), targets.end());
        if (verdict.kind == Verdict::Kind::withheld)
            result.withheld.push_back({&server,
                                       {wanted.call.client.text(), wanted.call.user.text(), std::nullopt,
                                        verdict.why, verdict.detail},
                                       ban.ban.id});
        else
            result.disconnects.push_back({&server, &wanted.call, std::move(verdict), ban.ban.id});
    }
}

}  // namespace

asio::awaitable<std::vector<SweptServer>> look_at_all(std::vector<Members::Shared> members, FleetState& fleet,
                                                      Clock& clock, BorrowedMemory memory) {
    const auto edition = fleet.edition();
    const auto& config = edition->config();
    std::vector<SweptServer> swept(members.size());
    const auto strand = asio::make_strand(co_await asio::this_coro::executor);
    std::size_t next = 0;
    const std::size_t workers = std::min<std::size_t>(config.polling.concurrency, members.size());
    // Named parts: the workers' frames must outlive this loop, and they all end before it does.
    std::size_t running = workers;
    asio::steady_timer all_done{strand, core::SteadyTime::max()};
    for (std::size_t i = 0; i < workers; ++i) {
        asio::co_spawn(strand, work(members, next, swept, edition, clock), [&](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
            if (--running == 0) all_done.expires_at(core::SteadyTime::min());
        });
    }
    const auto wait = [](asio::steady_timer& timer, std::size_t& left) -> asio::awaitable<void> {
        while (left > 0) co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    };
    auto waiting = wait(all_done, running);
    co_await asio::co_spawn(strand, std::move(waiting), asio::use_awaitable);
    if (const auto& names = edition->names()) {
        co_await names->wait_for_answers(clock.now().steady + config.polling.timeout);
        for (auto& server : swept)
            if (!server.error) names->tell(server.look);
    }

    for (auto& server : swept) {
        const auto& name = server.member->name;
        fleet.tried(name);
        if (!server.error && server.answer.server_guid) fleet.twin_of(name, *server.answer.server_guid);
    }
    for (auto& server : swept) {
        if (server.error || !server.answer.server_guid) continue;
        server.twin = fleet.twin_of(server.member->name, *server.answer.server_guid);
    }
    for (auto& server : swept) {
        const auto lent = memory.find(server.member->name);
        if (server.error || lent == memory.end()) continue;
        server.memory = std::move(lent->second);
        server.borrowed = true;
    }
    decide(swept, config.policy, fleet);
    for (auto& server : swept)
        if (!server.error) server.doubts = edition->doubts().looked(server.look, server.plan);
    co_return swept;
}

asio::awaitable<SweepResult> take_to_the_gate(const std::vector<SweptServer>& servers, FleetState& fleet,
                                              Gate& gate, std::function<Access(const SweptServer&)> access,
                                              std::optional<SweepBans> bans) {
    const auto edition = fleet.edition();
    const auto& config = edition->config();
    SweepResult result;
    std::vector<Candidate> candidates;
    for (const auto& server : servers) {
        if (server.error) continue;
        fleet.looked(*edition, server.look, server.plan);
        if (server.twin) continue;
        for (const auto& wanted : server.plan.disconnects) candidates.push_back({&server, &wanted});
    }
    result.trips = fleet.latch_trips().value();  // every server has been tried
    for (const auto& server : servers) {
        for (const auto& withheld : server.plan.withheld)
            result.withheld.push_back(
                {&server, fleet.trip_first(*edition, server.look.server.traits.name, withheld)});
    }
    Gone gone;
    for (const auto& server : servers)
        if (bans && !server.error && !server.twin)
            co_await take_bans(server, fleet, gate, *bans, result, gone);
    std::sort(candidates.begin(), candidates.end(), before);
    for (const auto& candidate : candidates) {
        const auto& targets = candidate.wanted->targets;
        const auto& banned = gone[candidate.server];
        if (std::all_of(targets.begin(), targets.end(), [&](auto one) { return banned.contains(one); }))
            continue;
        Member& member = *candidate.server->member;
        policy::ServerMemory past = past_of(*candidate.server);
        const GateServer gate_server{candidate.server->config->traits, *member.api, past,
                                     config.polling.timeout};
        auto proposal = proposal_of(edition, candidate.server->look, candidate.server->plan,
                                    *candidate.server->crowd, *candidate.wanted);
        auto passing = gate.pass(access(*candidate.server), gate_server, std::move(proposal));
        auto verdict = co_await asio::co_spawn(member.strand, std::move(passing), asio::use_awaitable);
        if (verdict.kind == Verdict::Kind::withheld) {
            policy::Withheld withheld{candidate.wanted->client.text(), candidate.wanted->user.text(),
                                      candidate.wanted->rule, verdict.why, verdict.detail};
            result.withheld.push_back({candidate.server, std::move(withheld)});
        } else {
            result.disconnects.push_back({candidate.server, candidate.wanted, std::move(verdict)});
        }
    }
    co_return result;
}

}  // namespace curfew::daemon
