#include "daemon/store/audit_file.hpp"

#include <sys/stat.h>

#include "daemon/store/row_columns.hpp"
#include "daemon/store/schema.hpp"
#include "daemon/store/store_error.hpp"

namespace curfew::daemon {
namespace {

constexpr std::uint64_t looked_at_when_opened = 1000;
constexpr std::uint64_t dropped_at_once = 2000;  // intents wait meanwhile
constexpr core::Seconds same_start{2};

bool has_content(const std::string& path) {
    struct stat found {};
    return ::lstat(path.c_str(), &found) == 0 && found.st_size > 0;
}

core::Result<void> check_end(Database& database) {
    const auto tail = tail_of(database);
    if (!tail) return tail.error();
    const auto from = tail->id > looked_at_when_opened ? tail->id - looked_at_when_opened : 0;
    const auto verified = verify(database, from);
    if (!verified) return verified.error();
    if (verified->flaw)
        return store_error(StoreError::changed, database.path() + ": " + verified->flaw->what);
    return {};
}

struct Opening {
    explicit Opening(Locks& opened) : locks(opened) {}
    ~Opening() { locks.end_opening(); }
    Opening(const Opening&) = delete;
    Opening& operator=(const Opening&) = delete;
    Locks& locks;
};

}  // namespace

AuditFile::AuditFile(std::string path, Locks locks, const Clock& clock)
    : path_(std::move(path)), locks_(std::move(locks)), clock_(clock), boot_(boot_id()) {}

AuditFile::~AuditFile() = default;

core::Result<std::unique_ptr<AuditFile>> AuditFile::open(const std::string& path, const StoreOptions& options,
                                                         const Clock& clock) {
    auto locks = Locks::open(path + "-lock", options.as == StoreOptions::As::daemon);
    if (!locks) return locks.error();
    std::unique_ptr<AuditFile> file{new AuditFile(path, std::move(*locks), clock)};
    const auto turn = file->locks_.begin_opening();
    if (!turn) return turn.error();
    const Opening opening{file->locks_};
    auto database = open_books(path, true);
    if (!database) return database.error();
    const auto sound = check_end(**database);
    if (!sound) return sound.error();
    file->database_ = std::move(*database);
    file->identity_ = identity_of(path);
    const auto begun = file->begin_run(options);
    if (!begun) return begun.error();
    return file;
}

core::Result<void> AuditFile::begin_run(const StoreOptions& options) {
    auto transaction = Transaction::begin(*database_);
    if (!transaction) return transaction.error();
    const auto tail = tail_of(*database_);
    if (!tail) return tail.error();
    run_ = tail->id + 1;
    // Before anybody can read of it: a run that nobody holds is one that died.
    const auto locked = locks_.lock_run(run_);
    if (!locked) return locked.error();
    auto appender = Appender::after(*database_, *tail);
    if (!appender) return appender.error();
    Row row;
    row.at = clock_.now().wall;
    row.kind = "run";
    row.config = config_in_force_ = options.config_digest;
    const bool is_daemon = options.as == StoreOptions::As::daemon;
    row.detail = (options.version.empty() ? "" : options.version + ", ") +
                 std::string{is_daemon ? "the daemon" : "beside the daemon or without one"};
    auto first = stored(std::move(row));
    const auto added = appender->add(first);
    if (!added) return added.error();
    const auto finished = appender->finish();
    if (!finished) return finished.error();
    const auto committed = transaction->commit();
    if (!committed) return committed.error();
    tail_ = appender->tail();
    return {};
}

StoredRow AuditFile::stored(Row row) const {
    row.run = run_;
    const auto steady = clock_.now().steady.time_since_epoch();
    return {std::move(row), boot_, std::chrono::nanoseconds{steady}.count(), {}};
}

// --- After a failure --------------------------------------------------------------------------------------

core::Result<void> AuditFile::check_known(Database& database, const Tail& tail) const {
    if (tail == tail_) return {};
    const auto known = read_row(database, tail_.id);
    if (!known) return known.error();
    if (*known && (**known).hash == tail_.hash) return {};
    const auto dropped = database.number("SELECT dropped_to FROM head");
    if (!dropped) return dropped.error();
    if (!*known && tail.id > tail_.id && id_of(*dropped) >= tail_.id) return {};
    return store_error(StoreError::changed, path_ + ": row " + std::to_string(tail_.id) +
                                                ", which was written from here, is missing");
}

core::Result<bool> AuditFile::reopen() {
    if (!locks_.still_there()) {
        const auto renewed = locks_.renew();
        if (!renewed) return renewed.error();
    }
    // SQLite would play the log of one database into another that came into its place.
    if (identity_of(path_) != identity_ && has_content(path_ + "-wal"))
        return store_error(StoreError::moved, path_);
    auto database = open_books(path_, false);
    if (!database) return database.error();
    const auto tail = tail_of(**database);
    if (!tail) return tail.error();
    const auto known = check_known(**database, *tail);
    if (!known) return known.error();
    bool was_written = false;
    if (doubt_) {
        const auto last = read_row(**database, doubt_->id);
        if (!last) return last.error();
        // A batch that added no row cannot be told; to write it twice does no harm.
        was_written = *doubt_ != tail_before_ && *last && (**last).hash == doubt_->hash;
    }
    if (was_written) tail_ = *doubt_;
    doubt_.reset();
    identity_ = identity_of(path_);
    database_ = std::move(*database);
    return was_written;
}

// --- Writing ----------------------------------------------------------------------------------------------

core::Result<bool> AuditFile::write(std::vector<Entry>& batch, const LaterNotes& later) {
    notes_before_.clear();
    auto written = write_once(batch, later);
    if (!written) database_.reset();
    return written;
}

core::Result<bool> AuditFile::write_once(std::vector<Entry>& batch, const LaterNotes& later) {
    for (const auto& there : {database_->still_there(), locks_.still_there()}) {
        if (!there) return there.error();
    }
    auto transaction = Transaction::begin(*database_);
    if (!transaction) return transaction.error();
    const auto tail = tail_of(*database_);
    if (!tail) return tail.error();
    const auto known = check_known(*database_, *tail);
    if (!known) return known.error();
    auto appender = Appender::after(*database_, *tail);
    if (!appender) return appender.error();
    if (batch.empty()) {
        const auto tried = try_to_write(*database_);
        if (!tried) return tried.error();
    }
    bool more = false;
    for (auto& entry : batch) {
        const auto applied = apply(*appender, entry);
        if (!applied) return applied.error();
        more = more || *applied;
    }
    for (const auto& [key, value] : later) {
        const std::vector<Note> notes{{key, value}};
        const auto done = set(notes);
        if (!done) return done.error();
    }
    if (appender->tail() != *tail) {
        const auto finished = appender->finish();
        if (!finished) return finished.error();
    }
    const Tail end = appender->tail();
    const auto committed = transaction->commit();
    const auto there = committed ? database_->still_there() : committed;
    if (!there) {
        doubt_ = end;
        tail_before_ = *tail;
        return there.error();
    }
    tail_ = end;
    return more;
}

core::Result<bool> AuditFile::apply(Appender& appender, Entry& entry) {
    if (auto* stored = std::get_if<StoredRow>(&entry.what)) {
        stored->row.id = 0;
        if (stored->row.kind == "would_end") {
            const auto there = would_end_is_there(stored->row);
            if (!there) return there.error();
            if (*there) return false;
        }
        const auto added = appender.add(*stored);
        if (!added) return added.error();
        return false;
    }
    if (const auto* notes = std::get_if<std::vector<Note>>(&entry.what)) {
        const auto done = set(*notes);
        if (!done) return done.error();
        return false;
    }
    if (const auto* config = std::get_if<Entry::Config>(&entry.what)) {
        const auto done = keep(*config, appender.tail());
        if (!done) return done.error();
        return false;
    }
    return drop(appender, std::get<Entry::Drop>(entry.what));
}

core::Result<void> AuditFile::keep(const Entry::Config& config, const Tail& tail) {
    auto add = database_->prepare("INSERT OR IGNORE INTO configs VALUES (?1, ?2, ?3)");
    if (!add) return add.error();
    config_in_force_ = config.digest;
    return add->bind(1, config.digest).bind(2, config.texts).bind(3, number_of(tail.id)).run();
}

core::Result<void> AuditFile::set(const std::vector<Note>& notes) {
    for (const auto& note : notes) {
        auto before = database_->prepare("SELECT value FROM notes WHERE key = ?1");
        if (!before) return before.error();
        const auto there = before->bind(1, note.key).step();
        if (!there) return there.error();
        notes_before_.push_back({note.key, *there ? before->text(0) : std::string{}});
        before->reset();
        auto change = note.value.empty() ? database_->prepare("DELETE FROM notes WHERE key = ?1")
                                         : database_->prepare("INSERT OR REPLACE INTO notes VALUES (?1, ?2)");
        if (!change) return change.error();
        change->bind(1, note.key);
        if (!note.value.empty()) change->bind(2, note.value);
        const auto done = change->run();
        if (!done) return done.error();
    }
    return {};
}

core::Result<bool> AuditFile::drop(Appender& appender, const Entry::Drop& what) {
    const auto now = clock_.now();
    const auto pruned = drop_rows(*database_, what.before, now.wall, dropped_at_once);
    if (!pruned) return pruned.error();
    if (!*pruned) return false;
    auto forget = database_->prepare("DELETE FROM configs WHERE last_row <= ?1 AND digest <> ?2");
    if (!forget) return forget.error();
    const auto forgotten = forget->bind(1, number_of((*pruned)->up_to)).bind(2, config_in_force_).run();
    if (!forgotten) return forgotten.error();
    Row row;
    row.at = now.wall;
    row.kind = "pruned";
    row.detail = to_text(**pruned);
    auto said = stored(std::move(row));
    const auto added = appender.add(said);
    if (!added) return added.error();
    return true;
}

// A start that is not known is that of any session: then once in a run.
core::Result<bool> AuditFile::would_end_is_there(const Row& row) {
    auto look = database_->prepare(
        "SELECT 1 FROM rows WHERE kind = 'would_end' AND server = ?1 AND rule_digest = ?2 AND "
        "client_key = ?3 AND user_key = ?4 AND rule = ?5 AND " +
        std::string{row.started ? "started_ns BETWEEN ?6 AND ?7" : "started_ns IS NULL AND run = ?6"} +
        " LIMIT 1");
    if (!look) return look.error();
    look->bind(1, row.server).bind(2, row.rule_digest).bind(3, row.client_key).bind(4, row.user_key);
    look->bind(5, row.rule);
    if (row.started) {
        look->bind(6, nanoseconds_of(*row.started - same_start));
        look->bind(7, nanoseconds_of(*row.started + same_start));
    } else {
        look->bind(6, number_of(row.run));
    }
    const auto there = look->step();
    if (there && *there) look->reset();
    return there;
}

}  // namespace curfew::daemon
