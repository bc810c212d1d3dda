#pragma once
// What people look for in the audit: a call as one thing, although it is two rows, and every other row by
// itself.

#include <optional>
#include <string_view>

#include "daemon/store/row.hpp"

namespace curfew::daemon {

inline constexpr std::string_view no_outcome = "none";  // of a call that has none, or none yet

struct AuditEntry {
    Row row;                     // an intent, or any other row that is no outcome
    std::optional<Row> outcome;  // of an intent; empty where there is none

    bool is_call() const { return row.kind == "intent"; }
    // Told afterwards by another process: the one that made the call died in the middle.
    bool is_recovered() const { return outcome && outcome->kind == "recovered"; }
    std::string_view kind() const { return is_call() ? "call" : std::string_view{row.kind}; }
    std::string_view outcome_text() const {
        if (outcome) return outcome->outcome;
        return is_call() ? no_outcome : std::string_view{row.outcome};
    }
    // Where it stands what was seen of the sessions: as of right before the call where it came to one.
    const Row& seen() const { return outcome && outcome->sessions ? *outcome : row; }
};

inline bool is_outcome(const Row& row) {
    return row.kind == "outcome" || row.kind == "recovered";
}

}  // namespace curfew::daemon
