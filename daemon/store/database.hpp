#pragma once
// SQLite without exceptions: a connection, statements, transactions. Errors carry SQLite's name of the code
// (SQLITE_FULL), what was being done and the path. A connection belongs to one thread at a time.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <sys/types.h>

#include "core/errors/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace curfew::daemon {

// Which file a name stands for; none where it stands for nothing.
struct FileIdentity {
    dev_t device = 0;
    ino_t inode = 0;
    bool operator==(const FileIdentity&) const = default;
};
std::optional<FileIdentity> identity_of(const std::string& path);

class Database;

// Parameters and columns are counted as SQLite does: parameters from 1, columns from 0. A parameter that is
// not bound is NULL.
class Statement {
  public:
    Statement& bind(int parameter, std::string_view text);
    Statement& bind(int parameter, std::int64_t number);
    Statement& bind(int parameter, const std::optional<std::int64_t>& number);

    // True: there is a row to read. False: done, and ready to be bound anew.
    core::Result<bool> step();
    // For what returns no rows.
    core::Result<void> run();
    // To be called where a row was read and no further one is wanted.
    void reset();

    std::string text(int column) const;
    std::int64_t number(int column) const;
    std::optional<std::int64_t> maybe(int column) const;

  private:
    friend class Database;
    struct Finalise {
        void operator()(sqlite3_stmt* statement) const;
    };
    Statement(Database& database, sqlite3_stmt* statement) : database_(&database), statement_(statement) {}

    Database* database_;
    std::unique_ptr<sqlite3_stmt, Finalise> statement_;
    int bind_error_ = 0;
};

// Does not move: statements refer to it. They must be gone before it.
class Database {
  public:
    enum class Access { read_only, write, make };

    // Opens the file and nothing else: whether it is one of curfew's is schema.hpp's. What is no plain file
    // is refused. Only `make` makes a file.
    static core::Result<std::unique_ptr<Database>> open(const std::string& path, Access access);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    core::Result<Statement> prepare(std::string_view sql);
    core::Result<void> run(const char* sql);             // one or more, none that returns rows
    core::Result<std::int64_t> number(const char* sql);  // the first column of the only row

    // Whether the path, and that of the write-ahead log, still name the files that are open here. What is
    // written to others is lost with this connection.
    core::Result<void> still_there() const;
    // From now on `still_there` knows the write-ahead log.
    void remember_log();

    bool in_transaction() const;
    core::Error error(const std::string& doing) const;  // the last one of this connection
    const std::string& path() const { return path_; }

  private:
    Database(std::string path, sqlite3* handle) : path_(std::move(path)), handle_(handle) {}

    std::string path_;
    sqlite3* handle_;
    std::optional<FileIdentity> file_;
    std::optional<FileIdentity> log_;
};

// Takes the lock for writing at once. Rolled back unless committed.
class Transaction {
  public:
    static core::Result<Transaction> begin(Database& database);
    Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();

    core::Result<void> commit();

  private:
    explicit Transaction(Database& database) : database_(&database) {}
    Database* database_;
};

}  // namespace curfew::daemon
