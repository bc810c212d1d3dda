#include "daemon/running/orphans.hpp"

#include <algorithm>
#include <utility>

namespace curfew::daemon {
namespace {

// Sessions have no id: a later start is somebody who came back.
bool still_there(const Orphan& orphan, const policy::ServerLook& look) {
    constexpr core::Seconds tolerance{2};
    return std::any_of(look.sessions.begin(), look.sessions.end(), [&](const policy::SessionFacts& session) {
        if (session.client_key != orphan.intent.client_key || session.user_key != orphan.intent.user_key)
            return false;
        if (!orphan.started || !session.started) return true;
        const auto ago =
            std::chrono::duration_cast<core::WallTime::duration>(look.at.steady - *session.started);
        return look.at.wall - ago <= *orphan.started + tolerance;
    });
}

}  // namespace

Orphans::Orphans(std::vector<Orphan> orphans, Store& store, Clock& clock, Log& log)
    : store_(store), clock_(clock), log_(log) {
    for (auto& orphan : orphans) by_server_[orphan.intent.server].push_back(std::move(orphan));
}

void Orphans::only(const std::vector<std::string>& servers) {
    const std::lock_guard lock{mutex_};
    for (auto entry = by_server_.begin(); entry != by_server_.end();) {
        const bool known = std::find(servers.begin(), servers.end(), entry->first) != servers.end();
        if (known) {
            ++entry;
            continue;
        }
        for (const auto& orphan : entry->second)
            settle(orphan, "the server is not in the configuration any more");
        entry = by_server_.erase(entry);
    }
}

void Orphans::looked(const Looked& event) {
    std::vector<Orphan> orphans;
    {
        const std::lock_guard lock{mutex_};
        const auto found = by_server_.find(event.server);
        if (found == by_server_.end()) return;
        orphans = std::move(found->second);
        by_server_.erase(found);
    }
    for (const auto& orphan : orphans) {
        settle(orphan, still_there(orphan, event.look)
                           ? "curfew died in the middle; still there when it came back"
                           : "curfew died in the middle; gone when it came back");
    }
}

void Orphans::settle(const Orphan& orphan, const std::string& detail) {
    Row row;
    row.at = clock_.now().wall;
    row.kind = "recovered";
    row.intent = orphan.id;
    row.server = orphan.intent.server;
    row.client = orphan.intent.client;
    row.user = orphan.intent.user;
    row.client_key = orphan.intent.client_key;
    row.user_key = orphan.intent.user_key;
    row.rule = orphan.intent.rule;
    row.rule_digest = orphan.intent.rule_digest;
    row.config = orphan.intent.config_digest;
    row.sessions = orphan.intent.seen.sessions;
    row.outcome = to_string(Outcome::unknown);
    row.detail = detail;
    log_.record(config::LogLevel::warning, "disconnect_recovered",
                {{"id", std::uint64_t{orphan.id}},
                 {"server", orphan.intent.server},
                 {"client", orphan.intent.client},
                 {"user", orphan.intent.user},
                 {"rule", orphan.intent.rule.empty() ? "(by hand)" : orphan.intent.rule},
                 {"outcome", row.outcome},
                 {"detail", detail}});
    store_.event(std::move(row));
}

}  // namespace curfew::daemon
