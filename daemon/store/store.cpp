#include "daemon/store/store.hpp"

#include <fstream>

#include <boost/asio/this_coro.hpp>

#include "daemon/store/queries.hpp"
#include "daemon/store/reply.hpp"
#include "daemon/store/store_error.hpp"
#include "daemon/store/writer.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

Row row_of(const Intent& intent) {
    Row row;
    row.at = intent.at;
    row.kind = "intent";
    row.server = intent.server;
    row.client = intent.client;
    row.user = intent.user;
    row.client_key = intent.client_key;
    row.user_key = intent.user_key;
    row.rule = intent.rule;
    row.rule_digest = intent.rule_digest;
    row.reason = intent.reason;
    row.owner = intent.owner;
    row.ticket = intent.ticket;
    row.config = intent.config_digest;
    row.who = intent.who;
    row.sessions = intent.seen.sessions;
    if (intent.seen.idle) row.idle = intent.seen.idle->count();
    if (intent.seen.connected) row.connected = intent.seen.connected->count();
    if (intent.seen.open_files) row.open_files = *intent.seen.open_files;
    row.started = intent.seen.started;
    return row;
}

// What NT calls 0xC000006D is no negative number.
std::int64_t code_of(const boost::system::error_code& code) {
    const std::int64_t value = code.value();
    return value < 0 ? value + (std::int64_t{1} << 32) : value;
}

Row row_of(IntentId id, const Intent& intent, const Result& result, core::WallTime now) {
    Row row = row_of(intent);
    row.at = now;
    row.kind = "outcome";
    row.intent = id;
    row.outcome = to_string(result.outcome);
    if (result.why) row.why = policy::to_string(*result.why);
    if (result.error.code) {
        row.error = core::name_of(result.error.code);
        row.code = code_of(result.error.code);
    }
    row.detail = result.detail.empty() ? result.error.context : result.detail;
    return row;
}

class SqliteStore final : public Store {
  public:
    SqliteStore(std::unique_ptr<SystemClock> own, const Clock& clock, std::unique_ptr<AuditFile> file,
                Writer::Pace pace)
        : own_clock_(std::move(own)), clock_(clock), writer_(std::move(file), clock, pace) {}

    asio::awaitable<core::Result<IntentId>> intent(const Intent& intent) override {
        Entry entry{writer_.stored(row_of(intent))};
        auto number = co_await written(std::move(entry));
        co_return number;
    }

    asio::awaitable<core::Result<void>> put(std::vector<Note> notes) override {
        Entry entry{std::move(notes)};
        const auto done = co_await written(std::move(entry));
        if (!done) co_return done.error();
        co_return core::Result<void>{};
    }

    asio::awaitable<void> outcome(IntentId id, const Intent& intent, const Result& result) override {
        Entry entry{writer_.stored(row_of(id, intent, result, clock_.now().wall)), true};
        co_await written(std::move(entry));
    }

    void event(Row row) override { writer_.hand_in({writer_.stored(std::move(row)), true}); }

    void would_end(Row row) override {
        row.kind = "would_end";
        writer_.would_end({writer_.stored(std::move(row)), true});
    }

    void put_later(Note note) override { writer_.note_later(std::move(note)); }

    void configured(const std::string& digest, std::string texts) override {
        writer_.hand_in({Entry::Config{digest, std::move(texts)}, true});
    }

    core::Result<std::vector<Note>> notes(const std::string& prefix) override {
        return answer<std::vector<Note>>([&](AuditFile& file) { return notes_in(*file.database(), prefix); });
    }

    core::Result<std::vector<Orphan>> orphans() override {
        return answer<std::vector<Orphan>>([](AuditFile& file) { return orphans_in(file); });
    }

    core::Result<std::vector<Spent>> spent_since(core::WallTime since) override {
        return answer<std::vector<Spent>>(
            [&](AuditFile& file) { return spent_in(*file.database(), since, clock_.now(), boot_id()); });
    }

    void drop_before(core::WallTime time) override { writer_.hand_in({Entry::Drop{time}}); }

    std::string trouble() const override { return writer_.trouble(); }
    void on_trouble(std::function<void(const std::string&)> told) override {
        writer_.on_trouble(std::move(told));
    }
    std::uint64_t last_row() const override { return writer_.last_row(); }

  private:
    using Number = core::Result<std::uint64_t>;

    asio::awaitable<Number> written(Entry entry) {
        const auto executor = co_await asio::this_coro::executor;
        const auto reply = std::make_shared<Reply<Number>>(executor);
        entry.done = [reply](const Number& number) { reply->tell(number); };
        writer_.hand_in(std::move(entry));
        auto number = co_await Reply<Number>::wait(reply);
        if (!number) co_return store_error(StoreError::closing, "given up");
        co_return std::move(*number);
    }

    template <class T> core::Result<T> answer(const std::function<core::Result<T>(AuditFile&)>& ask) {
        std::optional<T> found;
        const auto read = writer_.read([&](AuditFile& file) -> core::Result<void> {
            auto said = ask(file);
            if (!said) return said.error();
            found = std::move(*said);
            return {};
        });
        if (!read) return read.error();
        return std::move(*found);
    }

    std::unique_ptr<SystemClock> own_clock_;
    const Clock& clock_;
    Writer writer_;
};

}  // namespace

core::Result<std::unique_ptr<Store>> Store::open(const std::string& path, StoreOptions options) {
    std::unique_ptr<SystemClock> own;
    if (!options.clock) {
        own = std::make_unique<SystemClock>();
        options.clock = own.get();
    }
    const Clock& clock = *options.clock;
    auto file = AuditFile::open(path, options, clock);
    if (!file) return file.error();
    const Writer::Pace pace{options.first_retry, options.longest_retry};
    return std::unique_ptr<Store>{
        std::make_unique<SqliteStore>(std::move(own), clock, std::move(*file), pace)};
}

std::string boot_id() {
    static const std::string id = [] {
        std::ifstream file{"/proc/sys/kernel/random/boot_id"};
        std::string text;
        std::getline(file, text);
        return text;
    }();
    return id;
}

// --- StoreAudit -------------------------------------------------------------------------------------------

// The log says it when it is durable: a line of an intent that was refused would look like a call.
asio::awaitable<core::Result<IntentId>> StoreAudit::intent(const Intent& intent) {
    auto id = co_await store_.intent(intent);
    if (!id) co_return id;
    const auto logged = co_await log_.intent(intent);
    if (logged) {
        const std::lock_guard lock{mutex_};
        logged_as_[*id] = *logged;
    }
    co_return id;
}

asio::awaitable<void> StoreAudit::outcome(IntentId id, const Intent& intent, const Result& result) {
    IntentId logged = id;
    {
        const std::lock_guard lock{mutex_};
        const auto found = logged_as_.find(id);
        if (found != logged_as_.end()) {
            logged = found->second;
            logged_as_.erase(found);
        }
    }
    co_await log_.outcome(logged, intent, result);
    co_await store_.outcome(id, intent, result);
}

}  // namespace curfew::daemon
