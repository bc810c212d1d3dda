#include "policy/supposed.hpp"

#include "policy/facts.hpp"

namespace curfew::policy {
namespace {

// Late enough that no session that can be written down began before the clock did.
constexpr core::SteadyTime looked_at{std::chrono::hours{24} * 365 * 100};

void set_flag(core::Session& session, SessionFacts& facts, std::uint32_t flag, std::optional<bool> said) {
    if (!said) return;
    facts.known_flags |= flag;
    session.flags = session.flags.value_or(0) | (*said ? flag : 0);
}

core::Session reported(const SupposedSession& supposed) {
    core::Session session;
    session.user = supposed.user.value_or("");
    session.client = supposed.client.value_or("");
    session.client.erase(0, session.client.find_first_not_of('\\'));
    session.idle = supposed.idle;
    session.connected = supposed.connected;
    session.open_files = supposed.open_files;
    session.client_type = supposed.client_type;
    session.transport = supposed.transport;
    return session;
}

}  // namespace

ServerLook suppose(const ServerTraits& server, const std::vector<SupposedSession>& sessions,
                   core::WallTime at, ClientNames names) {
    core::Enumeration enumeration;
    enumeration.level = core::Level::administrative;
    for (const SupposedSession& supposed : sessions) enumeration.sessions.push_back(reported(supposed));
    ServerLook look = facts_of(server, enumeration, {looked_at, at});
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        SessionFacts& facts = look.sessions[i];
        facts.user_known = sessions[i].user.has_value();
        facts.known_flags = 0;
        // As if curfew had looked all the time.
        facts.quiet.reset();
        if (sessions[i].quiet) facts.quiet = QuietTime{*sessions[i].quiet, *sessions[i].quiet};
        if (names == ClientNames::dns) facts.client.found.emplace();
        set_flag(facts.reported, facts, core::sess_guest, sessions[i].guest);
        set_flag(facts.reported, facts, core::sess_noencryption, sessions[i].plaintext_password);
    }
    return look;
}

ServerMemory as_if_held(const Policy& policy, const ServerLook& look, std::optional<core::Seconds> held) {
    ServerMemory memory;
    memory.at = look.at.steady;
    std::vector<RunningFor> running;
    for (const Rule& rule : policy.rules) {
        running.push_back({memory.rules.size(), held ? look.at.steady - *held : core::SteadyTime::min()});
        memory.rules.push_back(rule.key);
    }
    for (const SessionFacts& session : look.sessions)
        memory.sessions.push_back({session.client_key, session.user_key, session.started, running});
    return memory;
}

}  // namespace curfew::policy
