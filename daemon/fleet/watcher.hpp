#pragma once
// For whoever shows a fleet at work: what was seen and decided, as it happens. Called on the server's strand,
// so for several servers at once; changes nothing.

#include "core/errors/error.hpp"
#include "daemon/fleet/member.hpp"
#include "daemon/gate/gate.hpp"
#include "policy/server_plan.hpp"

namespace curfew::daemon {

class Watcher {
  public:
    virtual ~Watcher() = default;
    virtual void looked(const Member& member, const policy::ServerLook& look,
                        const policy::ServerPlan& plan) = 0;
    virtual void failed(const Member& member, const core::Error& error) = 0;
    virtual void passed(const Member& member, const policy::Disconnect& wanted, const Verdict& verdict) = 0;
};

}  // namespace curfew::daemon
