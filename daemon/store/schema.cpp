#include "daemon/store/schema.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/store/store_error.hpp"

namespace curfew::daemon {
namespace {

constexpr std::int64_t application_id = 0x63757266;  // "curf"

// What brings a file from the version before to this one, from version 0, which is empty.
constexpr const char* migrations[] = {
    R"(
CREATE TABLE rows (
    id INTEGER PRIMARY KEY,
    at_ns INTEGER NOT NULL,
    kind TEXT NOT NULL,
    run INTEGER NOT NULL,
    intent INTEGER,
    server TEXT NOT NULL,
    client TEXT NOT NULL,
    user TEXT NOT NULL,
    client_key TEXT NOT NULL,
    user_key TEXT NOT NULL,
    rule TEXT NOT NULL,
    rule_digest TEXT NOT NULL,
    reason TEXT NOT NULL,
    owner TEXT NOT NULL,
    ticket TEXT NOT NULL,
    config TEXT NOT NULL,
    who TEXT NOT NULL,
    sessions INTEGER,
    idle INTEGER,
    connected INTEGER,
    open_files INTEGER,
    started_ns INTEGER,
    outcome TEXT NOT NULL,
    why TEXT NOT NULL,
    error TEXT NOT NULL,
    code INTEGER,
    detail TEXT NOT NULL,
    boot TEXT NOT NULL,
    steady_ns INTEGER NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX rows_at ON rows (at_ns);
CREATE INDEX rows_of_intent ON rows (intent) WHERE intent IS NOT NULL;
CREATE INDEX rows_spent ON rows (boot, steady_ns) WHERE kind = 'intent';
CREATE INDEX rows_would_end ON rows (server, rule_digest, client_key, user_key, started_ns)
    WHERE kind = 'would_end';
CREATE TABLE head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id INTEGER NOT NULL,
    hash TEXT NOT NULL,
    dropped_to INTEGER NOT NULL,
    dropped_hash TEXT NOT NULL
);
INSERT INTO head VALUES (1, 0, '', 0, '');
CREATE TABLE open (id INTEGER PRIMARY KEY);
CREATE TABLE configs (
    digest TEXT PRIMARY KEY,
    texts TEXT NOT NULL,
    last_row INTEGER NOT NULL
);
CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
)",
};
constexpr std::int64_t newest = std::size(migrations);

core::Result<void> migrate(Database& database, std::int64_t version) {
    auto transaction = Transaction::begin(database);
    if (!transaction) return transaction.error();
    for (; version < newest; ++version) {
        const auto done = database.run(migrations[version]);
        if (!done) return done.error();
    }
    const auto marked = database.run(("PRAGMA application_id=" + std::to_string(application_id) +
                                      "; PRAGMA user_version=" + std::to_string(newest))
                                         .c_str());
    if (!marked) return marked.error();
    return transaction->commit();
}

core::Result<void> check_is_ours(Database& database, const std::string& path) {
    const auto id = database.number("PRAGMA application_id");
    if (!id) return id.error();
    if (*id != application_id) return store_error(StoreError::foreign, path);
    const auto version = database.number("PRAGMA user_version");
    if (!version) return version.error();
    if (*version > newest) return store_error(StoreError::newer, path);
    return {};
}

core::Result<void> make_durable(const std::string& directory) {
    const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool done = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int why = errno;
    if (descriptor >= 0) ::close(descriptor);
    if (!done) return system_error(why, directory);
    return {};
}

// A log without its database: the database is gone. SQLite would play it into the new one.
core::Result<void> check_no_log_is_left(const std::string& path) {
    struct stat found {};
    const std::string log = path + "-wal";
    if (::lstat(log.c_str(), &found) != 0 || found.st_size == 0) return {};
    return store_error(StoreError::moved, log + " is there without its database; move it away");
}

core::Result<void> fill(const std::string& beside) {
    // Of one who died here.
    ::unlink(beside.c_str());
    ::unlink((beside + "-journal").c_str());
    const int descriptor = ::open(beside.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (descriptor < 0) return system_error(errno, beside);
    const bool has_mode = ::fchmod(descriptor, 0640) == 0;  // whatever the umask is
    const int why = errno;
    ::close(descriptor);
    if (!has_mode) return system_error(why, beside);
    auto database = Database::open(beside, Database::Access::write);
    if (!database) return database.error();
    const auto careful = (*database)->run("PRAGMA synchronous=FULL");
    if (!careful) return careful.error();
    return migrate(**database, 0);
}

core::Result<void> make(const std::string& path) {
    const auto clear = check_no_log_is_left(path);
    if (!clear) return clear.error();
    const std::string beside = path + ".new";
    const auto filled = fill(beside);
    const bool linked = filled && ::link(beside.c_str(), path.c_str()) == 0;
    const int why = errno;
    ::unlink(beside.c_str());
    if (!filled) return filled.error();
    if (!linked) return system_error(why, path);
    const auto slash = path.rfind('/');
    return make_durable(slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash));
}

core::Result<void> set_up(Database& database) {
    {
        auto mode = database.prepare("PRAGMA journal_mode=WAL");
        if (!mode) return mode.error();
        const auto row = mode->step();
        if (!row) return row.error();
        if (*row && mode->text(0) != "wal")
            return system_error(ENOTSUP, database.path() + ": there can be no write-ahead log");
    }
    const auto set = database.run("PRAGMA synchronous=FULL; PRAGMA journal_size_limit=67108864");
    if (!set) return set.error();
    const auto version = database.number("PRAGMA user_version");
    if (!version) return version.error();
    if (*version < newest) {
        const auto migrated = migrate(database, *version);
        if (!migrated) return migrated.error();
    }
    // The first to read makes the log.
    const auto read = database.number("SELECT id FROM head");
    if (!read) return read.error();
    database.remember_log();
    return {};
}

core::Result<std::unique_ptr<Database>> open_one_of_ours(const std::string& path, Database::Access access) {
    auto database = Database::open(path, access);
    if (!database) return database;
    const auto ours = check_is_ours(**database, path);
    if (!ours) return ours.error();
    return database;
}

}  // namespace

core::Result<std::unique_ptr<Database>> open_books(const std::string& path, bool may_make) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
        if (errno != ENOENT) return system_error(errno, path);
        if (!may_make) return store_error(StoreError::moved, path);
        const auto made = make(path);
        if (!made) return made.error();
    }
    auto database = open_one_of_ours(path, Database::Access::write);
    if (!database) return database;
    const auto ready = set_up(**database);
    if (!ready) return ready.error();
    return database;
}

core::Result<void> try_to_write(Database& database) {
    return database.run(("PRAGMA user_version=" + std::to_string(newest)).c_str());
}

core::Result<std::unique_ptr<Database>> open_books_to_read(const std::string& path) {
    return open_one_of_ours(path, Database::Access::read_only);
}

}  // namespace curfew::daemon
