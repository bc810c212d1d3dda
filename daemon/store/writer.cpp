#include "daemon/store/writer.hpp"

#include <algorithm>
#include <future>

#include "daemon/store/store_error.hpp"

namespace curfew::daemon {
namespace {

constexpr std::size_t probe_bytes = 16 * 1024;

// A failing disk keeps no more of what observing rules say than this: it is said again at the next look.
constexpr std::size_t most_would_end_kept = 10'000;

const Row* would_end_of(const Entry& entry) {
    const auto* stored = std::get_if<StoredRow>(&entry.what);
    return stored && stored->row.kind == "would_end" ? &stored->row : nullptr;
}

void tell(Entry& entry, const core::Result<std::uint64_t>& result) {
    if (!entry.done) return;
    entry.done(result);
    entry.done = nullptr;
}

std::uint64_t row_of(const Entry& entry) {
    const auto* stored = std::get_if<StoredRow>(&entry.what);
    return stored ? stored->row.id : 0;
}

// What a batch in doubt has left behind after all: an intent that was refused, and nobody called for it.
Row closing(const StoredRow& refused, core::WallTime now) {
    Row row = refused.row;
    row.at = now;
    row.kind = "outcome";
    row.intent = refused.row.id;
    row.outcome = to_string(Outcome::not_asked);
    row.detail = "the audit failed while it was written; no call was made";
    return row;
}

}  // namespace

Writer::Writer(std::unique_ptr<AuditFile> file, const Clock& clock, Pace pace)
    : file_(std::move(file)),
      clock_(clock),
      pace_(pace),
      pause_(pace.first_retry),
      last_row_(file_->last_row()),
      thread_([this] { run(); }) {}

Writer::~Writer() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
        wake_.notify_all();
    }
    thread_.join();
}

// --- From any thread --------------------------------------------------------------------------------------

void Writer::hand_in(Entry entry) {
    {
        const std::lock_guard lock{mutex_};
        if (!stopping_) {
            // What is put now supersedes what was to be put later.
            if (const auto* notes = std::get_if<std::vector<Note>>(&entry.what)) {
                for (const auto& note : *notes) later_.erase(note.key);
            }
            entries_.push_back(std::move(entry));
            wake_.notify_all();
            return;
        }
    }
    tell(entry, store_error(StoreError::closing, {}));
}

void Writer::would_end(Entry entry) {
    const auto* row = would_end_of(entry);
    if (!row) return;
    const std::lock_guard lock{mutex_};
    if (stopping_ || !seen_.add(*row)) return;
    entries_.push_back(std::move(entry));
    wake_.notify_all();
}

void Writer::note_later(Note note) {
    const std::lock_guard lock{mutex_};
    if (later_.empty()) later_at_ = clock_.now().steady + pace_.later;
    later_[std::move(note.key)] = std::move(note.value);
    wake_.notify_all();
}

core::Result<void> Writer::read(const Reading& reading) {
    const auto promise = std::make_shared<std::promise<core::Result<void>>>();
    auto result = promise->get_future();
    {
        const std::lock_guard lock{mutex_};
        if (stopping_) return store_error(StoreError::closing, {});
        readings_.push_back([this, &reading, promise] {
            const auto can = ready();
            promise->set_value(can ? reading(*file_) : can);
        });
        wake_.notify_all();
    }
    return result.get();
}

std::string Writer::trouble() const {
    const std::lock_guard lock{mutex_};
    return trouble_;
}

void Writer::on_trouble(std::function<void(const std::string&)> told) {
    // Returns when nobody is being told: who takes it back may go then.
    const std::lock_guard telling{telling_};
    const std::lock_guard lock{mutex_};
    told_ = std::move(told);
}

// --- The thread -------------------------------------------------------------------------------------------

void Writer::run() {
    while (true) {
        Work work;
        bool last = false;
        {
            std::unique_lock lock{mutex_};
            while (!is_due()) {
                const auto most = nap();
                if (most == core::Milliseconds::max()) {
                    wake_.wait(lock);
                } else {
                    wake_.wait_for(lock, most);
                }
            }
            work = take();
            last = stopping_;
        }
        write(std::move(work));
        if (last) return;
    }
}

// Under the lock.
bool Writer::is_due() const {
    if (stopping_ || !entries_.empty() || !readings_.empty()) return true;
    const auto now = clock_.now().steady;
    if (failing_) return now >= retry_at_;
    return !later_.empty() && now >= later_at_;
}

core::Milliseconds Writer::nap() const {
    if (!failing_ && later_.empty()) return core::Milliseconds::max();
    const auto until = failing_ ? retry_at_ : later_at_;
    const auto left = std::chrono::ceil<core::Milliseconds>(until - clock_.now().steady);
    return std::max(left, core::Milliseconds{1});
}

