#include "daemon/fleet/doubt_book.hpp"

#include <utility>

namespace curfew::daemon {

DoubtBook::Found DoubtBook::looked(const policy::ServerLook& look, const policy::ServerPlan& plan) {
    const auto unknown = policy::unknown_keeps(policy_, look, plan);
    const std::lock_guard lock{mutex_};
    PerServer& server = servers_[look.server.traits.name];
    const auto told = std::exchange(server.told, {});
    Found found;
    const auto take = [&](const policy::Doubt& doubt) {
        const auto before = told.find(doubt.about);
        const bool known = before != told.end() && before->second == doubt.missing;
        server.told.emplace(doubt.about, doubt.missing);
        found.present.push_back(doubt);
        if (!known) found.news.push_back(doubt);
    };
    for (const auto& doubt : unknown) {
        if (is_often_unknown(doubt))
            take(doubt);
        else if (told.contains(doubt.about))
            server.told.emplace(doubt.about, doubt.missing);
    }
    for (const auto& doubt : never_true_.on(look.server)) {
        const auto& until = policy_.rules[doubt.about.index].until;
        if (!until || look.at.wall < *until) take(doubt);  // a rule that is off for good is missed by nobody
    }
    server.present = found.present;
    return found;
}

void DoubtBook::removed(const std::string& server) {
    const std::lock_guard lock{mutex_};
    servers_.erase(server);
}

std::map<std::string, std::vector<policy::Doubt>> DoubtBook::all() const {
    const std::lock_guard lock{mutex_};
    std::map<std::string, std::vector<policy::Doubt>> doubts;
    for (const auto& [name, server] : servers_)
        if (!server.present.empty()) doubts.emplace(name, server.present);
    return doubts;
}

}  // namespace curfew::daemon
