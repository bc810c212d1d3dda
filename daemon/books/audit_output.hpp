#pragma once
// Entries of the audit as they are found, one after the other: as a table, as JSON, as CSV. What is not known
// is `unknown` in the table, not there in JSON and empty in CSV; names are escaped.
//
// JSON: {"version": 1, "rows": [{...}]}, each row with these, as far as they are known:
//   kind         call, or the kind of the row
//   id, at       its number and time; of a call: of the intent
//   outcome_id, outcome_at
//   server, client, user, client_key, user_key
//   rule, rule_digest, reason, owner, ticket, config;  by_hand (calls), who
//   sessions, idle, connected (seconds), open_files, started:  what was seen; right before the call, where it
//                came to one
//   outcome      calls: see EVENTS.md, or `none`;  recovered: it was told after a crash, by a later process
//   why, error, code, detail, run

#include <memory>

#include "daemon/books/audit_entry.hpp"
#include "daemon/books/stream_table.hpp"
#include "daemon/commands/commands.hpp"

namespace curfew::daemon {

class AuditOutput {
  public:
    virtual ~AuditOutput() = default;
    virtual void add(const AuditEntry& entry) = 0;
    // Once, after the last.
    virtual void finish() = 0;
};

// `kinds`: there are others than calls, and the table says of each what it is.
std::unique_ptr<AuditOutput> audit_output(Format format, bool kinds, Sink sink);

}  // namespace curfew::daemon
