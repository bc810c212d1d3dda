#pragma once
// `curfew apply`: what is in a plan and still matches, through the same gate as every visit. Modes, limits,
// trips and holds bind it; what began since the plan was made is not in it, and stays.

#include <functional>
#include <string>
#include <vector>

#include "daemon/fleet/member.hpp"
#include "daemon/fleet/watcher.hpp"
#include "daemon/gate/gate.hpp"
#include "daemon/plan_file/plan_file.hpp"

namespace curfew::daemon {

struct Applied {
    std::string server;
    std::string client;
    std::string user;
    std::string text;  // "ended", "no longer matches", "observe", ...
    std::string detail;
    enum class How { ended, spared, failed } how = How::spared;
};

struct Applying {
    FleetState& fleet;
    Gate& gate;
    Clock& clock;
    bool observe = false;  // whatever the configuration says
    std::string who;
    std::string digest;                        // of the configuration that the plan was made under
    std::function<bool()> stopping = nullptr;  // nothing more is to be begun
    std::function<void(const policy::Trip&)> tripped = nullptr;  // told of what trips by what is seen
    Watcher* watcher = nullptr;                                  // told of every disconnect that is begun
};

// On the member's strand; all entries are of that server. Takes its turn with the daemon's own visits.
boost::asio::awaitable<std::vector<Applied>> apply_on(Members::Shared member, Applying applying,
                                                      std::vector<PlanFile::Entry> entries);

// By server, in the order of the plan.
std::vector<std::pair<std::string, std::vector<PlanFile::Entry>>> by_server(const PlanFile& plan);

}  // namespace curfew::daemon
