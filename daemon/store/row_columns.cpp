#include "daemon/store/row_columns.hpp"

namespace curfew::daemon {
namespace {

std::optional<std::int64_t> maybe_number(const std::optional<std::uint64_t>& value) {
    return value ? std::optional{number_of(*value)} : std::nullopt;
}

std::optional<std::uint64_t> maybe_id(const std::optional<std::int64_t>& value) {
    return value ? std::optional{id_of(*value)} : std::nullopt;
}

}  // namespace

const char* const row_columns =
    "rows.id, rows.at_ns, rows.kind, rows.run, rows.intent, rows.server, rows.client, rows.user, "
    "rows.client_key, rows.user_key, rows.rule, rows.rule_digest, rows.reason, rows.owner, rows.ticket, "
    "rows.config, rows.who, rows.sessions, rows.idle, rows.connected, rows.open_files, rows.started_ns, "
    "rows.outcome, rows.why, rows.error, rows.code, rows.detail, rows.boot, rows.steady_ns, rows.hash";

const char* const insert_row =
    "INSERT INTO rows VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, "
    "?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30)";

std::int64_t nanoseconds_of(core::WallTime time) {
    return std::chrono::nanoseconds{time.time_since_epoch()}.count();
}

core::WallTime wall_time_of(std::int64_t nanoseconds) {
    return core::WallTime{
        std::chrono::duration_cast<core::WallTime::duration>(std::chrono::nanoseconds{nanoseconds})};
}

std::int64_t number_of(std::uint64_t id) {
    return static_cast<std::int64_t>(id);
}

std::uint64_t id_of(std::int64_t number) {
    return static_cast<std::uint64_t>(number);
}

StoredRow row_from(const Statement& statement) {
    StoredRow stored;
    Row& row = stored.row;
    int column = 0;
    row.id = id_of(statement.number(column++));
    row.at = wall_time_of(statement.number(column++));
    row.kind = statement.text(column++);
    row.run = id_of(statement.number(column++));
    row.intent = maybe_id(statement.maybe(column++));
    for (auto* text : {&row.server, &row.client, &row.user, &row.client_key, &row.user_key, &row.rule,
                       &row.rule_digest, &row.reason, &row.owner, &row.ticket, &row.config, &row.who})
        *text = statement.text(column++);
    row.sessions = maybe_id(statement.maybe(column++));
    row.idle = statement.maybe(column++);
    row.connected = statement.maybe(column++);
    row.open_files = statement.maybe(column++);
    if (const auto started = statement.maybe(column++)) row.started = wall_time_of(*started);
    for (auto* text : {&row.outcome, &row.why, &row.error}) *text = statement.text(column++);
    row.code = statement.maybe(column++);
    row.detail = statement.text(column++);
    stored.boot = statement.text(column++);
    stored.steady_ns = statement.number(column++);
    stored.hash = statement.text(column++);
    return stored;
}

void bind_row(Statement& statement, const StoredRow& stored) {
    const Row& row = stored.row;
    int parameter = 1;
    statement.bind(parameter++, number_of(row.id));
    statement.bind(parameter++, nanoseconds_of(row.at));
    statement.bind(parameter++, row.kind);
    statement.bind(parameter++, number_of(row.run));
    statement.bind(parameter++, maybe_number(row.intent));
    for (const auto* text : {&row.server, &row.client, &row.user, &row.client_key, &row.user_key, &row.rule,
                             &row.rule_digest, &row.reason, &row.owner, &row.ticket, &row.config, &row.who})
        statement.bind(parameter++, *text);
    statement.bind(parameter++, maybe_number(row.sessions));
    statement.bind(parameter++, row.idle);
    statement.bind(parameter++, row.connected);
    statement.bind(parameter++, row.open_files);
    statement.bind(parameter++, row.started ? std::optional{nanoseconds_of(*row.started)} : std::nullopt);
    for (const auto* text : {&row.outcome, &row.why, &row.error}) statement.bind(parameter++, *text);
    statement.bind(parameter++, row.code);
    statement.bind(parameter++, row.detail);
    statement.bind(parameter++, stored.boot);
    statement.bind(parameter++, stored.steady_ns);
    statement.bind(parameter++, stored.hash);
}

}  // namespace curfew::daemon
