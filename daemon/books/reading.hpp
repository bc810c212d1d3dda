#pragma once
// The audit as entries, from the database.

#include <optional>
#include <string>
#include <vector>

#include "core/errors/error.hpp"
#include "daemon/books/filter.hpp"
#include "daemon/books/joiner.hpp"
#include "daemon/store/database.hpp"

namespace curfew::daemon {

struct ReadPeriod {
    std::optional<core::WallTime> since;  // from then on
    std::optional<core::WallTime> until;  // before then
};

// In the order of the rows, until `visit` says false. A call is of the time of its intent.
core::Result<void> read_entries(Database& database, const ReadPeriod& period, const EntryFilter& filter,
                                const Joiner::Visit& visit);

// Of the configurations that are kept, the digests that begin so; two at most.
core::Result<std::vector<std::string>> digests_like(Database& database, const std::string& beginning);

}  // namespace curfew::daemon
