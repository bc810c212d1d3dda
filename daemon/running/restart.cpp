#include "daemon/running/restart.hpp"

#include <algorithm>

#include "daemon/bans/ban_orders.hpp"
#include "daemon/running/memory_text.hpp"
#include "daemon/running/recorder.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

void complain(Runtime& runtime, const char* what, const core::Error& error) {
    runtime.log.error("not_remembered", {{"what", what}, {"message", core::describe(error)}});
}

void restore_trips(Store& store, Runtime& runtime) {
    const auto notes = store.notes(trip_notes);
    if (!notes) return complain(runtime, "trips", notes.error());
    std::vector<policy::Trip> trips;
    for (const auto& note : *notes) {
        auto trip = read_trip(note.value);
        const auto& rules = runtime.fleet.edition()->policy().rules;
        const bool is_there = trip && std::any_of(rules.begin(), rules.end(), [&](const policy::Rule& rule) {
                                  return rule.key == trip->rule;
                              });
        if (is_there)
            trips.push_back(std::move(*trip));
        else
            store.put_later({note.key, ""});  // an edit of the rule ends it
    }
    runtime.fleet.restore(trips);
}

const policy::Rule* rule_of(const policy::Policy& policy, const Spent& spent) {
    const policy::Rule* by_name = nullptr;
    for (const auto& rule : policy.rules) {
        if (rule.key.name != spent.rule) continue;
        if (rule.key.digest == spent.rule_digest) return &rule;
        by_name = &rule;
    }
    return by_name;  // edited since: counted under its limits of today
}

void restore_limits(Store& store, Runtime& runtime) {
    const auto since = runtime.clock.now().wall - runtime.fleet.longest_window();
    const auto spent = store.spent_since(since);
    if (!spent) return complain(runtime, "limits", spent.error());
    restore_spent(*spent, runtime);
}

void restore_memory(Store& store, Runtime& runtime) {
    const auto notes = store.notes(memory_notes);
    if (!notes) return complain(runtime, "for, quiet", notes.error());
    if (notes->empty()) return;
    std::vector<Note> taken_out;
    for (const auto& note : *notes) taken_out.push_back({note.key, ""});
    // First: what stays in the books while somebody looks on is not the whole truth any more.
    auto taking = store.put(std::move(taken_out));
    if (const auto done = runtime.wait_for(std::move(taking)); !done)
        return complain(runtime, "for, quiet", done.error());
    const auto boot = boot_id();
    std::uint64_t servers = 0;
    for (const auto& note : *notes) {
        auto memory = read_memory(note.value, boot);
        const auto member = runtime.members.find(note.key.substr(std::string_view{memory_notes}.size()));
        if (!memory || !member) continue;
        const auto seen = read_seen(note.value);
        if (!seen) continue;  // whether a clock jumped since could not be told
        member->memory = std::move(*memory);
        member->last_seen_at = *seen;
        ++servers;
    }
    runtime.log.info("remembered", {{"what", "for, quiet"}, {"servers", servers}});
}

asio::awaitable<std::optional<Note>> memory_of(Members::Shared member, std::string boot) {
    const auto& memory = member->memory;
    if (!memory.at || memory.sessions.empty() || !member->last_seen_at) co_return std::nullopt;
    co_return Note{memory_notes + member->name, write_memory(memory, boot, *member->last_seen_at)};
}

}  // namespace

void restore_holds(Store& store, Runtime& runtime) {
    const auto notes = store.notes(hold_notes);
    if (!notes) {
        complain(runtime, "holds", notes.error());
        runtime.fleet.holds_unknown("the holds in the audit cannot be read: " +
                                    core::describe(notes.error()));
        return;
    }
    const auto boot = boot_id();
    for (const auto& note : *notes) {
        auto hold = HoldBook::read(note.value, boot, runtime.clock.now());
        if (!hold) {
            runtime.log.error(
                "not_remembered",
                {{"what", "holds"}, {"message", "a hold in the audit cannot be read: " + note.key}});
            runtime.fleet.holds_unknown("a hold in the audit cannot be read: " + note.key);
            return;
        }
        hold->durable = true;
        runtime.fleet.restore(std::move(*hold));
    }
}

void restore_spent(const std::vector<Spent>& spent, Runtime& runtime) {
    const auto now = runtime.clock.now();
    const auto edition = runtime.fleet.edition();
    std::vector<std::pair<core::SteadyTime, const Spent*>> in_order;
    for (const auto& one : spent) {
        const auto ago = std::chrono::duration_cast<core::SteadyTime::duration>(now.wall - one.at);
        in_order.emplace_back(std::min(now.steady, one.steady.value_or(now.steady - ago)), &one);
    }
    std::sort(in_order.begin(), in_order.end());
    for (const auto& [at, one] : in_order) {
        runtime.fleet.spent(
            {one->server, one->client_key, one->user_key, rule_of(edition->policy(), *one), one->sessions},
            at);
    }
}

void restore(Store& store, Runtime& runtime) {
    restore_holds(store, runtime);
    restore_bans({&store, runtime.fleet, runtime.clock, runtime.log});
    restore_trips(store, runtime);
    restore_limits(store, runtime);
    restore_memory(store, runtime);
}

void write_down(Store& store, Runtime& runtime) {
    const auto boot = boot_id();
    std::vector<Note> notes;
    for (const auto& member : runtime.members.all()) {
        auto note = asio::co_spawn(member->strand, memory_of(member, boot), asio::use_future).get();
        if (note) notes.push_back(std::move(*note));
    }
    if (notes.empty()) return;
    auto writing = store.put(std::move(notes));
    if (const auto done = runtime.wait_for(std::move(writing)); !done)
        complain(runtime, "for, quiet", done.error());
}

}  // namespace curfew::daemon
