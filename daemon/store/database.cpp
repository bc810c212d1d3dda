#include "daemon/store/database.hpp"

#include <cerrno>

#include <sqlite3.h>
#include <sys/stat.h>

#include "daemon/store/store_error.hpp"

namespace curfew::daemon {
namespace {

constexpr int patience_ms = 5000;  // with another process that is writing

core::Result<void> check_is_plain_file(const std::string& path, bool may_be_missing) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
        if (errno == ENOENT && may_be_missing) return {};
        return system_error(errno, path);
    }
    if (S_ISREG(found.st_mode)) return {};
    return store_error(StoreError::not_a_file, path);
}

}  // namespace

std::optional<FileIdentity> identity_of(const std::string& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) return std::nullopt;
    return FileIdentity{found.st_dev, found.st_ino};
}

// --- Statement --------------------------------------------------------------------------------------------

void Statement::Finalise::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

Statement& Statement::bind(int parameter, std::string_view text) {
    // A null pointer would be NULL, which is not the empty text.
    const char* bytes = text.empty() ? "" : text.data();
    const int rc =
        sqlite3_bind_text64(statement_.get(), parameter, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    if (rc != SQLITE_OK) bind_error_ = rc;
    return *this;
}

Statement& Statement::bind(int parameter, std::int64_t number) {
    const int rc = sqlite3_bind_int64(statement_.get(), parameter, number);
    if (rc != SQLITE_OK) bind_error_ = rc;
    return *this;
}

Statement& Statement::bind(int parameter, const std::optional<std::int64_t>& number) {
    if (number) return bind(parameter, *number);
    const int rc = sqlite3_bind_null(statement_.get(), parameter);
    if (rc != SQLITE_OK) bind_error_ = rc;
    return *this;
}

core::Result<bool> Statement::step() {
    if (bind_error_ != 0) return sqlite_error(std::exchange(bind_error_, 0), database_->path());
    const int rc = sqlite3_step(statement_.get());
    if (rc == SQLITE_ROW) return true;
    if (rc == SQLITE_DONE) {
        reset();
        return false;
    }
    auto error = database_->error(database_->path());
    reset();
    return error;
}

core::Result<void> Statement::run() {
    auto row = step();
    if (!row) return row.error();
    if (*row) reset();
    return {};
}

void Statement::reset() {
    sqlite3_reset(statement_.get());
}

std::string Statement::text(int column) const {
    const auto* bytes = sqlite3_column_blob(statement_.get(), column);
    const auto size = sqlite3_column_bytes(statement_.get(), column);
    if (!bytes || size <= 0) return {};
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

std::int64_t Statement::number(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::optional<std::int64_t> Statement::maybe(int column) const {
    if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
    return number(column);
}

// --- Database ---------------------------------------------------------------------------------------------

core::Result<std::unique_ptr<Database>> Database::open(const std::string& path, Access access) {
    const auto plain = check_is_plain_file(path, access == Access::make);
    if (!plain) return plain.error();
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    switch (access) {
        case Access::read_only: flags |= SQLITE_OPEN_READONLY; break;
        case Access::write: flags |= SQLITE_OPEN_READWRITE; break;
        case Access::make: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE; break;
    }
    sqlite3* handle = nullptr;
    const int rc = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
    std::unique_ptr<Database> database{new Database(path, handle)};
    if (rc != SQLITE_OK) return sqlite_error(rc, path);
    sqlite3_busy_timeout(handle, patience_ms);
    // Where it may not be written SQLite opens it to read, and says so only when it is too late.
    if (access != Access::read_only && sqlite3_db_readonly(handle, "main") == 1)
        return sqlite_error(SQLITE_READONLY, path);
    database->file_ = identity_of(path);
    const auto set = database->run("PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON");
    if (!set) return set.error();
    return database;
}

// The last connection that closes takes the log into the database and removes it, by name. Where the names
// stand for other files by now it must not: what is in the log is saved by what is open here, and emptied, so
// that nobody takes it for the log of another database.
Database::~Database() {
    if (!handle_) return;
    if (file_ && !still_there()) {
        sqlite3_wal_checkpoint_v2(handle_, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    }
    sqlite3_close_v2(handle_);
}

core::Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    const int rc = sqlite3_prepare_v2(handle_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    if (rc != SQLITE_OK) return error(path_);
    return Statement{*this, statement};
}

core::Result<void> Database::run(const char* sql) {
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return error(path_);
    return {};
}

core::Result<std::int64_t> Database::number(const char* sql) {
    auto statement = prepare(sql);
    if (!statement) return statement.error();
    const auto row = statement->step();
    if (!row) return row.error();
    return *row ? statement->number(0) : 0;
}

core::Result<void> Database::still_there() const {
    if (identity_of(path_) != file_) return store_error(StoreError::moved, path_);
    if (log_ && identity_of(path_ + "-wal") != log_) return store_error(StoreError::moved, path_ + "-wal");
    return {};
}

void Database::remember_log() {
    log_ = identity_of(path_ + "-wal");
}

bool Database::in_transaction() const {
    return sqlite3_get_autocommit(handle_) == 0;
}

core::Error Database::error(const std::string& doing) const {
    return sqlite_error(sqlite3_extended_errcode(handle_), doing + ": " + sqlite3_errmsg(handle_));
}

// --- Transaction ------------------------------------------------------------------------------------------

core::Result<Transaction> Transaction::begin(Database& database) {
    const auto begun = database.run("BEGIN IMMEDIATE");
    if (!begun) return begun.error();
    return Transaction{database};
}

Transaction::~Transaction() {
    if (!database_ || !database_->in_transaction()) return;
    // Where even that fails, closing the connection does it.
    static_cast<void>(database_->run("ROLLBACK"));
}

core::Result<void> Transaction::commit() {
    return database_->run("COMMIT");
}

}  // namespace curfew::daemon
