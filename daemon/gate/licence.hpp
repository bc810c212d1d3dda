#pragma once
// Who may end sessions. Nothing reaches NetSessionDel but through a Licence, and there are two ways to one:
// everybody (file, server, command line) says enforce, or a person ends sessions by hand. `plan` and observe
// mode hold another type, from which no call can be made. A ban goes the first way: nobody is there to answer
// for what it ends at night, so any observe stops it, and so does a hold.

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
    // The same for what a ban ends, and for nothing else.
    static std::optional<Licence> for_a_ban(policy::Mode file, policy::Mode server, bool observe_asked_for,
                                            core::SessionDelApi& api) {
        auto licence = to_enforce(file, server, observe_asked_for, api);
        if (licence) licence->for_a_ban_ = true;
        return licence;
    }
    // Limits are counted and do not bind: a person stands for them.
    static Licence by_hand(core::SessionDelApi& api) { return Licence{api, false}; }

  private:
    friend class Gate;
    explicit Licence(core::SessionDelApi& api, bool bound = true) : api_(&api), bound_(bound) {}
    core::SessionDelApi* api_;
    bool bound_;  // by limits, and by two entries being one server
    bool for_a_ban_ = false;
};

struct PlanOnly {};     // up to the call: limits are used up as if, nothing is called
struct ObserveOnly {};  // says what would be ended
using Access = std::variant<PlanOnly, ObserveOnly, Licence>;

}  // namespace curfew::daemon
