#pragma once
// The daemon's books in one SQLite file (WAL, synchronous=FULL): the audit, whose rows are chained by hash
// and only ever added; the text of every configuration that was in force, by its digest; and notes, by which
// memory outlives the process. One thread of its own writes; what is handed to it within the same moment is
// one transaction and one fsync.
//
// Several processes may write one file, each row's place in the chain being taken under SQLite's write lock.
// But only one daemon: it holds a lock on byte 0 of PATH-lock, every writer one on the byte of its run, so
// that a run that died is told from one that is at work.
//
// A write that failed leaves nothing behind: either all of a batch is durable or nothing. What must not be
// lost (outcomes) is kept and tried again; until it is written no intent is accepted.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "core/errors/error.hpp"
#include "core/time.hpp"
#include "daemon/clock.hpp"
#include "daemon/gate/audit.hpp"
#include "daemon/store/row.hpp"

namespace curfew::daemon {

struct StoreOptions {
    enum class As {
        daemon,   // one at a time; a second is refused with ERROR_LOCK_VIOLATION
        visitor,  // run --once, disconnect, apply: beside a daemon or without
    };
    As as = As::daemon;
    std::string version;  // of curfew, for the row that begins a run
    std::string config_digest;
    Clock* clock = nullptr;  // null: the system's
    // After a failure: tried again after the first, twice as long each time, and at once with an intent.
    core::Milliseconds first_retry{250};
    core::Milliseconds longest_retry{30'000};
};

// An intent of a run that is over, without an outcome: the process died in the middle.
struct Orphan {
    IntentId id = 0;
    Intent intent;
    std::optional<core::WallTime> started;  // of the youngest target, where known
};

// What counted against limits: calls that may have ended somebody, also those without an outcome.
struct Spent {
    core::WallTime at{};
    std::optional<core::SteadyTime> steady;  // where it was in this boot
    std::string server;
    std::string client_key;
    std::string user_key;
    std::string rule;  // empty: by hand
    std::string rule_digest;
    std::uint32_t sessions = 0;
};

class Store {
  public:
    // Blocks: opens or makes the file, checks that it is one of curfew's and sound, adds the row that begins
    // a run. Errors carry SQLite's name and the path.
    static core::Result<std::unique_ptr<Store>> open(const std::string& path, StoreOptions options);
    virtual ~Store() = default;  // writes what is waiting, if it can, and ends the run

    // --- Durable when it returns; nothing is written where it fails -------------------------------------
    virtual boost::asio::awaitable<core::Result<IntentId>> intent(const Intent& intent) = 0;
    virtual boost::asio::awaitable<core::Result<void>> put(std::vector<Note> notes) = 0;

    // --- Later, in order, without waiting --------------------------------------------------------------
    // Kept until written. The awaitable one returns when it is durable, or given up because the store is
    // failing (it is kept then, and written when it can be).
    virtual boost::asio::awaitable<void> outcome(IntentId id, const Intent& intent, const Result& result) = 0;
    virtual void event(Row row) = 0;        // any other row: held, resumed, tripped, configured, ...
    virtual void would_end(Row row) = 0;    // written once for each session (see Row::started)
    virtual void put_later(Note note) = 0;  // the last of a key wins; a failing disk may lose it
    virtual void configured(const std::string& digest, std::string texts) = 0;

    // --- Read by whoever may block: at the start --------------------------------------------------------
    virtual core::Result<std::vector<Note>> notes(const std::string& prefix) = 0;
    virtual core::Result<std::vector<Orphan>> orphans() = 0;
    virtual core::Result<std::vector<Spent>> spent_since(core::WallTime since) = 0;

    // Drops rows older than that, and says so in the chain.
    virtual void drop_before(core::WallTime time) = 0;

    // Empty while all is well; else what keeps it from writing. Told of every change, on the store's thread.
    virtual std::string trouble() const = 0;
    virtual void on_trouble(std::function<void(const std::string&)> told) = 0;
    virtual std::uint64_t last_row() const = 0;
};

// The audit on the store, and on the log too.
class StoreAudit final : public Audit {
  public:
    StoreAudit(Store& store, Audit& log) : store_(store), log_(log) {}
    boost::asio::awaitable<core::Result<IntentId>> intent(const Intent& intent) override;
    boost::asio::awaitable<void> outcome(IntentId id, const Intent& intent, const Result& result) override;

  private:
    Store& store_;
    Audit& log_;
    std::mutex mutex_;
    std::map<IntentId, IntentId> logged_as_;  // what the log calls an intent until its outcome is there
};

// The same boot of the same machine has one text; steady times mean something only within it.
std::string boot_id();

}  // namespace curfew::daemon
