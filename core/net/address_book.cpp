#include "core/net/address_book.hpp"

#include <algorithm>
#include <utility>

namespace curfew::core {

AddressBook::Answer AddressBook::ask(const std::string& name, SteadyTime now) {
    Entry& entry = entries_[name];
    entry.asked_at = now;
    const bool good = !entry.addresses.empty() && now - entry.found_at < good_for;
    Answer answer;
    if (good && !entry.doubted) answer.addresses = entry.addresses;
    const bool in_hand = !answer.addresses.empty();
    const bool wanted = !in_hand || (now - entry.found_at >= fresh_for && now >= entry.not_before);
    answer.look_up = wanted && !entry.looking;
    entry.looking = entry.looking || answer.look_up;
    return answer;
}

void AddressBook::found(const std::string& name, Addresses addresses, SteadyTime now) {
    Entry& entry = entries_[name];
    entry.addresses = std::move(addresses);
    entry.found_at = entry.asked_at = now;
    entry.not_before = {};
    entry.looking = entry.doubted = false;
    if (entries_.size() > most_names_) make_room(now);
    if (entries_.size() > most_names_) entries_.erase(name);
}

AddressBook::Addresses AddressBook::failed(const std::string& name, SteadyTime now) {
    const auto known = entries_.find(name);
    if (known == entries_.end()) return {};
    Entry& entry = known->second;
    const bool good = !entry.addresses.empty() && now - entry.found_at < good_for;
    if (!good) {
        entries_.erase(known);
        return {};
    }
    entry.looking = false;
    entry.not_before = now + pause_after_failure;
    return entry.addresses;
}

void AddressBook::doubt(const std::string& name) {
    const auto known = entries_.find(name);
    if (known != entries_.end()) known->second.doubted = true;
}

// Names that left the configuration are asked for no more.
void AddressBook::make_room(SteadyTime now) {
    std::erase_if(entries_, [&](const auto& one) {
        return !one.second.looking && now - one.second.asked_at >= good_for;
    });
}

}  // namespace curfew::core