Writer::Work Writer::take() {
    Work work;
    work.entries.swap(entries_);
    work.later.swap(later_);
    work.readings.swap(readings_);
    work.must_try = stopping_ || std::any_of(work.entries.begin(), work.entries.end(),
                                             [](const Entry& entry) { return !entry.kept; });
    return work;
}

void Writer::write(Work work) {
    std::vector<Entry> batch;
    const bool is_time = !failing_ || work.must_try || clock_.now().steady >= retry_at_;
    const auto can = is_time ? ready() : core::Result<void>{};
    if (is_time) {
        std::move(kept_.begin(), kept_.end(), std::back_inserter(batch));
        kept_.clear();
        kept_would_end_ = 0;
    }
    std::move(work.entries.begin(), work.entries.end(), std::back_inserter(batch));
    // To have written nothing proves nothing: as much as a few rows has to find its place.
    if (failing_ && batch.empty() && work.later.empty())
        work.later.emplace("writer/probe", std::to_string(clock_.now().wall.time_since_epoch().count()) +
                                               std::string(probe_bytes, '.'));
    if (!is_time || !can) {
        failed(std::move(batch), std::move(work.later), can ? last_error_ : can.error());
    } else if (batch.empty() && work.later.empty() && !failing_) {
        // Somebody only reads.
    } else if (const auto written = file_->write(batch, work.later)) {
        succeeded(std::move(batch), *written);
    } else {
        if (file_->in_doubt()) {
            for (const auto& entry : batch) {
                const auto* stored = std::get_if<StoredRow>(&entry.what);
                if (stored && !entry.kept) doubt_.refused.push_back(*stored);
            }
            doubt_.before = file_->notes_before();
        }
        failed(std::move(batch), std::move(work.later), written.error());
        if (file_->in_doubt()) doubt_.kept = kept_.size();
    }
    for (const auto& reading : work.readings) reading();
}

core::Result<void> Writer::ready() {
    if (file_->is_open()) return {};
    const bool doubted = file_->in_doubt();
    const auto was_written = file_->reopen();
    if (!was_written) return was_written.error();
    if (doubted) resolve_doubt(*was_written);
    return {};
}

// What was refused has left nothing behind; where it did, that is said and undone before anything else.
void Writer::resolve_doubt(bool was_written) {
    const Doubt doubt = std::exchange(doubt_, {});
    if (was_written) {
        const auto count = std::min(doubt.kept, kept_.size());
        kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(count));
        const auto now = clock_.now().wall;
        for (const auto& refused : doubt.refused)
            kept_.push_front({file_->stored(closing(refused, now)), true});
    }
    if (doubt.before.empty()) return;
    std::vector<Note> before{doubt.before.rbegin(), doubt.before.rend()};
    kept_.push_front({std::move(before), true});
}

void Writer::succeeded(std::vector<Entry> batch, bool more) {
    last_row_ = file_->last_row();
    failing_ = false;
    pause_ = pace_.first_retry;
    // First: whoever hears that a row is written finds no trouble any more.
    say({});
    for (auto& entry : batch) tell(entry, row_of(entry));
    if (!more) return;
    const std::lock_guard lock{mutex_};
    for (auto& entry : batch) {
        if (std::holds_alternative<Entry::Drop>(entry.what)) entries_.push_back(std::move(entry));
    }
}

void Writer::failed(std::vector<Entry> batch, LaterNotes later, const core::Error& error) {
    const bool tried = !failing_ || clock_.now().steady >= retry_at_;
    for (auto& entry : batch) {
        tell(entry, error);
        if (entry.kept) keep(std::move(entry));
    }
    {
        const std::lock_guard lock{mutex_};
        for (auto& [key, value] : later) later_.try_emplace(key, std::move(value));
    }
    if (tried) {
        retry_at_ = clock_.now().steady + pause_;
        pause_ = std::min(pause_ * 2, pace_.longest_retry);
    }
    failing_ = true;
    last_error_ = error;
    say(core::describe(last_error_));
}

void Writer::keep(Entry entry) {
    if (const auto* row = would_end_of(entry)) {
        if (kept_would_end_ >= most_would_end_kept) {
            const std::lock_guard lock{mutex_};
            seen_.forget(*row);
            return;
        }
        ++kept_would_end_;
    }
    kept_.push_back(std::move(entry));
}

void Writer::say(const std::string& trouble) {
    const std::lock_guard telling{telling_};
    std::function<void(const std::string&)> told;
    {
        const std::lock_guard lock{mutex_};
        if (trouble_ == trouble) return;
        trouble_ = trouble;
        told = told_;
    }
    if (told) told(trouble);
}

}  // namespace curfew::daemon
