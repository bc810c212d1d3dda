#pragma once
// The audit in the database: read, added to, checked. All on an open Database (schema.hpp); whoever adds
// holds a Transaction.

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/errors/error.hpp"
#include "core/time.hpp"
#include "daemon/store/chain.hpp"
#include "daemon/store/database.hpp"

namespace curfew::daemon {

// --- Reading ----------------------------------------------------------------------------------------------

struct RowFilter {
    std::optional<core::WallTime> since;  // from then on
    std::optional<core::WallTime> until;  // before then
    std::vector<std::string> kinds;       // empty: all
};

// In the order of their numbers, until `visit` says false. It may take its time: whoever writes is not held
// up.
core::Result<void> read_rows(Database& database, const RowFilter& filter,
                             const std::function<bool(const Row&)>& visit);
core::Result<std::optional<StoredRow>> read_row(Database& database, std::uint64_t id);
// The outcome, or `recovered`, of an intent.
core::Result<std::optional<Row>> outcome_of(Database& database, std::uint64_t intent);
// The text of a configuration by its digest, where it is kept.
core::Result<std::optional<std::string>> config_text(Database& database, const std::string& digest);

// --- The chain --------------------------------------------------------------------------------------------

struct Verified {
    std::uint64_t rows = 0;   // that were looked at and are as they were written
    std::uint64_t first = 0;  // the first that is kept; those before it were dropped by age
    std::uint64_t last = 0;
    struct Flaw {
        std::uint64_t row = 0;  // the first that is not as it was written, or is missing
        std::string what;       // "row 17 was changed", "row 17 is missing"
    };
    std::optional<Flaw> flaw;
};
// From the first row on, or from `from` on, whose predecessor is then taken as it is.
core::Result<Verified> verify(Database& database, std::uint64_t from = 0);

// --- Adding -----------------------------------------------------------------------------------------------

struct Tail {
    std::uint64_t id = 0;  // 0: no rows yet
    std::string hash;
    bool operator==(const Tail&) const = default;
};
// The end of the chain. StoreError::changed where the last row is not the one that was written last.
core::Result<Tail> tail_of(Database& database);

// Adds rows one after the other; the place of the first is read when the appender is made, that of the last
// is written by `finish`.
class Appender {
  public:
    static core::Result<Appender> after(Database& database, Tail tail);
    // Fills in number and hash.
    core::Result<void> add(StoredRow& stored);
    core::Result<void> finish();
    const Tail& tail() const { return tail_; }

  private:
    Appender(Database& database, Statement insert, Tail tail)
        : database_(database), insert_(std::move(insert)), tail_(std::move(tail)) {}
    core::Result<void> mark(const char* sql, std::uint64_t intent);

    Database& database_;
    Statement insert_;
    Tail tail_;
    std::set<std::string> configs_;  // that the rows refer to
};

// Drops at most `most` rows from the beginning that are older than `time`, up to the first that is not or
// that is an intent without outcome. Those from after `now` are the work of a clock that was wrong and stand
// in nobody's way. Empty: there is nothing to drop. What it returns belongs into a row of kind `pruned`.
core::Result<std::optional<Pruned>> drop_rows(Database& database, core::WallTime time, core::WallTime now,
                                              std::uint64_t most);

}  // namespace curfew::daemon
