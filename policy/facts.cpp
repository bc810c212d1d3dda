#include "policy/facts.hpp"

#include <algorithm>

#include "core/text/utf.hpp"
#include "policy/own_session.hpp"

namespace curfew::policy {
namespace {

// Only level 502 proves Windows, and only a server that answers level 1 while not knowing 502 proves Samba.
// Everything else stays unclear: it is trusted with nothing that only Windows can be trusted with.
Kind resolved(Kind configured, const core::Enumeration& enumeration) {
    if (configured != Kind::automatic) return configured;
    if (enumeration.level == core::Level::transports) return Kind::windows;
    const bool lacks_transports = std::find(enumeration.unsupported.begin(), enumeration.unsupported.end(),
                                            core::Level::transports) != enumeration.unsupported.end();
    if (enumeration.level == core::Level::administrative && lacks_transports) return Kind::samba;
    return Kind::unclear;
}

std::optional<core::Seconds> believable_idle(Kind kind, std::optional<core::Seconds> reported) {
    switch (kind) {
        case Kind::windows: return reported;
        case Kind::samba: return std::nullopt;  // always 0, whatever the session does
        case Kind::unclear:
        case Kind::automatic: break;
    }
    return reported && *reported > core::Seconds{0} ? reported : std::nullopt;
}

ClientFacts client_facts(const std::string& reported) {
    ClientFacts facts;
    facts.address = core::IpAddress::parse(reported);
    if (!facts.address && !reported.empty()) facts.name = reported;
    return facts;
}

SessionFacts session_facts(const core::Session& reported, Kind kind, const core::Now& at,
                           core::SteadyTime asked) {
    SessionFacts facts;
    facts.reported = reported;
    facts.reported.idle = believable_idle(kind, reported.idle);
    const auto backslash = reported.user.find('\\');
    if (backslash == std::string::npos) {
        facts.user = reported.user;
    } else {
        facts.domain = reported.user.substr(0, backslash);
        facts.user = reported.user.substr(backslash + 1);
    }
    facts.client = client_facts(reported.client);
    facts.client_key =
        facts.client.address ? facts.client.address->to_string() : core::fold_case(reported.client);
    facts.user_key = core::fold_case(facts.user);
    if (reported.connected) facts.started = at.steady - *reported.connected;
    if (reported.open_files) {
        facts.quiet = QuietTime{};
        // Nobody is quiet for longer than there. Times are told in seconds, cut off, and of a moment that may
        // be as long ago as the question.
        if (*reported.open_files > 0)
            facts.quiet->at_most = core::Seconds{0};
        else if (reported.connected)
            facts.quiet->at_most = *reported.connected + core::Seconds{1} + (at.steady - asked);
    }
    return facts;
}

}  // namespace

ServerLook facts_of(const ServerTraits& traits, const core::Enumeration& enumeration, const core::Now& at,
                    std::optional<core::SteadyTime> asked) {
    ServerLook look;
    look.asked = asked;
    look.server = {traits, resolved(traits.kind, enumeration), enumeration.level};
    look.at = at;
    look.sessions.reserve(enumeration.sessions.size());
    for (const auto& session : enumeration.sessions) {
        look.sessions.push_back(session_facts(session, look.server.kind, at, look.asked_at()));
        // Level 0 carries no users: an empty one there is not a session without a user name.
        look.sessions.back().user_known = enumeration.level != core::Level::names;
    }
    find_own_sessions(look.sessions, enumeration.own, at);
    return look;
}

std::string_view to_string(Kind kind) {
    switch (kind) {
        case Kind::automatic: return "auto";
        case Kind::windows: return "windows";
        case Kind::samba: return "samba";
        case Kind::unclear: return "unclear";
    }
    return "unclear";
}

}  // namespace curfew::policy
