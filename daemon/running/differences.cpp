#include <algorithm>
#include <map>

#include "config/reload_check.hpp"
#include "daemon/running/requests.hpp"

namespace curfew::daemon {
namespace {

std::string in_words(const policy::Policy& policy, const policy::Decision& decision) {
    if (decision.protection) {
        const auto& reason = policy.protect[*decision.protection].reason;
        return reason.empty() ? "protected" : "protected: " + reason;
    }
    if (!decision.rule) return "kept";
    const auto& name = policy.rules[*decision.rule].key.name;
    if (decision.action == policy::Action::keep) return "kept: " + name;
    return (decision.pending ? "pending: " : "ends: ") + name;
}

// By where it stands in its look: both are of the same look.
using Words = std::map<std::string, std::vector<std::string>>;

Words decide(const Edition& edition, const std::vector<policy::ServerLook>& looks, policy::FleetMemory memory,
             core::SteadyTime now) {
    const bool complete = looks.size() == edition.config().servers.size();
    const auto plan = policy::plan_fleet(edition.policy(), looks, complete, memory, now);
    Words words;
    for (std::size_t i = 0; i < looks.size(); ++i) {
        auto& of_server = words[looks[i].server.traits.name];
        for (const auto& decision : plan.decisions[i])
            of_server.push_back(in_words(edition.policy(), decision));
    }
    return words;
}

}  // namespace

std::string changed_in_words(const Edition& before, const Edition& after) {
    return config::what_changed(before.config(), after.config());
}

std::vector<Difference> differences(const Edition& before, const Edition& after,
                                    const std::vector<policy::ServerLook>& looks_before,
                                    const std::vector<policy::ServerLook>& looks_after,
                                    const policy::FleetMemory& memory, core::SteadyTime now) {
    const auto then = decide(before, looks_before, memory, now);
    const auto next = decide(after, looks_after, memory, now);
    std::vector<Difference> out;
    for (const auto& look : looks_before) {
        const auto& name = look.server.traits.name;
        const auto& words = then.at(name);
        const auto other = next.find(name);
        for (std::size_t i = 0; i < look.sessions.size(); ++i) {
            const std::string now_says = other == next.end() ? "not in it" : other->second[i];
            if (words[i] == now_says || look.sessions[i].own != policy::Own::no) continue;
            const auto& session = look.sessions[i].reported;
            out.push_back({name, session.client, session.user, words[i], now_says});
        }
    }
    return out;
}

}  // namespace curfew::daemon
