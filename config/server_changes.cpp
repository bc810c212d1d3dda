#include <map>
#include <set>

#include "config/reload_check.hpp"
#include "core/text/utf.hpp"

namespace curfew::config {
namespace {

std::map<std::string, const Server*> by_name(const Config& config) {
    std::map<std::string, const Server*> out;
    for (const Server& server : config.servers) out.emplace(core::fold_case(server.spec.name), &server);
    return out;
}

// Null where a configuration that no loader made names credentials that are not there.
const core::CredentialSpec* credentials_of(const Config& config, const Server& server) {
    const auto found = config.credentials.find(server.credentials);
    return found == config.credentials.end() ? nullptr : &found->second;
}

bool same_credentials(const Config& before, const Server& then, const Config& after, const Server& now) {
    const auto* old = credentials_of(before, then);
    const auto* fresh = credentials_of(after, now);
    return old && fresh ? *old == *fresh : old == fresh;
}

bool same_traits(policy::ServerTraits then, policy::ServerTraits now) {
    const std::set<std::string> tags(then.tags.begin(), then.tags.end());
    if (tags != std::set<std::string>(now.tags.begin(), now.tags.end())) return false;
    then.tags = now.tags;
    return then == now;
}

}  // namespace

ServerChanges server_changes(const Config& before, const Config& after) {
    ServerChanges out;
    const auto known = by_name(before);
    const auto still = by_name(after);
    for (const Server& server : before.servers)
        if (!still.contains(core::fold_case(server.spec.name))) out.removed.push_back(server.spec.name);
    for (const Server& server : after.servers) {
        const auto found = known.find(core::fold_case(server.spec.name));
        if (found == known.end()) {
            out.added.push_back(server.spec.name);
            continue;
        }
        const Server& then = *found->second;
        if (then.spec != server.spec || !same_credentials(before, then, after, server))
            out.changed.push_back(server.spec.name);
        else if (then.mode != server.mode || !same_traits(then.traits, server.traits))
            out.altered.push_back(server.spec.name);
    }
    return out;
}

}  // namespace curfew::config
