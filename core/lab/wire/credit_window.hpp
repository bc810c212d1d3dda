#pragma once
// The message ids that a client may use (MS-SMB2 3.3.1.1, 3.3.1.2): every credit granted is one more id, and
// each id is good once. Ids may be used out of order; one that was never granted ends the connection.

#include <bitset>
#include <cstdint>

namespace curfew::core::lab {

class CreditWindow {
  public:
    // Uses up `charge` ids from `id` on (a charge of 0 counts as 1). False: overdrawn, or used before.
    bool take(std::uint64_t id, std::uint16_t charge);

    // Grants what is asked for, at least one, as far as the window may grow; gives the number granted.
    std::uint16_t grant(std::uint16_t asked);

  private:
    static constexpr std::uint64_t widest = 512;
    std::uint64_t first_ = 0;  // the lowest id that may still be used
    std::uint64_t end_ = 1;    // one behind the highest granted
    std::bitset<widest> used_;
};

}  // namespace curfew::core::lab
