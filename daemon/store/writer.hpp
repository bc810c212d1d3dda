#pragma once
// The thread that writes. Whatever waits when it comes round is one batch: one transaction, one fsync.
//
// Where a batch fails, what may be refused is refused, and what is kept stays first in line. The next batch
// is tried when its time has come, or at once when somebody waits who may be refused: so an intent is written
// only together with everything that was kept, or not at all.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "daemon/store/audit_file.hpp"
#include "daemon/store/would_end.hpp"

namespace curfew::daemon {

class Writer {
  public:
    struct Pace {
        core::Milliseconds first_retry;
        core::Milliseconds longest_retry;
        core::Milliseconds later{1000};  // how long notes may wait that nobody waits for
    };
    Writer(std::unique_ptr<AuditFile> file, const Clock& clock, Pace pace);
    ~Writer();  // writes what waits, if it can
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    // From any thread; `done` is called on the writer's.
    void hand_in(Entry entry);
    void would_end(Entry entry);
    void note_later(Note note);

    // With the file open, after everything that was handed in before; waits for it.
    using Reading = std::function<core::Result<void>(AuditFile&)>;
    core::Result<void> read(const Reading& reading);

    StoredRow stored(Row row) const { return file_->stored(std::move(row)); }
    std::string trouble() const;
    void on_trouble(std::function<void(const std::string&)> told);
    std::uint64_t last_row() const { return last_row_; }

  private:
    struct Work {
        std::vector<Entry> entries;
        LaterNotes later;
        std::vector<std::function<void()>> readings;
        bool must_try = false;  // somebody waits who may be refused
    };
    void run();
    bool is_due() const;
    core::Milliseconds nap() const;
    Work take();
    void write(Work work);
    core::Result<void> ready();
    void resolve_doubt(bool was_written);
    void succeeded(std::vector<Entry> batch, bool more);
    void failed(std::vector<Entry> batch, LaterNotes later, const core::Error& error);
    void keep(Entry entry);
    void say(const std::string& trouble);

    std::unique_ptr<AuditFile> file_;
    const Clock& clock_;
    const Pace pace_;

    mutable std::mutex mutex_;  // over these
    std::condition_variable wake_;
    std::vector<Entry> entries_;
    LaterNotes later_;
    std::vector<std::function<void()>> readings_;
    WouldEndSeen seen_;
    core::SteadyTime later_at_{};
    bool stopping_ = false;
    std::string trouble_;
    std::function<void(const std::string&)> told_;
    std::mutex telling_;  // held while somebody is told; never taken under mutex_

    // The thread's own.
    std::deque<Entry> kept_;
    std::size_t kept_would_end_ = 0;
    struct Doubt {
        std::size_t kept = 0;  // how many of those in kept_
        std::vector<StoredRow> refused;
        std::vector<Note> before;
    };
    Doubt doubt_;
    bool failing_ = false;
    core::Error last_error_;
    core::SteadyTime retry_at_{};
    core::Milliseconds pause_;
    std::atomic<std::uint64_t> last_row_;

    std::thread thread_;
};

}  // namespace curfew::daemon
