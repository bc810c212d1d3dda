#include "daemon/notify/outbox.hpp"

#include <algorithm>
#include <utility>

namespace curfew::daemon {

std::string_view to_string(Lost reason) {
    switch (reason) {
        case Lost::full: return "full";
        case Lost::too_old: return "too_old";
        case Lost::refused: return "refused";
        case Lost::stopping: return "stopping";
        case Lost::removed: return "removed";
    }
    return "full";
}

Outbox::Outbox(std::string name, core::Seconds batch, std::uint64_t seed, OutboxBounds bounds)
    : name_(std::move(name)),
      batch_(batch),
      bounds_(bounds),
      dice_(static_cast<std::minstd_rand::result_type>(seed)) {}

bool Outbox::add(Item item, core::SteadyTime now) {
    const auto before = due();
    const std::size_t bytes = item->bytes();
    while (queue_.size() >= bounds_.queued || (bytes_ + bytes > bounds_.queued_bytes && !queue_.empty())) {
        // What is under way may well arrive: it is not lost.
        const std::size_t oldest = under_way_ ? bundled_ : 0;
        if (oldest == queue_.size()) {
            ++counters_.lost[static_cast<std::size_t>(Lost::full)];
            return false;
        }
        lose(oldest, Lost::full);
    }
    queue_.push_back({std::move(item), now});
    bytes_ += bytes;
    counters_.queued = queue_.size();
    const auto after = due();
    return after && (!before || *after < *before);
}

std::optional<core::SteadyTime> Outbox::due() const {
    if (under_way_ || queue_.empty()) return std::nullopt;
    const auto since = queue_.front().since;
    if (last_call_) return since;
    const bool gathered = bundled_ > 0 || queue_.size() >= bounds_.delivered;
    return std::max(gathered ? since : since + batch_, not_before_);
}

std::optional<Outbox::Delivery> Outbox::take(core::SteadyTime now) {
    const auto when = due();
    if (!when || *when > now) return std::nullopt;
    lose_too_old(now);
    if (queue_.empty()) return std::nullopt;
    if (bundled_ == 0) {
        std::size_t bytes = 0;
        while (bundled_ < std::min(queue_.size(), bounds_.delivered)) {
            bytes += queue_[bundled_].item->bytes();
            if (bundled_ > 0 && bytes > bounds_.delivered_bytes) break;
            ++bundled_;
        }
        bundle_id_ = name_ + "-" + std::to_string(++bundles_);
    }
    Delivery delivery{bundle_id_, {}};
    delivery.news.reserve(bundled_);
    for (std::size_t i = 0; i < bundled_; ++i) delivery.news.push_back(queue_[i].item);
    under_way_ = true;
    return delivery;
}

void Outbox::answered(Answer answer, core::SteadyTime now, std::optional<core::Seconds> wished) {
    if (!under_way_) return;
    under_way_ = false;
    if (answer == Answer::later) {
        ++failures_;
        if (last_call_) {
            give_up(*last_call_);
            return;
        }
        const auto asked =
            std::clamp(wished.value_or(core::Seconds{0}), core::Seconds{0}, bounds_.longest_wished);
        not_before_ = now + std::max(pause(), core::Milliseconds{asked});
        return;
    }
    for (auto left = std::exchange(bundled_, 0); left > 0; --left) {
        if (answer == Answer::taken) {
            ++counters_.sent;
            remove(0);
        } else {
            lose(0, Lost::refused);
        }
    }
    failures_ = 0;
    not_before_ = core::SteadyTime::min();
}

void Outbox::last_call(Lost reason) {
    last_call_ = reason;
}

std::uint64_t Outbox::give_up(Lost reason) {
    const std::size_t kept = under_way_ ? bundled_ : 0;
    const std::size_t lost = queue_.size() - kept;
    while (queue_.size() > kept) lose(queue_.size() - 1, reason);
    return lost;
}

void Outbox::remove(std::size_t index) {
    const auto at = queue_.begin() + static_cast<std::ptrdiff_t>(index);
    bytes_ -= at->item->bytes();
    queue_.erase(at);
    counters_.queued = queue_.size();
}

void Outbox::lose(std::size_t index, Lost reason) {
    // What is tried again under one id is the same every time.
    if (index < bundled_) bundled_ = 0;
    ++counters_.lost[static_cast<std::size_t>(reason)];
    remove(index);
}

void Outbox::lose_too_old(core::SteadyTime now) {
    while (!queue_.empty() && now - queue_.front().since > bounds_.oldest) lose(0, Lost::too_old);
}

// Between half of it and all of it, so that many do not come back at the same moment.
core::Milliseconds Outbox::pause() {
    core::Milliseconds whole = bounds_.first_pause;
    const core::Milliseconds most = bounds_.last_pause;
    for (std::uint32_t n = 1; n < failures_ && whole < most; ++n) whole *= 2;
    whole = std::min(whole, most);
    std::uniform_int_distribution<core::Milliseconds::rep> between{whole.count() / 2, whole.count()};
    return core::Milliseconds{between(dice_)};
}

}  // namespace curfew::daemon
