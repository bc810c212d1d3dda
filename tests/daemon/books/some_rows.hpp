#pragma once
// Rows as the audit has them, with a few words each.

#include <string>

#include "config/decode/timestamp.hpp"
#include "daemon/books/audit_entry.hpp"

namespace curfew::daemon {

inline core::WallTime at(const std::string& time) {
    return *config::parse_timestamp("2026-11-22T" + time + "Z");
}

// Anna on fs1, by the rule `idle`.
inline Row row_of(std::string kind, std::uint64_t id, const std::string& time = "12:00:00") {
    Row row;
    row.id = id;
    row.at = at(time);
    row.kind = std::move(kind);
    row.run = 1;
    row.server = "fs1";
    row.client = "10.20.1.7";
    row.user = "anna";
    row.client_key = "10.20.1.7";
    row.user_key = "anna";
    row.rule = "idle";
    row.sessions = 1;
    return row;
}

inline Row outcome_row(std::uint64_t id, std::uint64_t intent, const std::string& outcome = "ended") {
    auto row = row_of("outcome", id);
    row.intent = intent;
    row.outcome = outcome;
    return row;
}

// What clients call themselves when they want to be taken for something else.
inline const std::string hostile = "=cmd|'/c calc'!A1,\"x\"\n\x1b[2J\xe2\x80\xae\xff";

}  // namespace curfew::daemon
