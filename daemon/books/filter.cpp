#include "daemon/books/filter.hpp"

#include "daemon/gate/audit.hpp"
#include "policy/facts.hpp"

namespace curfew::daemon {
namespace {

using policy::Truth;

bool user_matches(const policy::UserPattern& pattern, std::string_view user) {
    const auto backslash = user.find('\\');
    if (backslash == std::string_view::npos) return pattern.matches({}, false, user) == Truth::yes;
    return pattern.matches(user.substr(0, backslash), true, user.substr(backslash + 1)) == Truth::yes;
}

bool client_matches(const policy::ClientPattern& pattern, std::string_view client) {
    policy::ClientFacts facts;
    facts.address = core::IpAddress::parse(client);
    while (client.starts_with('\\')) client.remove_prefix(1);
    if (!facts.address && !client.empty()) facts.name = std::string{client};
    return pattern.matches(facts) == Truth::yes;
}

bool has(const std::set<std::string, std::less<>>& kinds, std::string_view kind) {
    return kinds.contains(kind);
}

}  // namespace

const std::vector<std::string>& outcome_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const auto outcome :
             {Outcome::ended, Outcome::already_gone, Outcome::still_there, Outcome::unknown, Outcome::error,
              Outcome::no_longer_matches, Outcome::withheld, Outcome::not_asked})
            all.emplace_back(to_string(outcome));
        all.emplace_back(no_outcome);
        return all;
    }();
    return names;
}

bool EntryFilter::may_want(const Row& row) const {
    const bool call = row.kind == "intent";
    const bool kind =
        kinds.empty() || (call ? has(kinds, "call") || has(kinds, "recovered") : has(kinds, row.kind));
    return kind && (!rule || *rule == row.rule) && (!server || server->matches(row.server) == Truth::yes) &&
           (!client || (!row.client.empty() && client_matches(*client, row.client))) &&
           (!user || (!row.client.empty() && user_matches(*user, row.user)));
}

bool EntryFilter::wants(const AuditEntry& entry) const {
    if (!may_want(entry.row)) return false;
    if (entry.is_call() && !kinds.empty() && !has(kinds, "call") && !entry.is_recovered()) return false;
    return !outcome || *outcome == entry.outcome_text();
}

std::vector<std::string> EntryFilter::row_kinds() const {
    std::vector<std::string> rows;
    if (kinds.empty()) return rows;
    if (has(kinds, "call") || has(kinds, "recovered")) rows = {"intent", "outcome", "recovered"};
    for (const auto& kind : kinds)
        if (kind != "call" && kind != "recovered") rows.push_back(kind);
    return rows;
}

}  // namespace curfew::daemon
