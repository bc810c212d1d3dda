#include "policy/targets.hpp"

#include <map>
#include <utility>

#include "policy/server_plan.hpp"

namespace curfew::policy {

Targets::Targets(const ServerLook& look)
    : look_(look),
      whole_client_(look.server.kind != Kind::windows && look.server.traits.shared_connections),
      pair_of_(look.sessions.size()) {
    std::map<std::pair<std::string, std::string>, std::size_t> seen;
    for (std::size_t i = 0; i < look.sessions.size(); ++i) {
        const auto& session = look.sessions[i];
        const auto [at, is_new] = seen.try_emplace({session.client_key, session.user_key}, pairs_.size());
        if (is_new) pairs_.emplace_back();
        pairs_[at->second].members.push_back(i);
        pair_of_[i] = at->second;
        if (whole_client_) by_client_[session.client_key].push_back(i);
    }
}

std::vector<std::size_t> Targets::of(std::size_t session) const {
    if (!whole_client_) return pairs_[pair_of_[session]].members;
    std::vector<std::size_t> targets;
    for (const std::size_t other : by_client_.at(look_.sessions[session].client_key)) {
        // The daemon's own connection is a process of its own, which dies only of a call that names its user.
        const bool apart =
            look_.sessions[other].own == Own::connection && pair_of_[other] != pair_of_[session];
        if (!apart) targets.push_back(other);
    }
    return targets;
}

std::vector<std::size_t> targets_of(const ServerLook& look, std::size_t session) {
    return Targets{look}.of(session);
}

}  // namespace curfew::policy
