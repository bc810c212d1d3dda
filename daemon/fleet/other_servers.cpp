#include "daemon/fleet/other_servers.hpp"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace curfew::daemon {
namespace asio = boost::asio;

// One after the other, and all of them in the time of one look: they are few, and kept connections answer at
// once.
asio::awaitable<void> OtherServers::ask(const std::vector<std::string>& servers) {
    const auto deadline = clock_.now().steady + config_.polling.timeout;
    for (const std::string& name : servers) {
        const auto member = std::find_if(members_.begin(), members_.end(),
                                         [&](const Member& one) { return one.config.traits.name == name; });
        if (member == members_.end()) continue;
        auto asking = ask(*member, deadline);
        co_await asio::co_spawn(member->strand, std::move(asking), asio::use_awaitable);
    }
}

// A look is a look: what it sees counts for `for` and `quiet` there as every other does.
asio::awaitable<void> OtherServers::ask(Member& member, core::SteadyTime deadline) {
    const core::SessionFilter everybody;
    auto answer = co_await member.api->enumerate(everybody, deadline);
    member.looked_at_meanwhile = member.visited;
    if (!answer) {
        member.memory.forget();
        fleet_.nobody_knows(member.config.traits.name);
        co_return;
    }
    if (answer->server_guid) fleet_.twin_of(member.config.traits.name, *answer->server_guid);
    auto look = policy::facts_of(member.config.traits, *answer, clock_.now());
    if (names_) names_->tell(look);
    policy::know_quiet(member.memory, config_.policy, look);
    policy::Crowd crowd = fleet_.crowd_around(look);
    const policy::ServerLook* looks[] = {&look};
    auto decisions = policy::decide_all(config_.policy, looks, crowd);
    fleet_.there(look, crowd);
    if (!member.visited) policy::remember(member.memory, config_.policy, look, decisions.front());
}

}  // namespace curfew::daemon
