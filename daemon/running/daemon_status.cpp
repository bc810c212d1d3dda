#include <algorithm>

#include <unistd.h>

#include "daemon/running/ban_status.hpp"
#include "daemon/running/daemon.hpp"

namespace curfew::daemon {
namespace {

HoldStatus as_status(const Hold& hold) {
    return {hold.id,  to_string(hold.scope), hold.since.wall, hold.until.wall, hold.reason,
            hold.who, hold.durable};
}

std::optional<core::WallTime> on_the_wall(core::SteadyTime time, const core::Now& now) {
    if (time == core::SteadyTime::max()) return std::nullopt;
    return now.wall + std::chrono::duration_cast<core::WallTime::duration>(time - now.steady);
}

ConfigStatus of_the_configuration(const Edition& edition, const StatusBook& book, core::WallTime since) {
    const auto& config = edition.config();
    ConfigStatus status;
    status.path = config.path;
    status.digest = config.digest;
    status.in_force_since = since;
    status.servers = config.servers.size();
    status.rules = config.policy.rules.size();
    const auto disk = book.on_disk();
    using Is = Watcher::Configuration::Is;
    if (disk.is == Is::refused || disk.is == Is::waits) {
        status.on_disk = disk.is == Is::refused ? ConfigStatus::OnDisk::refused : ConfigStatus::OnDisk::waits;
        status.disk_digest = disk.digest;
        status.reasons = disk.reasons;
    }
    return status;
}

}  // namespace

BanStatus status_of(const KeptBan& kept) {
    return {kept.ban.id,     to_string(kept.ban.whom),  kept.since.wall, kept.until.wall,
            kept.ban.reason, kept.ban.override_protect, kept.who};
}

Status Daemon::status() const {
    const auto now = runtime_.clock.now();
    const auto edition = runtime_.fleet.edition();
    const auto& config = edition->config();
    Status status;
    status.version = CURFEW_VERSION;
    status.pid = ::getpid();
    status.at = now.wall;
    status.started = started_;
    status.mode = options_.observe ? policy::Mode::observe : config.mode;
    status.all_tried = runtime_.fleet.all_tried();
    status.config = of_the_configuration(*edition, book_, reloader_.in_force_since());
    if (store_)
        status.audit = {config.audit ? config.audit->path : "", store_->trouble(), store_->last_row()};
    status.looks_under_way = scheduler_.under_way();
    for (const auto& hold : runtime_.fleet.holds()) status.holds.push_back(as_status(hold));
    for (const auto& ban : runtime_.fleet.bans_in_force(now)) status.bans.push_back(status_of(ban));
    status.trips = runtime_.fleet.trips();
    const auto doubts = edition->doubts().all();
    for (const auto& server : config.servers) {
        const auto& name = server.traits.name;
        auto one = book_.of(name);
        one.tags = server.traits.tags;
        one.mode = server.mode;
        if (const auto member = runtime_.members.find(name))
            one.next_look = on_the_wall(member->next_look, now);
        if (const auto found = doubts.find(name); found != doubts.end()) {
            for (const auto& doubt : found->second)
                one.doubts.push_back(policy::name_of(edition->policy(), doubt.about) + ": " +
                                     policy::why_in_words(doubt));
        }
        if (runtime_.fleet.has_twin(name)) one.state = ServerStatus::State::twin;
        status.sessions += one.sessions;
        status.servers.push_back(std::move(one));
    }
    return status;
}

std::string Daemon::in_one_line(const Status& status) const {
    const auto answering =
        std::count_if(status.servers.begin(), status.servers.end(),
                      [](const ServerStatus& one) { return one.state == ServerStatus::State::ok; });
    std::string line = status.mode == policy::Mode::enforce ? "enforce: " : "observe: ";
    line += std::to_string(answering) + " of " + std::to_string(status.servers.size()) + " servers answer, " +
            std::to_string(status.sessions) + " sessions";
    if (!status.holds.empty()) line += ", held";
    if (!status.bans.empty()) line += ", somebody is banned";
    if (!status.trips.empty()) line += ", tripped";
    if (!status.audit.trouble.empty()) line += ", the audit cannot be written";
    if (status.config.on_disk == ConfigStatus::OnDisk::refused) line += ", the file on disk is refused";
    if (status.config.on_disk == ConfigStatus::OnDisk::waits) line += ", a configuration waits";
    return line;
}

}  // namespace curfew::daemon
