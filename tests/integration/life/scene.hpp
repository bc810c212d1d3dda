#pragma once
// What a soak plays: a fleet whose people live a day in minutes, a policy with everything in it, and mishaps
// by dice. The numbers of the policy are here once, for its text and for the oracle.

#include <random>
#include <string>
#include <vector>

#include "core/lab/fault.hpp"
#include "core/lab/scenario.hpp"
#include "core/time.hpp"

namespace curfew::testing {

namespace scene {
constexpr core::Seconds interval{3};
constexpr core::Seconds timeout{5};
constexpr core::Seconds idle{10};
constexpr core::Seconds desk_quiet{12};
constexpr core::Seconds temps_for{5};
constexpr std::size_t roaming = 2;           // clients at once
constexpr std::size_t per_server = 20;       // sessions a minute
constexpr std::size_t fleet_per_server = 3;  // sessions a minute on the fleet, times servers
constexpr std::size_t fleet_at_least = 600;
constexpr const char* rule_temps = "temps out";
constexpr const char* rule_idle = "idle";
constexpr const char* rule_desk = "quiet desk";
constexpr const char* rule_roaming = "one PC too many";
constexpr const char* rule_runaway = "runaway";  // always means more than its share
// Open in the even minutes of the hour, closed in the odd ones.
constexpr core::Seconds minute{60};
}  // namespace scene

std::size_t fleet_limit(std::size_t servers);  // sessions a minute
// Without servers and credentials.
std::string life_policy(std::size_t servers);
std::vector<core::lab::LabServer> life_servers(std::size_t count);

// Something goes wrong with a server for a while.
struct Mishap {
    std::size_t server = 0;
    std::vector<core::lab::Fault> faults;
    core::Milliseconds lasts{};
};

class MishapDice {
  public:
    MishapDice(std::uint32_t seed, std::size_t servers) : dice_(seed), servers_(servers) {}
    Mishap throw_one();

  private:
    std::uint32_t below(std::uint32_t end) {
        return std::uniform_int_distribution<std::uint32_t>{0, end - 1}(dice_);
    }
    std::mt19937 dice_;
    std::size_t servers_;
};

}  // namespace curfew::testing
