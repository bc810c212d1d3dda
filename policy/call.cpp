#include "policy/call.hpp"

#include <algorithm>

namespace curfew::policy {

std::optional<Call> call_for(const SessionFacts& session) {
    // The name behind the domain has to be one as well: what a server makes of `CORP\` is anybody's guess,
    // and "every user" would be one.
    if (!core::UserName::from(session.user)) return std::nullopt;
    auto user = core::UserName::from(session.reported.user);
    auto client = core::ClientName::from(session.reported.client);
    if (!user || !client) return std::nullopt;
    return Call{*std::move(client), *std::move(user)};
}

std::optional<Why> missing_name(const SessionFacts& session) {
    if (call_for(session)) return std::nullopt;
    const bool has_user = core::UserName::from(session.user) && core::UserName::from(session.reported.user);
    return has_user ? Why::no_client_name : Why::no_user_name;
}

std::optional<core::Seconds> longest_idle(const ServerLook& look, const std::vector<std::size_t>& sessions) {
    std::optional<core::Seconds> longest;
    for (const std::size_t session : sessions) {
        longest = std::max(longest, look.sessions[session].reported.idle);  // empty is less than any
    }
    return longest;
}

std::string who(const SessionFacts& session) {
    return session.reported.user.empty() ? "a session without a user name" : session.reported.user;
}

}  // namespace curfew::policy
