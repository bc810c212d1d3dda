#include "core/lab/journal.hpp"

#include <algorithm>
#include <utility>

namespace curfew::core::lab {

void Journal::add(JournalEntry entry) {
    const std::lock_guard lock{mutex_};
    ++totals_[static_cast<std::size_t>(entry.call)];
    if (keep_) entries_.push_back(std::move(entry));
}

std::vector<JournalEntry> Journal::entries() const {
    const std::lock_guard lock{mutex_};
    return entries_;
}

std::vector<JournalEntry> Journal::take() {
    const std::lock_guard lock{mutex_};
    return std::exchange(entries_, {});
}

std::vector<JournalEntry> Journal::entries(Call call) const {
    auto found = entries();
    std::erase_if(found, [&](const JournalEntry& entry) { return entry.call != call; });
    return found;
}

std::vector<JournalEntry> Journal::entries(const std::string& server, Call call) const {
    auto found = entries(call);
    std::erase_if(found, [&](const JournalEntry& entry) { return entry.server != server; });
    return found;
}

std::size_t Journal::count(const std::string& server, Call call) const {
    const std::lock_guard lock{mutex_};
    return static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), [&](const auto& entry) {
        return entry.call == call && entry.server == server;
    }));
}

std::size_t Journal::total(Call call) const {
    const std::lock_guard lock{mutex_};
    return totals_[static_cast<std::size_t>(call)];
}

}  // namespace curfew::core::lab
