#pragma once
// Which entries of the audit are wanted. Patterns are those of the configuration; what a pattern cannot be
// held against, such as a block of addresses against a name, does not match.

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/books/audit_entry.hpp"
#include "policy/pattern.hpp"

namespace curfew::daemon {

// `call` is one line for a call. `recovered` are those calls among them whose outcome was told afterwards.
inline constexpr std::array<std::string_view, 11> entry_kinds{
    "call", "recovered", "would_end", "config", "hold", "resume", "ban", "unban", "tripped", "pruned", "run"};

// What a call can come to, as the audit has it, and `none`.
const std::vector<std::string>& outcome_names();

struct EntryFilter {
    std::set<std::string, std::less<>> kinds{"call"};  // of entry_kinds; empty: all
    std::optional<policy::UserPattern> user;
    std::optional<policy::ClientPattern> client;
    std::optional<policy::NamePattern> server;
    std::optional<std::string> rule;     // its name; "": by hand
    std::optional<std::string> outcome;  // to_string(Outcome), or `none`

    // Of a row that is no outcome: all that can be said without one.
    bool may_want(const Row& row) const;
    bool wants(const AuditEntry& entry) const;
    // The kinds of rows that have to be read; empty: all.
    std::vector<std::string> row_kinds() const;
};

}  // namespace curfew::daemon
