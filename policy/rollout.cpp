#include "policy/rollout.hpp"

#include <algorithm>

namespace curfew::policy {

bool reaches(const Rollout& rollout, std::string_view rule, const ServerTraits& server) {
    if (const auto* share = std::get_if<RolloutShare>(&rollout))
        return share->place && share->place(rule, server.name) < share->places;
    const auto& wanted = std::get<RolloutTags>(rollout).any_of;
    return std::any_of(server.tags.begin(), server.tags.end(), [&](const std::string& tag) {
        return std::find(wanted.begin(), wanted.end(), tag) != wanted.end();
    });
}

}  // namespace curfew::policy
