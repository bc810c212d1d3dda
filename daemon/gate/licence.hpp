#pragma once
// Who may end sessions. Nothing reaches NetSessionDel but through a Licence, and there are two ways to one:
// everybody (file, server, command line) says enforce, or a person ends sessions by hand. `plan` and observe
// mode hold another type, from which no call can be made.

#include <optional>
#include <variant>

#include "core/session_api.hpp"
#include "policy/policy.hpp"

namespace curfew::daemon {

class Licence {
  public:
    // Empty where anybody says observe.
    static std::optional<Licence> to_enforce(policy::Mode file, policy::Mode server, bool observe_asked_for,
                                             core::SessionDelApi& api) {
        const bool enforce =
            file == policy::Mode::enforce && server == policy::Mode::enforce && !observe_asked_for;
        return enforce ? std::optional{Licence{api}} : std::nullopt;
    }
    // Limits are counted and do not bind: a person stands for them.
    static Licence by_hand(core::SessionDelApi& api) { return Licence{api, false}; }

  private:
    friend class Gate;
    explicit Licence(core::SessionDelApi& api, bool bound = true) : api_(&api), bound_(bound) {}
    core::SessionDelApi* api_;
    bool bound_;  // by limits, and by two entries being one server
};

struct PlanOnly {};     // up to the call: limits are used up as if, nothing is called
struct ObserveOnly {};  // says what would be ended
using Access = std::variant<PlanOnly, ObserveOnly, Licence>;

}  // namespace curfew::daemon
