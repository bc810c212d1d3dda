#include "daemon/fleet/other_servers.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace curfew::daemon {
namespace asio = boost::asio;

// One after the other, and all of them in the time of one look: they are few, and kept connections answer at
// once.
asio::awaitable<void> OtherServers::ask(const std::vector<std::string>& servers) {
    const auto deadline = clock_.now().steady + fleet_.edition()->config().polling.timeout;
    for (const std::string& name : servers) {
        const auto member = members_.find(name);
        if (!member) continue;
        auto asking = ask(member, deadline);
        co_await asio::co_spawn(member->strand, std::move(asking), asio::use_awaitable);
    }
}

// A look is a look: what it sees counts for `for` and `quiet` there as every other does.
asio::awaitable<void> OtherServers::ask(Members::Shared shared, core::SteadyTime deadline) {
    Member& member = *shared;
    const core::SessionFilter everybody;
    const auto asked = clock_.now().steady;
    auto answer = co_await member.api->enumerate(everybody, deadline);
    member.looked_at_meanwhile = member.visited;
    const auto edition = fleet_.edition();
    const auto* const server = edition->server(member.name);
    if (!server || member.gone) co_return;  // it left the fleet
    if (!answer) {
        member.memory.forget();
        fleet_.nobody_knows(*edition, member.name);
        co_return;
    }
    if (answer->server_guid) fleet_.twin_of(member.name, *answer->server_guid);
    auto look = policy::facts_of(server->traits, *answer, clock_.now(), asked);
    if (const auto& names = edition->names()) names->tell(look);
    if (member.api->lost_an_answer()) member.memory.forget();
    policy::know_quiet(member.memory, edition->policy(), look);
    policy::Crowd crowd = fleet_.crowd_around(look);
    const policy::ServerLook* looks[] = {&look};
    auto decisions = policy::decide_all(edition->policy(), looks, crowd);
    fleet_.there(*edition, look, crowd);
    if (!member.visited) policy::remember(member.memory, edition->policy(), look, decisions.front());
}

}  // namespace curfew::daemon
