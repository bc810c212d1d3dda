#pragma once
// The status for people. Names are escaped; what needs 80 columns and no more is told in them.

#include <string>

#include "daemon/status/status.hpp"

namespace curfew::daemon {

enum class Paint { plain, coloured };

std::string status_text(const Status& status, Paint paint);

// Why no ban ends anybody, anywhere; empty where one may.
std::string why_bans_rest(const Status& status);

// A server fails, or is another entry's twin; the configuration on disk is not in force; the audit cannot be
// written; a rule is tripped.
bool needs_a_person(const Status& status);

}  // namespace curfew::daemon
