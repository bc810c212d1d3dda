#pragma once
// What a message-mode pipe has for its reader: RPC fragments, each a message of its own. One read gives one
// message or, where it does not fit, a part of it (STATUS_BUFFER_OVERFLOW), as Windows and Samba do.

#include <cstdint>
#include <span>

#include "core/bytes/writer.hpp"

namespace curfew::core::lab {

class PipeQueue {
  public:
    bool empty() const { return at_ == bytes_.size(); }
    std::size_t size() const { return bytes_.size() - at_; }

    void put(Bytes messages);  // whole fragments, each with its length in its header
    // Until it is empty again no read gives more than `size` bytes.
    void give_at_most(std::size_t size) { piece_ = size; }

    struct Piece {
        Bytes bytes;
        bool cut = false;  // the message goes on
    };
    Piece take(std::size_t most);
    void clear();

  private:
    std::size_t end_of_message() const;

    Bytes bytes_;
    std::size_t at_ = 0;
    std::size_t message_ends_ = 0;
    std::size_t piece_ = 0;  // 0: no limit
};

}  // namespace curfew::core::lab
