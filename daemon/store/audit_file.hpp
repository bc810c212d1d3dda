#pragma once
// The file as one process writes it: a batch whole or not at all, each under SQLite's write lock and after a
// look whether what this process wrote is still there. For one thread.
//
// After a failure the connection is closed, and everything begins with `reopen`. It accepts no file in which
// the last row that was written from here is missing. A commit that fails may still have reached the disk:
// then the batch is in doubt until the file is open again and can be asked.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/clock.hpp"
#include "daemon/store/entry.hpp"
#include "daemon/store/locks.hpp"
#include "daemon/store/rows.hpp"
#include "daemon/store/store.hpp"

namespace curfew::daemon {

class AuditFile {
  public:
    // Makes the file where there is none, looks at the end of its chain, and adds the row that begins a run.
    static core::Result<std::unique_ptr<AuditFile>> open(const std::string& path, const StoreOptions& options,
                                                         const Clock& clock);
    ~AuditFile();

    bool is_open() const { return database_ != nullptr; }
    // True: the batch in doubt had been written.
    core::Result<bool> reopen();

    // An empty batch is one too: it shows whether there can be others. Rows get their numbers; one of kind
    // `would_end` that was there already gets none. True: a drop has not come to its end.
    core::Result<bool> write(std::vector<Entry>& batch, const LaterNotes& later);
    bool in_doubt() const { return doubt_.has_value(); }
    // What the notes of the last batch were before, in the order in which they were written.
    const std::vector<Note>& notes_before() const { return notes_before_; }

    StoredRow stored(Row row) const;  // of this run, now
    std::uint64_t run() const { return run_; }
    std::uint64_t last_row() const { return tail_.id; }
    Database* database() { return database_.get(); }
    const Locks& locks() const { return locks_; }

  private:
    AuditFile(std::string path, Locks locks, const Clock& clock);
    core::Result<void> begin_run(const StoreOptions& options);
    core::Result<void> check_known(Database& database, const Tail& tail) const;
    core::Result<bool> write_once(std::vector<Entry>& batch, const LaterNotes& later);
    core::Result<bool> apply(Appender& appender, Entry& entry);
    core::Result<void> keep(const Entry::Config& config, const Tail& tail);
    core::Result<void> set(const std::vector<Note>& notes);
    core::Result<bool> drop(Appender& appender, const Entry::Drop& drop);
    core::Result<bool> would_end_is_there(const Row& row);

    std::string path_;
    Locks locks_;
    const Clock& clock_;
    std::string boot_;
    std::optional<FileIdentity> identity_;
    std::unique_ptr<Database> database_;
    std::uint64_t run_ = 0;
    Tail tail_;                  // the last that is known to be durable
    std::optional<Tail> doubt_;  // the end of a batch in doubt, and what it came after
    Tail tail_before_;
    std::vector<Note> notes_before_;
    std::string config_in_force_;
};

}  // namespace curfew::daemon
