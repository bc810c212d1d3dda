#include "daemon/books/reading.hpp"

#include "daemon/store/rows.hpp"

namespace curfew::daemon {

core::Result<void> read_entries(Database& database, const ReadPeriod& period, const EntryFilter& filter,
                                const Joiner::Visit& visit) {
    Joiner joiner{[&](std::uint64_t intent) { return outcome_of(database, intent); },
                  [&](const AuditEntry& entry) { return !filter.wants(entry) || visit(entry); }};
    core::Result<void> joined;
    const auto read =
        read_rows(database, {period.since, period.until, filter.row_kinds()}, [&](const Row& row) {
            if (!is_outcome(row) && !filter.may_want(row)) return true;
            const auto more = joiner.add(row);
            if (!more) joined = more.error();
            return more && *more;
        });
    if (!read) return read;
    if (!joined) return joined;
    return joiner.finish();
}

core::Result<std::vector<std::string>> digests_like(Database& database, const std::string& beginning) {
    auto statement = database.prepare(
        "SELECT digest FROM configs WHERE substr(digest, 1, length(?1)) = ?1 ORDER BY digest LIMIT 2");
    if (!statement) return statement.error();
    statement->bind(1, beginning);
    std::vector<std::string> found;
    for (;;) {
        const auto row = statement->step();
        if (!row) return row.error();
        if (!*row) return found;
        found.push_back(statement->text(0));
    }
}

}  // namespace curfew::daemon
