// `ban` and `unban`: what would be meant is shown first, and a person agrees.
#include <cstdio>
#include <iostream>

#include <unistd.h>

#include "core/text/durations.hpp"
#include "daemon/clock.hpp"
#include "daemon/control/ask.hpp"
#include "daemon/control/ban_messages.hpp"
#include "daemon/output/escape.hpp"

namespace curfew::daemon {
namespace {

std::string counted(std::uint64_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

void show_reach(const BanReach& reach) {
    tell(stdout, reach.whom + ": " + counted(reach.sessions, "session") + " on " +
                     counted(reach.servers, "server") + ", by their last looks");
    const auto also = [](std::uint64_t count, const std::string& text) {
        if (count > 0) tell(stdout, "  " + text);
    };
    also(reach.is_protected, std::to_string(reach.is_protected) +
                                 " of these: protected, and to be ended only with --override-protect");
    also(reach.doubtful, counted(reach.doubtful, "session") + " more may or may not be meant: not ended");
    also(reach.unknown, counted(reach.unknown, "server") + " of which nobody knows now who is there");
    also(reach.observing, counted(reach.observing, "server") + " where nobody is ended, in mode observe");
    if (!reach.rests.empty()) tell(stdout, "  Nobody is ended anywhere now: " + reach.rests);
}

std::string ban_text(const BanStatus& ban) {
    return "ban " + std::to_string(ban.id) + " of " + ban.whom;
}

void show_banned(const BanReply& reply) {
    const auto& ban = reply.ban;
    const auto length = std::chrono::round<core::Seconds>(ban.until - ban.since);
    tell(stdout, ban_text(ban) + " until " + utc_text(ban.until) + " (" + core::duration_text(length) +
                     "): " + ban.reason);
}

void show_unbanned(const UnbanReply& reply) {
    for (const auto& ban : reply.bans)
        tell(stdout, "ended: " + ban_text(ban) + ", by " + ban.who + ": " + ban.reason);
    if (exit_status(reply) != exit_done) tell_trouble("there is no such ban");
    for (const auto& ban : reply.remaining)
        tell(stdout, "still there: " + ban_text(ban) + " until " + utc_text(ban.until) + ": " + ban.reason);
}

// The exit status to leave with; none: agreed.
std::optional<int> agree(const BanOptions& options, const std::string& whom) {
    if (options.yes) return std::nullopt;
    if (::isatty(STDIN_FILENO) != 1) {
        tell_trouble("no terminal to ask on: say --yes. Nobody was banned");
        return exit_usage;
    }
    std::printf("\nBan %s for %s? [y/N] ", for_people(whom).c_str(),
                core::duration_text(options.request.length).c_str());
    std::fflush(stdout);
    std::string answer;
    std::getline(std::cin, answer);
    if (answer == "y" || answer == "Y" || answer == "yes") return std::nullopt;
    tell_trouble("nobody was banned");
    return exit_failed;
}

}  // namespace

int ban(const BanOptions& options) {
    const auto& request = options.request;
    const BanLookRequest looking{request.whom, request.override_protect.has_value()};
    const int looked = ask_for(options.at, request_json(looking), read_ban_reach, show_reach);
    if (looked != exit_done) return looked;
    if (const auto left = agree(options, to_string(request.whom))) return *left;
    return ask_for(options.at, request_json(request), read_ban_reply, show_banned);
}

int unban(const UnbanOptions& options) {
    return ask_for(options.at, request_json(options.request), read_unban_reply, show_unbanned);
}

}  // namespace curfew::daemon
