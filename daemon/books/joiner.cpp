#include "daemon/books/joiner.hpp"

namespace curfew::daemon {

core::Result<bool> Joiner::add(const Row& row) {
    if (is_outcome(row)) {
        const auto place = row.intent ? place_.find(*row.intent) : place_.end();
        if (place == place_.end()) return !enough_;
        auto& waiting = waiting_[place->second - gone_];
        waiting.entry.outcome = row;
        waiting.whole = true;
        place_.erase(place);
    } else {
        waiting_.push_back({{row, std::nullopt}, true});
        if (waiting_.back().entry.is_call()) {
            waiting_.back().whole = false;
            place_.emplace(row.id, gone_ + waiting_.size() - 1);
        }
    }
    visit_whole_ones();
    if (waiting_.size() > most_) {
        if (auto done = complete_first(); !done) return done.error();
    }
    return !enough_;
}

core::Result<void> Joiner::finish() {
    while (!waiting_.empty() && !enough_) {
        if (auto done = complete_first(); !done) return done.error();
    }
    return {};
}

core::Result<void> Joiner::complete_first() {
    auto& first = waiting_.front();
    auto outcome = lookup_(first.entry.row.id);
    if (!outcome) return outcome.error();
    first.entry.outcome = *std::move(outcome);
    first.whole = true;
    place_.erase(first.entry.row.id);
    visit_whole_ones();
    return {};
}

void Joiner::visit_whole_ones() {
    while (!waiting_.empty() && waiting_.front().whole) {
        if (!enough_ && !visit_(waiting_.front().entry)) enough_ = true;
        waiting_.pop_front();
        ++gone_;
    }
}

}  // namespace curfew::daemon
