#include "daemon/store/rows.hpp"

#include <limits>

#include "daemon/store/row_columns.hpp"
#include "daemon/store/store_error.hpp"

namespace curfew::daemon {
namespace {

std::string select_rows(const std::string& condition) {
    return std::string{"SELECT "} + row_columns + " FROM rows " + condition;
}

core::Result<std::optional<StoredRow>> first_row(Database& database, const std::string& condition,
                                                 std::uint64_t parameter) {
    auto statement = database.prepare(select_rows(condition));
    if (!statement) return statement.error();
    const auto found = statement->bind(1, number_of(parameter)).step();
    if (!found) return found.error();
    if (!*found) return std::optional<StoredRow>{};
    return std::optional{row_from(*statement)};
}

// So many at a time. Nothing is being read while they are looked at: whoever looks may take hours over it,
// and as long as somebody reads, the write-ahead log cannot be taken into the database.
constexpr std::int64_t page_size = 1000;

// What is of that time by its index, as numbers: the table itself is then read in its own order.
struct Span {
    std::int64_t first = 1;
    std::int64_t last = 0;
};
core::Result<Span> span_of(Database& database, std::int64_t since, std::int64_t until) {
    auto statement = database.prepare("SELECT min(id), max(id) FROM rows WHERE at_ns >= ?1 AND at_ns < ?2");
    if (!statement) return statement.error();
    const auto row = statement->bind(1, since).bind(2, until).step();
    if (!row) return row.error();
    Span span;
    if (*row && statement->maybe(0)) span = {statement->number(0), statement->number(1)};
    statement->reset();
    return span;
}

core::Result<std::vector<Row>> page_of(Statement& statement) {
    std::vector<Row> page;
    while (true) {
        const auto row = statement.step();
        if (!row) return row.error();
        if (!*row) return page;
        page.push_back(row_from(statement).row);
    }
}

}  // namespace

core::Result<void> read_rows(Database& database, const RowFilter& filter,
                             const std::function<bool(const Row&)>& visit) {
    using Limits = std::numeric_limits<std::int64_t>;
    const auto since = filter.since ? nanoseconds_of(*filter.since) : Limits::min();
    const auto until = filter.until ? nanoseconds_of(*filter.until) : Limits::max();
    auto span = span_of(database, since, until);
    if (!span) return span.error();

    // The plus keeps the index of times out of it. Clocks are put back: not all in between is of that time.
    std::string condition = "WHERE id >= ?1 AND id <= ?2 AND +at_ns >= ?3 AND +at_ns < ?4";
    for (std::size_t i = 0; i < filter.kinds.size(); ++i)
        condition += (i == 0 ? " AND kind IN (?" : ", ?") + std::to_string(i + 6);
    if (!filter.kinds.empty()) condition += ")";
    auto statement = database.prepare(select_rows(condition + " ORDER BY id LIMIT ?5"));
    if (!statement) return statement.error();
    statement->bind(2, span->last).bind(3, since).bind(4, until).bind(5, page_size);
    int parameter = 6;
    for (const auto& kind : filter.kinds) statement->bind(parameter++, kind);
    while (span->first <= span->last) {
        statement->bind(1, span->first);
        const auto page = page_of(*statement);
        if (!page) return page.error();
        for (const auto& row : *page)
            if (!visit(row)) return {};
        if (page->size() < static_cast<std::size_t>(page_size)) return {};
        span->first = number_of(page->back().id) + 1;
    }
    return {};
}

core::Result<std::optional<StoredRow>> read_row(Database& database, std::uint64_t id) {
    return first_row(database, "WHERE id = ?1", id);
}

core::Result<std::optional<Row>> outcome_of(Database& database, std::uint64_t intent) {
    auto stored = first_row(database, "WHERE intent = ?1 ORDER BY id LIMIT 1", intent);
    if (!stored) return stored.error();
    if (!*stored) return std::optional<Row>{};
    return std::optional{std::move((**stored).row)};
}

core::Result<std::optional<std::string>> config_text(Database& database, const std::string& digest) {
    auto statement = database.prepare("SELECT texts FROM configs WHERE digest = ?1");
    if (!statement) return statement.error();
    const auto found = statement->bind(1, digest).step();
    if (!found) return found.error();
    if (!*found) return std::optional<std::string>{};
    return std::optional{statement->text(0)};
}

// One statement, so that nobody writes between what is compared.
core::Result<Tail> tail_of(Database& database) {
    auto look = database.prepare(
        "SELECT head.id, head.hash, coalesce(rows.id, 0), coalesce(rows.hash, '') FROM head "
        "LEFT JOIN rows ON rows.id = (SELECT max(id) FROM rows)");
    if (!look) return look.error();
    const auto there = look->step();
    if (!there) return there.error();
    if (!*there) return store_error(StoreError::changed, database.path() + ": its head is missing");
    Tail tail{id_of(look->number(0)), look->text(1)};
    const Tail found{id_of(look->number(2)), look->text(3)};
    look->reset();
    if (found != tail) {
        return store_error(StoreError::changed, database.path() + ": row " + std::to_string(tail.id) +
                                                    " is not the last, as it has to be");
    }
    return tail;
}

// --- Appender ---------------------------------------------------------------------------------------------

core::Result<Appender> Appender::after(Database& database, Tail tail) {
    auto insert = database.prepare(insert_row);
    if (!insert) return insert.error();
    return Appender{database, std::move(*insert), std::move(tail)};
}

core::Result<void> Appender::add(StoredRow& stored) {
    stored.row.id = tail_.id + 1;
    stored.hash = chain_hash(tail_.hash, stored);
    bind_row(insert_, stored);
    const auto added = insert_.run();
    if (!added) return added.error();
    tail_ = {stored.row.id, stored.hash};
    if (!stored.row.config.empty()) configs_.insert(stored.row.config);
    if (stored.row.kind == "intent") return mark("INSERT INTO open VALUES (?1)", stored.row.id);
    if (stored.row.intent) return mark("DELETE FROM open WHERE id = ?1", *stored.row.intent);
    return {};
}

core::Result<void> Appender::mark(const char* sql, std::uint64_t intent) {
    auto statement = database_.prepare(sql);
    if (!statement) return statement.error();
    return statement->bind(1, number_of(intent)).run();
}

core::Result<void> Appender::finish() {
    for (const auto& digest : configs_) {
        auto refer = database_.prepare("UPDATE configs SET last_row = ?1 WHERE digest = ?2");
        if (!refer) return refer.error();
        const auto done = refer->bind(1, number_of(tail_.id)).bind(2, digest).run();
        if (!done) return done.error();
    }
    auto head = database_.prepare("UPDATE head SET id = ?1, hash = ?2");
    if (!head) return head.error();
    return head->bind(1, number_of(tail_.id)).bind(2, tail_.hash).run();
}

// --- Dropping ---------------------------------------------------------------------------------------------

namespace {

core::Result<std::optional<Pruned>> droppable(Database& database, core::WallTime time, core::WallTime now,
                                              std::uint64_t most) {
    const auto open = database.number("SELECT coalesce(min(id), 0) FROM open");
    if (!open) return open.error();
    auto walk = database.prepare("SELECT id, at_ns, hash FROM rows ORDER BY id LIMIT ?1");
    if (!walk) return walk.error();
    walk->bind(1, number_of(most));
    std::optional<Pruned> found;
    while (true) {
        const auto row = walk->step();
        if (!row) return row.error();
        if (!*row) return found;
        const auto id = walk->number(0);
        const auto at = wall_time_of(walk->number(1));
        if ((*open != 0 && id >= *open) || (at >= time && at <= now)) break;
        if (at < time) found = Pruned{id_of(id), walk->text(2)};
    }
    walk->reset();
    return found;
}

}  // namespace

core::Result<std::optional<Pruned>> drop_rows(Database& database, core::WallTime time, core::WallTime now,
                                              std::uint64_t most) {
    auto pruned = droppable(database, time, now, most);
    if (!pruned || !*pruned) return pruned;
    auto drop = database.prepare("DELETE FROM rows WHERE id <= ?1");
    if (!drop) return drop.error();
    const auto dropped = drop->bind(1, number_of((*pruned)->up_to)).run();
    if (!dropped) return dropped.error();
    auto head = database.prepare("UPDATE head SET dropped_to = ?1, dropped_hash = ?2");
    if (!head) return head.error();
    const auto said = head->bind(1, number_of((*pruned)->up_to)).bind(2, (*pruned)->hash).run();
    if (!said) return said.error();
    return pruned;
}

}  // namespace curfew::daemon
