#include <algorithm>

#include "core/text/utf.hpp"
#include "policy/call.hpp"
#include "policy/decider.hpp"
#include "policy/server_plan.hpp"
#include "policy/targets.hpp"

namespace curfew::policy {
namespace {

bool is_client(const std::string& asked, const SessionFacts& session) {
    const auto address = core::IpAddress::parse(asked);
    if (address && session.client.address) return *address == *session.client.address;
    std::string_view bare = asked;
    while (bare.starts_with('\\')) bare.remove_prefix(1);
    return core::fold_case(bare) == core::fold_case(session.reported.client);
}

// With a domain only who is reported with it: a person who writes one has somebody particular in mind.
bool is_user(const std::string& asked, const SessionFacts& session) {
    const bool with_domain = asked.find('\\') != std::string::npos;
    return core::fold_case(asked) ==
           (with_domain ? core::fold_case(session.reported.user) : session.user_key);
}

bool is_asked_for(const HandRequest& request, const SessionFacts& session) {
    const bool any_client = !request.client && request.clients.empty();
    const bool any_user = !request.user && request.users.empty();
    if (any_client && any_user) return false;  // nobody was named; that does not mean everybody
    const auto its_client = [&](const std::string& asked) { return is_client(asked, session); };
    const auto its_user = [&](const std::string& asked) { return is_user(asked, session); };
    return (any_client || (request.client && its_client(*request.client)) ||
            std::any_of(request.clients.begin(), request.clients.end(), its_client)) &&
           (any_user || (request.user && its_user(*request.user)) ||
            std::any_of(request.users.begin(), request.users.end(), its_user));
}

struct Obstacle {
    Why why;
    std::string detail;
};

}  // namespace

ServerPlan plan_by_hand(const Policy& policy, const ServerLook& look, const HandRequest& request) {
    ServerPlan plan;
    Decider decided{policy, look.server, look.at.wall};
    for (const auto& session : look.sessions) plan.decisions.push_back(decided(session));

    const auto obstacle = [&](std::size_t named,
                              const std::vector<std::size_t>& targets) -> std::optional<Obstacle> {
        for (const std::size_t target : targets) {
            const auto protection = plan.decisions[target].protection;
            if (!protection || request.override_protect) continue;
            return Obstacle{Why::is_protected,
                            who(look.sessions[target]) + ": " + policy.protect[*protection].reason};
        }
        for (const std::size_t target : targets) {
            if (look.sessions[target].own == Own::no) continue;
            return Obstacle{Why::own_session,
                            who(look.sessions[target]) + ": taken for curfew's own session"};
        }
        if (const auto missing = missing_name(look.sessions[named])) return Obstacle{*missing, {}};
        return std::nullopt;
    };

    const Targets all{look};
    for (const Pair& pair : all.pairs()) {
        for (const std::size_t member : pair.members) {
            if (!is_asked_for(request, look.sessions[member])) continue;
            const auto& session = look.sessions[member];
            auto targets = all.of(member);
            if (auto found = obstacle(member, targets)) {
                plan.withheld.push_back({session.reported.client, session.reported.user, std::nullopt,
                                         found->why, std::move(found->detail)});
            } else {
                auto call = call_for(session);
                const auto idle = longest_idle(look, targets);
                plan.disconnects.push_back({.client = std::move(call->client),
                                            .user = std::move(call->user),
                                            .rule = 0,
                                            .targets = std::move(targets),
                                            .idle = idle});
            }
            break;  // one call a pair
        }
    }
    return plan;
}

}  // namespace curfew::policy
