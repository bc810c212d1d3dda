#pragma once
// `rollout`: on which servers a rule acts already. On the others it only observes.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/facts.hpp"

namespace curfew::policy {

inline constexpr std::uint32_t rollout_places = 10'000;

// Where a server stands in a rule's order of servers, below `rollout_places`: a pure function of both names,
// so that it is the same after every restart and on every machine. Made outside, for it takes a hash.
using RolloutPlace = std::uint32_t (*)(std::string_view rule, std::string_view server);

// The first places. So whoever is among the first 10% is among the first 25%.
struct RolloutShare {
    std::uint32_t places = 0;
    RolloutPlace place = nullptr;  // null: no server is reached
};
struct RolloutTags {
    std::vector<std::string> any_of;
};
using Rollout = std::variant<RolloutShare, RolloutTags>;

bool reaches(const Rollout& rollout, std::string_view rule, const ServerTraits& server);

}  // namespace curfew::policy
