#include "daemon/store/store_error.hpp"

#include <cstdint>

#include <sqlite3.h>

#include "core/errors/named_category.hpp"

namespace curfew::daemon {
namespace {

constexpr std::uint32_t of(StoreError error) {
    return static_cast<std::uint32_t>(error);
}

constexpr core::NamedStatus own_table[] = {
    {of(StoreError::lock_violation), "ERROR_LOCK_VIOLATION", "Another daemon is at work on this audit."},
    {of(StoreError::foreign), "AUDIT_FOREIGN", "This is not an audit of curfew."},
    {of(StoreError::newer), "AUDIT_NEWER", "The audit was written by a later version of curfew."},
    {of(StoreError::moved), "AUDIT_MOVED", "The audit is gone, or another file is in its place."},
    {of(StoreError::changed), "AUDIT_CHANGED", "Rows of the audit were changed or are missing."},
    {of(StoreError::not_a_file), "AUDIT_NOT_A_FILE", "There is something else than a plain file."},
    {of(StoreError::closing), "AUDIT_CLOSING", "The audit is being closed."},
};
const core::NamedCategory own_category{"store", "AUDIT", core::NamedCategory::Number::decimal, own_table};

constexpr core::NamedStatus sqlite_table[] = {
    {SQLITE_ERROR, "SQLITE_ERROR", "SQLite does not understand what it was asked."},
    {SQLITE_INTERNAL, "SQLITE_INTERNAL", "Something is wrong within SQLite."},
    {SQLITE_PERM, "SQLITE_PERM", "The database cannot be given the mode it needs."},
    {SQLITE_ABORT, "SQLITE_ABORT", "The operation was given up."},
    {SQLITE_BUSY, "SQLITE_BUSY", "Somebody else has been writing for too long."},
    {SQLITE_LOCKED, "SQLITE_LOCKED", "A table is in use."},
    {SQLITE_NOMEM, "SQLITE_NOMEM", "There is no memory."},
    {SQLITE_READONLY, "SQLITE_READONLY", "The database cannot be written."},
    {SQLITE_INTERRUPT, "SQLITE_INTERRUPT", "The operation was interrupted."},
    {SQLITE_IOERR, "SQLITE_IOERR", "The disk failed."},
    {SQLITE_CORRUPT, "SQLITE_CORRUPT", "The database is damaged."},
    {SQLITE_NOTFOUND, "SQLITE_NOTFOUND", "SQLite does not know the operation."},
    {SQLITE_FULL, "SQLITE_FULL", "The disk is full."},
    {SQLITE_CANTOPEN, "SQLITE_CANTOPEN", "The database cannot be opened."},
    {SQLITE_PROTOCOL, "SQLITE_PROTOCOL", "The database's locks do not work here."},
    {SQLITE_SCHEMA, "SQLITE_SCHEMA", "The schema was changed meanwhile."},
    {SQLITE_TOOBIG, "SQLITE_TOOBIG", "A value is too large."},
    {SQLITE_CONSTRAINT, "SQLITE_CONSTRAINT", "A row contradicts one that is there."},
    {SQLITE_MISMATCH, "SQLITE_MISMATCH", "A value is of the wrong type."},
    {SQLITE_MISUSE, "SQLITE_MISUSE", "SQLite was used in the wrong way."},
    {SQLITE_NOLFS, "SQLITE_NOLFS", "The file is larger than the system can handle."},
    {SQLITE_AUTH, "SQLITE_AUTH", "That is not allowed."},
    {SQLITE_RANGE, "SQLITE_RANGE", "There is no such parameter."},
    {SQLITE_NOTADB, "SQLITE_NOTADB", "The file is not a database."},
    {SQLITE_READONLY_DBMOVED, "SQLITE_READONLY_DBMOVED", "The database is not where it was."},
    {SQLITE_READONLY_DIRECTORY, "SQLITE_READONLY_DIRECTORY", "The directory cannot be written."},
    {SQLITE_IOERR_READ, "SQLITE_IOERR_READ", "The disk could not be read."},
    {SQLITE_IOERR_SHORT_READ, "SQLITE_IOERR_SHORT_READ", "The file ends too early."},
    {SQLITE_IOERR_WRITE, "SQLITE_IOERR_WRITE", "The disk could not be written."},
    {SQLITE_IOERR_FSYNC, "SQLITE_IOERR_FSYNC", "The disk does not confirm what was written."},
    {SQLITE_IOERR_SHMSIZE, "SQLITE_IOERR_SHMSIZE", "The index of the log cannot grow."},
    {SQLITE_IOERR_SHMOPEN, "SQLITE_IOERR_SHMOPEN", "The index of the log cannot be opened."},
    {SQLITE_CORRUPT_INDEX, "SQLITE_CORRUPT_INDEX", "An index of the database is damaged."},
};
const core::NamedCategory sqlite{"SQLite", "SQLITE", core::NamedCategory::Number::decimal, sqlite_table};

}  // namespace

const boost::system::error_category& store_error_category() {
    return own_category;
}

const boost::system::error_category& sqlite_category() {
    return sqlite;
}

core::Error store_error(StoreError error, std::string context) {
    return {make_error_code(error), std::move(context)};
}

core::Error sqlite_error(int extended_code, std::string context) {
    const bool is_known = sqlite.name_of(extended_code) != "SQLITE";
    return {{is_known ? extended_code : extended_code & 0xFF, sqlite}, std::move(context)};
}

core::Error system_error(int error_number, std::string context) {
    return {{error_number, boost::system::system_category()}, std::move(context)};
}

}  // namespace curfew::daemon
