#include "daemon/names/name_cache.hpp"

#include <algorithm>
#include <utility>

namespace curfew::daemon {
namespace {

using std::chrono::minutes;
constexpr minutes fresh_for{10};
constexpr minutes too_old_after{30};
constexpr minutes first_pause{1};
constexpr minutes longest_pause{10};

minutes pause_after(unsigned failures) {
    minutes pause = first_pause;
    for (unsigned i = 1; i < failures && pause < longest_pause; ++i) pause *= 2;
    return std::min(pause, longest_pause);
}

}  // namespace

policy::FoundClient NameCache::known(const ClientQuestion& client, core::SteadyTime now) {
    Entry* entry = find_or_add(client);
    if (!entry) return {};
    by_use_.splice(by_use_.begin(), by_use_, entry->use);
    entry->looked_at = now;
    put_down(client, *entry, now);
    if (entry->found && now - entry->found_at >= too_old_after) entry->found.reset();
    return entry->found.value_or(policy::FoundClient{});
}

void NameCache::refresh(core::SteadyTime since, core::SteadyTime now) {
    for (const auto& client : by_use_) {
        Entry& entry = entries_.at(client);
        if (entry.looked_at < since) return;
        if (entry.found) put_down(client, entry, now);
    }
}

void NameCache::put_down(const ClientQuestion& client, Entry& entry, core::SteadyTime now) {
    const bool due = !entry.ask_at || *entry.ask_at <= now;
    if (entry.standing != Standing::at_rest || !due) return;
    entry.place = waiting_.insert(waiting_.end(), client);
    entry.standing = Standing::waiting;
}

NameCache::Entry* NameCache::find_or_add(const ClientQuestion& client) {
    if (const auto known = entries_.find(client); known != entries_.end()) return &known->second;
    if (entries_.size() >= bounds_.clients && !make_room()) return nullptr;
    Entry& entry = entries_[client];
    entry.use = by_use_.insert(by_use_.begin(), client);
    return &entry;
}

// Whose question is under way is passed over, so that it is not asked a second time meanwhile.
bool NameCache::make_room() {
    for (auto last = by_use_.rbegin(); last != by_use_.rend(); ++last) {
        const auto entry = entries_.find(*last);
        if (entry->second.standing == Standing::under_way) continue;
        if (entry->second.standing == Standing::waiting) waiting_.erase(entry->second.place);
        by_use_.erase(entry->second.use);
        entries_.erase(entry);
        return true;
    }
    return false;
}

std::optional<ClientQuestion> NameCache::next() {
    if (waiting_.empty() || under_way_ >= bounds_.under_way) return std::nullopt;
    ClientQuestion client = std::move(waiting_.front());
    waiting_.pop_front();
    entries_.at(client).standing = Standing::under_way;
    ++under_way_;
    return client;
}

void NameCache::answered(const ClientQuestion& client, ClientAnswer answer, core::SteadyTime now) {
    Entry& entry = entries_.at(client);
    entry.standing = Standing::at_rest;
    --under_way_;
    if (answer.kind == ClientAnswer::Kind::found) {
        entry.found = std::move(answer.found);
        entry.found_at = now;
        entry.ask_at = now + fresh_for;
        entry.failures = 0;
        return;
    }
    if (answer.kind == ClientAnswer::Kind::nothing) entry.found.reset();
    entry.ask_at = now + pause_after(++entry.failures);
}

}  // namespace curfew::daemon
