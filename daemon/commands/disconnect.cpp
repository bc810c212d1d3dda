// `disconnect`: a person ends sessions. Rules and modes do not bind a person; `protect` does unless
// overridden, and the daemon's own session stays. It passes the same gate; what was agreed to is what may be
// ended, and nothing that came to stand beside it since.
#include <algorithm>
#include <cstdio>
#include <iostream>

#include <unistd.h>

#include "core/text/durations.hpp"
#include "core/text/utf.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/runtime.hpp"
#include "daemon/fleet/sweep.hpp"
#include "daemon/output/escape.hpp"
#include "daemon/output/sweep_output.hpp"
#include "daemon/output/table.hpp"

namespace curfew::daemon {
namespace {

std::string without_backslashes(std::string_view name) {
    name.remove_prefix(std::min(name.find_first_not_of('\\'), name.size()));
    return std::string{name};
}

// By the name that it has in the configuration; one that is not there is added with the defaults.
std::optional<std::string> find_server(config::Config& config, const std::string& name) {
    for (const auto& server : config.servers) {
        if (core::fold_case(server.traits.name) == core::fold_case(name)) return server.traits.name;
    }
    if (!config.credentials.contains("default")) {
        std::fprintf(
            stderr, "%s is not in the configuration, and there are no `default` credentials to ask it with\n",
            for_people(name).c_str());
        return std::nullopt;
    }
    std::fprintf(stderr, "%s is not in the configuration; asking it with the default credentials\n",
                 for_people(name).c_str());
    config::Server server;
    server.spec.name = server.spec.host = name;
    server.traits.name = name;
    config.servers.push_back(std::move(server));
    return name;
}

// Samba does not say when a session began that is younger than a second: it began just before it was listed.
bool same_session(const policy::SessionFacts& shown, core::SteadyTime shown_at,
                  const policy::SessionFacts& now, core::SteadyTime now_at) {
    constexpr core::Seconds tolerance{2};
    if (shown.client_key != now.client_key || shown.user_key != now.user_key) return false;
    const auto apart = now.started.value_or(now_at) - shown.started.value_or(shown_at);
    return apart <= tolerance && -apart <= tolerance;
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
            const bool was_shown = std::any_of(agreed.begin(), agreed.end(), [&](const auto& session) {
                return same_session(session, agreed_at, target, fresh.at.steady);
            });
            if (!was_shown) {
                return {
                    {}, policy::Why::collateral, target.reported.user + " came since and would be ended too"};
            }
        }
        return {wanted.targets, {}, {}};
    }
    return {};
}

Proposal by_hand(SharedEdition edition, const policy::HandRequest& request, const policy::ServerLook& look,
                 const policy::Disconnect& wanted, const std::string& reason) {
    const auto& policy = edition->policy();
    Proposal proposal = unsigned_proposal(std::move(edition), look, wanted);
    proposal.reason = reason;
    proposal.decide_again = [&policy, request, client = wanted.client, user = wanted.user,
                             agreed = proposal.targets,
                             agreed_at = look.at.steady](const Evidence& evidence) {
        return decide_again(policy, request, client, user, agreed, agreed_at, evidence.look);
    };
    return proposal;
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

void show(const policy::ServerLook& look, const policy::ServerPlan& plan) {
    Table table{{"CLIENT", "USER", "SESSIONS", "IDLE", "ENDS TOO"}};
    for (const auto& wanted : plan.disconnects) {
        table.row({wanted.client.text(), wanted.user.text(), std::to_string(wanted.targets.size()),
                   core::duration_text(wanted.idle), collateral_of(look, wanted)});
    }
    if (!table.empty()) std::fputs(table.text().c_str(), stdout);
    Table withheld{{"STAYS", "CLIENT", "USER", "DETAIL"}};
    for (const auto& entry : plan.withheld) {
        withheld.row({std::string{policy::to_string(entry.why)}, entry.client, entry.user, entry.detail});
    }
    if (!withheld.empty()) std::fputs(("\n" + withheld.text()).c_str(), stdout);
}

enum class Answer { agreed, declined, cannot_ask };

Answer ask(const DisconnectOptions& options, std::size_t pairs) {
    if (options.yes) {
        if (*options.yes == pairs) return Answer::agreed;
        std::fprintf(stderr, "--yes %llu, but %zu would be ended: nothing was done\n",
                     static_cast<unsigned long long>(*options.yes), pairs);
        return Answer::declined;
    }
    if (!::isatty(STDIN_FILENO)) {
        std::fprintf(stderr, "no terminal to ask on: say --yes %zu\n", pairs);
        return Answer::cannot_ask;
    }
    std::printf("\nEnd %zu? [y/N] ", pairs);
    std::fflush(stdout);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes" ? Answer::agreed : Answer::declined;
}

int end_all(Runtime& runtime, const SweptServer& swept, const policy::ServerPlan& plan,
            const policy::HandRequest& request, const std::string& reason) {
    Member& member = *swept.member;
    bool good = true;
    for (const auto& wanted : plan.disconnects) {
        const GateServer server{swept.config->traits, *member.api, member.memory,
                                runtime.config->polling.timeout};
        auto proposal = by_hand(runtime.fleet.edition(), request, swept.look, wanted, reason);
        auto passing = runtime.gate.pass(Licence::by_hand(*member.api), server, std::move(proposal));
        const auto verdict =
            boost::asio::co_spawn(member.strand, std::move(passing), boost::asio::use_future).get();
        const std::string detail = verdict.result.detail.empty() ? "" : " (" + verdict.result.detail + ")";
        std::printf("%s %s: %s%s\n", for_people(wanted.client.text()).c_str(),
                    for_people(wanted.user.text()).c_str(), outcome_text(verdict).c_str(),
                    for_people(detail).c_str());
        const auto outcome = verdict.result.outcome;
        good = good && verdict.kind == Verdict::Kind::settled &&
               (outcome == Outcome::ended || outcome == Outcome::already_gone);
    }
    return good ? exit_done : exit_failed;
}

}  // namespace

int disconnect(const DisconnectOptions& options) {
    const auto loaded = load_or_complain(options.config);
    if (!loaded) return exit_usage;
    const auto configuration = std::make_shared<config::Config>(*loaded);
    const auto server = find_server(*configuration, without_backslashes(options.server));
    if (!server) return exit_usage;
    Runtime runtime{configuration};
    runtime.add(*configuration->server(*server));
    const auto servers = runtime.wait_for(look_at_all(runtime.members.all(), runtime.fleet, runtime.clock));
    const auto& swept = servers.front();
    if (swept.error) {
        std::fprintf(stderr, "%s: %s\n", for_people(*server).c_str(),
                     for_people(core::describe(*swept.error)).c_str());
        runtime.close();
        return exit_failed;
    }
    const policy::HandRequest request{options.client, options.user, options.override_protect.has_value()};
    const auto plan = policy::plan_by_hand(configuration->policy, swept.look, request);
    show(swept.look, plan);
    if (plan.disconnects.empty()) {
        std::fprintf(stderr, "nobody matches who could be ended\n");
        runtime.close();
        return exit_failed;
    }
    int status = exit_failed;
    switch (ask(options, plan.disconnects.size())) {
        case Answer::agreed:
            status = end_all(runtime, swept, plan, request, options.override_protect.value_or("by hand"));
            break;
        case Answer::declined: status = exit_failed; break;
        case Answer::cannot_ask: status = exit_usage; break;
    }
    runtime.close();
    return status;
}

}  // namespace curfew::daemon
