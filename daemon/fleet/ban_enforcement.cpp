#include "daemon/bans/ban_pace.hpp"
#include "daemon/fleet/enforcer.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

Access access_for_a_ban(const Edition& edition, const config::Server& server, core::SessionDelApi& api,
                        bool observe) {
    const auto licence = Licence::for_a_ban(edition.config().mode, server.mode, observe, api);
    if (licence) return *licence;
    return ObserveOnly{};
}

std::string name_of(const KeptBan& ban) {
    return "ban " + std::to_string(ban.ban.id);
}

}  // namespace

// Where nobody may be ended nothing is gained by looking.
std::optional<core::SteadyTime> Enforcer::look_for_bans_at(const Member& member, const Edition& edition,
                                                           core::SteadyTime asked,
                                                           core::SteadyTime looked_at) const {
    const auto* server = edition.server(member.name);
    if (!server || fleet_.bans_in_force(clock_.now()).empty()) return std::nullopt;
    if (std::holds_alternative<ObserveOnly>(access_for_a_ban(edition, *server, *member.api, observe_)))
        return std::nullopt;
    const auto& config = edition.config();
    return looked_at + ban_pace(config.servers.size(), looked_at - asked, config.polling.interval);
}

asio::awaitable<void> Enforcer::enforce_bans(Member& member, policy::ServerMemory& memory,
                                             SharedEdition edition, const policy::ServerLook& look,
                                             const policy::ServerPlan& plan, const policy::Crowd& crowd,
                                             WithheldRound& round, std::set<std::size_t>& gone) {
    const auto in_force = fleet_.bans_in_force(clock_.now());
    if (in_force.empty()) co_return;
    const auto& policy = edition->policy();
    const config::Server& its = *edition->server(member.name);
    const auto bans = BanBook::of_policy(in_force);
    const auto wanted_by_bans = policy::plan_bans(policy, look, plan.decisions, bans);
    const auto withhold = [&](const KeptBan& ban, const policy::Withheld& withheld) {
        round.say(withheld.client, withheld.user, name_of(ban), withheld.why, withheld.detail);
        if (watcher_) watcher_->withheld({member.name, policy, look, withheld});
    };
    for (const auto& [withheld, ban] : wanted_by_bans.withheld) withhold(in_force[ban], withheld);
    for (const auto& wanted : wanted_by_bans.disconnects) {
        if (stopping_ || member.gone) break;
        const KeptBan& ban = in_force[wanted.ban];
        const GateServer server{its.traits, *member.api, memory, edition->config().polling.timeout};
        const BanCall call{wanted, ban};
        auto proposal = proposal_of(edition, look, plan, crowd, call, fleet_, clock_);
        const auto reason = proposal.reason;
        const auto verdict = co_await gate_.pass(access_for_a_ban(*edition, its, *member.api, observe_),
                                                 server, std::move(proposal));
        if (watcher_)
            watcher_->passed(
                {member.name, policy, look, wanted.call, verdict, Watcher::By::ban, ban.who, reason});
        const auto outcome = verdict.result.outcome;
        const bool is_over = outcome == Outcome::ended || outcome == Outcome::already_gone;
        if (verdict.kind == Verdict::Kind::settled && is_over)
            gone.insert(wanted.call.targets.begin(), wanted.call.targets.end());
        const auto& client = wanted.call.client.text();
        const auto& user = wanted.call.user.text();
        if (verdict.kind == Verdict::Kind::withheld) {
            withhold(ban, {client, user, std::nullopt, verdict.why, verdict.detail});
        } else if (verdict.kind == Verdict::Kind::refused) {
            log_.error("audit_refused", {{"server", member.name},
                                         {"client", client},
                                         {"user", user},
                                         {"message", core::describe(verdict.result.error)}});
        }
    }
}

}  // namespace curfew::daemon
