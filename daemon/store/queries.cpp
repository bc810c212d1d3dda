#include "daemon/store/queries.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "daemon/store/row_columns.hpp"

namespace curfew::daemon {
namespace {

Intent intent_of(const Row& row) {
    Intent intent;
    intent.at = row.at;
    intent.server = row.server;
    intent.client = row.client;
    intent.user = row.user;
    intent.rule = row.rule;
    intent.reason = row.reason;
    intent.owner = row.owner;
    intent.ticket = row.ticket;
    intent.config_digest = row.config;
    intent.client_key = row.client_key;
    intent.user_key = row.user_key;
    intent.rule_digest = row.rule_digest;
    intent.who = row.who;
    intent.seen.sessions = row.sessions.value_or(0);
    if (row.idle) intent.seen.idle = core::Seconds{*row.idle};
    if (row.connected) intent.seen.connected = core::Seconds{*row.connected};
    if (row.open_files) intent.seen.open_files = static_cast<std::uint32_t>(*row.open_files);
    intent.seen.started = row.started;
    return intent;
}

bool ended_nobody(const std::string& outcome) {
    constexpr Outcome harmless[] = {Outcome::already_gone, Outcome::not_asked, Outcome::no_longer_matches,
                                    Outcome::withheld};
    return std::any_of(std::begin(harmless), std::end(harmless),
                       [&](Outcome one) { return outcome == to_string(one); });
}

std::uint32_t sessions_of(std::uint64_t count) {
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(count, std::numeric_limits<std::uint32_t>::max()));
}

// When the call was made is not known: after the intent, and before the outcome. A limit counts it for as
// long as it may have to.
Spent spent_of(const StoredRow& intent, const std::optional<StoredRow>& outcome, const std::string& boot) {
    const StoredRow& latest = outcome && outcome->row.at > intent.row.at ? *outcome : intent;
    const StoredRow& last = outcome ? *outcome : intent;
    const Row& row = intent.row;
    Spent spent;
    spent.at = latest.row.at;
    if (last.boot == boot) {
        spent.steady = core::SteadyTime{
            std::chrono::duration_cast<core::SteadyTime::duration>(std::chrono::nanoseconds{last.steady_ns})};
    } else if (intent.boot == boot) {
        spent.steady = core::SteadyTime{std::chrono::duration_cast<core::SteadyTime::duration>(
            std::chrono::nanoseconds{intent.steady_ns})};
    }
    spent.server = row.server;
    spent.client_key = row.client_key;
    spent.user_key = row.user_key;
    spent.rule = row.rule;
    spent.rule_digest = row.rule_digest;
    const auto said = outcome && outcome->row.sessions ? *outcome->row.sessions : 0;
    spent.sessions = sessions_of(said != 0 ? said : row.sessions.value_or(1));
    return spent;
}

core::Result<std::optional<StoredRow>> stored_outcome_of(Statement& look, std::uint64_t intent) {
    const auto found = look.bind(1, number_of(intent)).step();
    if (!found) return found.error();
    if (!*found) return std::optional<StoredRow>{};
    auto stored = row_from(look);
    look.reset();
    return std::optional{std::move(stored)};
}

}  // namespace

core::Result<std::vector<Note>> notes_in(Database& database, const std::string& prefix) {
    auto statement = database.prepare("SELECT key, value FROM notes WHERE key >= ?1 ORDER BY key");
    if (!statement) return statement.error();
    statement->bind(1, prefix);
    std::vector<Note> notes;
    while (true) {
        const auto row = statement->step();
        if (!row) return row.error();
        if (!*row) return notes;
        Note note{statement->text(0), statement->text(1)};
        if (!note.key.starts_with(prefix)) break;
        notes.push_back(std::move(note));
    }
    statement->reset();
    return notes;
}

core::Result<std::vector<Orphan>> orphans_in(AuditFile& file) {
    auto statement = file.database()->prepare(std::string{"SELECT "} + row_columns +
                                              " FROM open JOIN rows ON rows.id = open.id ORDER BY open.id");
    if (!statement) return statement.error();
    std::map<std::uint64_t, bool> running{{file.run(), true}};
    std::vector<Orphan> orphans;
    while (true) {
        const auto found = statement->step();
        if (!found) return found.error();
        if (!*found) return orphans;
        const Row row = row_from(*statement).row;
        if (!running.contains(row.run)) {
            const auto runs = file.locks().is_running(row.run);
            if (!runs) return runs.error();
            running[row.run] = *runs;
        }
        if (!running[row.run]) orphans.push_back({row.id, intent_of(row), row.started});
    }
}

// By either clock: within one boot the one on the wall may have jumped.
core::Result<std::vector<Spent>> spent_in(Database& database, core::WallTime since, core::Now now,
                                          const std::string& boot) {
    constexpr core::Seconds longest_call{3600};  // from an intent to its outcome
    const auto ago = std::chrono::duration_cast<std::chrono::nanoseconds>(now.wall - since);
    const auto steady_since = std::chrono::nanoseconds{now.steady.time_since_epoch()} - ago;
    auto intents = database.prepare(std::string{"SELECT "} + row_columns +
                                    " FROM rows WHERE kind = 'intent' AND (at_ns >= ?1 OR "
                                    "(boot = ?2 AND steady_ns >= ?3)) ORDER BY id");
    if (!intents) return intents.error();
    auto outcomes = database.prepare(std::string{"SELECT "} + row_columns +
                                     " FROM rows WHERE intent = ?1 ORDER BY id LIMIT 1");
    if (!outcomes) return outcomes.error();
    intents->bind(1, nanoseconds_of(since - longest_call)).bind(2, boot);
    intents->bind(3, std::int64_t{(steady_since - longest_call).count()});
    std::vector<Spent> all;
    while (true) {
        const auto found = intents->step();
        if (!found) return found.error();
        if (!*found) return all;
        const auto intent = row_from(*intents);
        const auto outcome = stored_outcome_of(*outcomes, intent.row.id);
        if (!outcome) return outcome.error();
        if (*outcome && ended_nobody((**outcome).row.outcome)) continue;
        auto spent = spent_of(intent, *outcome, boot);
        const bool is_recent =
            spent.at >= since || (spent.steady && spent.steady->time_since_epoch() >= steady_since);
        if (is_recent) all.push_back(std::move(spent));
    }
}

}  // namespace curfew::daemon
