// `ban` and `unban`, for whoever talks to the daemon.
#include <algorithm>
#include <cerrno>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/bans/ban_orders.hpp"
#include "daemon/bans/ban_pace.hpp"
#include "daemon/control/ban_messages.hpp"
#include "daemon/running/ban_status.hpp"
#include "daemon/running/control.hpp"
#include "daemon/running/reloader.hpp"
#include "daemon/status/status_text.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

BanDesk desk_of(Daemon& daemon) {
    auto& runtime = daemon.runtime();
    return {daemon.store(), runtime.fleet, runtime.clock, runtime.log};
}

BanReach reach_of(Daemon& daemon, const BanLookRequest& asked) {
    auto& runtime = daemon.runtime();
    const auto edition = runtime.fleet.edition();
    const auto& config = edition->config();
    std::optional<std::string> override_protect;
    if (asked.overrides_protect) override_protect = "asked for";
    const std::vector<policy::Ban> bans{{1, asked.whom, {}, override_protect}};
    BanReach reach;
    reach.whom = to_string(asked.whom);
    // Who is meant, and who is protected, takes no memory and nobody else's sessions.
    const auto looks = looks_under(*edition, runtime.fleet, daemon.book(), runtime.clock.now().steady);
    for (const auto& look : looks) {
        const auto decisions = policy::plan_server(config.policy, look).decisions;
        const auto there = policy::plan_bans(config.policy, look, decisions, bans).reach.front();
        reach.sessions += there.certain;
        reach.servers += there.certain > 0 ? 1 : 0;
        reach.is_protected += there.is_protected;
        reach.doubtful += there.doubtful;
    }
    reach.unknown = config.servers.size() - std::min(looks.size(), config.servers.size());
    const auto status = daemon.status();
    reach.rests = why_bans_rest(status);
    for (const auto& server : status.servers)
        if (reach.rests.empty() && server.mode == policy::Mode::observe) ++reach.observing;
    return reach;
}

asio::awaitable<BanReach> aside(Daemon& daemon, const BanLookRequest& asked) {
    co_return reach_of(daemon, asked);
}

std::vector<BanStatus> status_of(const std::vector<KeptBan>& bans) {
    std::vector<BanStatus> all;
    for (const auto& ban : bans) all.push_back(status_of(ban));
    return all;
}

}  // namespace

Control::Answer Control::ban_look(ControlRequest request) {
    const auto asked = read_ban_look_request(request.arguments);
    if (!asked) co_return asked.error();
    // All looks there are, which may be many.
    auto counting = aside(daemon_, *asked);
    const auto reach = co_await asio::co_spawn(daemon_.aside(), std::move(counting), asio::use_awaitable);
    co_return ControlReply{0, reply_json(reach)};
}

Control::Answer Control::ban(ControlRequest request) {
    auto asked = read_ban_request(request.arguments);
    if (!asked) co_return asked.error();
    BanOrder order{std::move(asked->whom), asked->length, std::move(asked->reason),
                   std::move(asked->override_protect)};
    auto ordering = order_ban(desk_of(daemon_), std::move(order), to_string(request.from));
    const auto kept = co_await std::move(ordering);
    if (!kept) co_return kept.error();
    const auto& config = daemon_.runtime().fleet.edition()->config();
    const auto pace = ban_pace(config.servers.size(), {}, config.polling.interval);
    daemon_.look_within(std::chrono::ceil<core::Seconds>(pace));
    co_return ControlReply{0, reply_json(BanReply{status_of(*kept)})};
}

Control::Answer Control::unban(ControlRequest request) {
    const auto asked = read_unban_request(request.arguments);
    if (!asked) co_return asked.error();
    auto& fleet = daemon_.runtime().fleet;
    std::vector<KeptBan> ending;
    for (const auto& kept : fleet.bans_in_force(daemon_.runtime().clock.now())) {
        const bool meant = asked->id ? kept.ban.id == *asked->id : kept.ban.whom.same_as(*asked->whom);
        if (meant) ending.push_back(kept);
    }
    auto lifting = lift_bans(desk_of(daemon_), std::move(ending), to_string(request.from));
    const auto lifted = co_await std::move(lifting);
    if (!lifted) co_return lifted.error();
    const UnbanReply reply{status_of(*lifted), status_of(fleet.bans_in_force(daemon_.runtime().clock.now()))};
    co_return ControlReply{exit_status(reply), reply_json(reply)};
}

}  // namespace curfew::daemon
