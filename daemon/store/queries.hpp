#pragma once
// What the daemon asks of its books when it starts.

#include <string>
#include <vector>

#include "daemon/store/audit_file.hpp"

namespace curfew::daemon {

core::Result<std::vector<Note>> notes_in(Database& database, const std::string& prefix);
core::Result<std::vector<Orphan>> orphans_in(AuditFile& file);
core::Result<std::vector<Spent>> spent_in(Database& database, core::WallTime since, core::Now now,
                                          const std::string& boot);

}  // namespace curfew::daemon
