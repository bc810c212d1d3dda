#include "policy/own_session.hpp"

#include "core/text/utf.hpp"

namespace curfew::policy {
namespace {

constexpr core::Seconds began_together{3};     // ages are whole seconds, and a logon takes a moment itself
constexpr core::Seconds age_still_unknown{5};  // Samba knows no age in a session's first second

// DOMAIN\user, user@REALM and user, folded.
std::string account_name(std::string_view text) {
    if (const auto backslash = text.find('\\'); backslash != std::string_view::npos)
        text.remove_prefix(backslash + 1);
    text = text.substr(0, text.find('@'));
    return core::fold_case(text);
}

class Recognition {
  public:
    Recognition(const core::OwnConnection& own, const core::Now& at)
        : account_(account_name(own.account)),
          address_(core::IpAddress::parse(own.local_address)),
          established_(own.established),
          fresh_(at.steady - own.established < age_still_unknown) {}

    bool account(const SessionFacts& session) const {
        return !account_.empty() && account_name(session.reported.user) == account_;
    }
    bool age(const SessionFacts& session) const {
        if (!session.started) return fresh_;
        const auto apart = *session.started - established_;
        return -began_together <= apart && apart <= began_together;
    }
    bool address(const SessionFacts& session) const { return address_ && session.client.address == address_; }
    bool address_contradicts(const SessionFacts& session) const {
        return address_ && session.client.address && session.client.address != address_;
    }

  private:
    std::string account_;
    std::optional<core::IpAddress> address_;
    core::SteadyTime established_;
    bool fresh_;
};

// The one session that `agrees`; null for none and for several.
template <class Predicate> SessionFacts* only_one(std::vector<SessionFacts>& sessions, Predicate agrees) {
    SessionFacts* found = nullptr;
    for (auto& session : sessions) {
        if (!agrees(session)) continue;
        if (found) return nullptr;
        found = &session;
    }
    return found;
}

}  // namespace

void find_own_sessions(std::vector<SessionFacts>& sessions, const core::OwnConnection& own,
                       const core::Now& at) {
    const Recognition is{own, at};
    bool found = false;
    for (auto& session : sessions) {
        if (is.account(session)) {
            session.own = Own::account;
        } else if (is.address(session) && is.age(session)) {
            session.own = Own::possible;
        }
        found = found || session.own != Own::no;
    }
    if (!found) {
        for (auto& session : sessions) {
            if (is.age(session)) session.own = Own::possible;
        }
        return;
    }
    const auto could_be = [&](const SessionFacts& session) {
        return is.account(session) && is.age(session) && !is.address_contradicts(session);
    };
    if (auto* connection = only_one(sessions, could_be)) connection->own = Own::connection;
}

}  // namespace curfew::policy
