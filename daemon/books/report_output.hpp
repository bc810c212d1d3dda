#pragma once
// A report, for people and for machines.

#include <optional>
#include <string>
#include <vector>

#include "daemon/books/commands.hpp"
#include "daemon/books/report.hpp"

namespace curfew::daemon {

struct ReportOutput {
    std::vector<RuleReport> rules;
    std::optional<core::WallTime> since;  // empty: from the first row
    std::optional<core::WallTime> until;  // empty: to the last
    std::string timezone;                 // whose hours these are
    By by = By::all;
};

std::string report_table(const ReportOutput& output);
// {"version": 1, "since", "until", "timezone", "rules": [{"rule", "by_hand", TALLY, "servers": [{"server",
// TALLY}], "users": [{"user", TALLY}], "hours": [{"hour", TALLY}]}]}; TALLY is "would_end" and "ended", in
// sessions, "calls", and "not_ended": of these, by outcome.
std::string report_json(const ReportOutput& output);
// One line for each sum: `rule` (empty: by hand), `by` (total, server, user, hour), `name`, and the sums.
std::string report_csv(const ReportOutput& output);

}  // namespace curfew::daemon
