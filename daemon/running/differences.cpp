#include <algorithm>
#include <map>

#include "config/reload_check.hpp"
#include "daemon/running/requests.hpp"

namespace curfew::daemon {
namespace {

// What an observing rule would do is put behind what is done.
std::string looked_on(const policy::Policy& policy, const policy::Decision& decision) {
    std::string text;
    for (const auto rule : decision.observed) text += ", would end: " + policy.rules[rule].key.name;
    return text;
}

std::string in_words(const policy::Policy& policy, bool enforces, const policy::Decision& decision) {
    if (decision.protection) {
        const auto& reason = policy.protect[*decision.protection].reason;
        return reason.empty() ? "protected" : "protected: " + reason;
    }
    const auto others = looked_on(policy, decision);
    if (!decision.rule) return "kept" + others;
    const auto& name = policy.rules[*decision.rule].key.name;
    if (decision.action == policy::Action::keep) return "kept: " + name + others;
    if (decision.pending) return "pending: " + name + (enforces ? "" : " (observe)") + others;
    return (enforces ? "ends: " : "would end: ") + name + others;
}

// By where it stands in its look: both are of the same look.
using Words = std::map<std::string, std::vector<std::string>>;

Words decide(const Edition& edition, const std::vector<policy::ServerLook>& looks, policy::FleetMemory memory,
             core::SteadyTime now) {
    const bool complete = looks.size() == edition.config().servers.size();
    const auto plan = policy::plan_fleet(edition.policy(), looks, complete, memory, now);
    Words words;
    for (std::size_t i = 0; i < looks.size(); ++i) {
        const auto& name = looks[i].server.traits.name;
        const auto* const its = edition.server(name);
        const bool enforces =
            edition.config().mode == policy::Mode::enforce && its && its->mode == policy::Mode::enforce;
        auto& of_server = words[name];
        for (const auto& decision : plan.decisions[i])
            of_server.push_back(in_words(edition.policy(), enforces, decision));
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
