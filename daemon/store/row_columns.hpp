#pragma once
// A row as columns, and back. For whoever writes a query of its own.

#include "core/time.hpp"
#include "daemon/store/chain.hpp"
#include "daemon/store/database.hpp"

namespace curfew::daemon {

// All columns in the order in which `row_from` expects them, for a table or alias named `rows`.
extern const char* const row_columns;
extern const char* const insert_row;

StoredRow row_from(const Statement& statement);
void bind_row(Statement& statement, const StoredRow& stored);

std::int64_t nanoseconds_of(core::WallTime time);
core::WallTime wall_time_of(std::int64_t nanoseconds);
// Numbers of rows, as SQLite has them.
std::int64_t number_of(std::uint64_t id);
std::uint64_t id_of(std::int64_t number);

}  // namespace curfew::daemon
