#include "core/lab/wire/pipe_queue.hpp"

#include <algorithm>

namespace curfew::core::lab {
namespace {

constexpr std::size_t length_in_header = 8;

}  // namespace

void PipeQueue::put(Bytes messages) {
    if (empty()) {
        bytes_ = std::move(messages);
        at_ = message_ends_ = 0;
    } else {
        // What was read goes first: a reader who always leaves a little behind must not make it grow.
        bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(at_));
        message_ends_ -= at_;
        at_ = 0;
        bytes_.insert(bytes_.end(), messages.begin(), messages.end());
    }
}

std::size_t PipeQueue::end_of_message() const {
    const std::size_t length = bytes_[at_ + length_in_header] | bytes_[at_ + length_in_header + 1] << 8;
    return at_ + length;
}

PipeQueue::Piece PipeQueue::take(std::size_t most) {
    Piece piece;
    if (empty()) return piece;
    if (at_ == message_ends_) message_ends_ = end_of_message();
    if (piece_ != 0) most = std::min(most, piece_);
    const auto size = std::min(most, message_ends_ - at_);
    const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(at_);
    piece.bytes.assign(begin, begin + static_cast<std::ptrdiff_t>(size));
    at_ += size;
    piece.cut = at_ < message_ends_;
    if (empty()) clear();
    return piece;
}

void PipeQueue::clear() {
    Bytes{}.swap(bytes_);
    at_ = message_ends_ = piece_ = 0;
}

}  // namespace curfew::core::lab
