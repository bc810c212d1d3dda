#include "core/lab/wire/credit_window.hpp"

#include <algorithm>

namespace curfew::core::lab {

bool CreditWindow::take(std::uint64_t id, std::uint16_t charge) {
    const std::uint64_t count = std::max<std::uint64_t>(charge, 1);
    if (id < first_ || id >= end_ || count > end_ - id) return false;
    for (auto at = id; at < id + count; ++at)
        if (used_[at % widest]) return false;
    for (auto at = id; at < id + count; ++at) used_.set(at % widest);
    for (; first_ < end_ && used_[first_ % widest]; ++first_) used_.reset(first_ % widest);
    return true;
}

std::uint16_t CreditWindow::grant(std::uint16_t asked) {
    const auto room = widest - (end_ - first_);
    const auto granted = std::min<std::uint64_t>(std::max<std::uint64_t>(asked, 1), room);
    end_ += granted;
    return static_cast<std::uint16_t>(granted);
}

}  // namespace curfew::core::lab
