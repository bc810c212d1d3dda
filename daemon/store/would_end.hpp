#pragma once
// What observing rules would have ended is said at every look and written once. Most of what is said is known
// here, without asking the disk. Pure.

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/time.hpp"
#include "daemon/store/row.hpp"

namespace curfew::daemon {

class WouldEndSeen {
  public:
    static constexpr std::size_t most = 200'000;

    // False: this session has been said before.
    bool add(const Row& row);
    // It could not be written after all, and may be said again.
    void forget(const Row& row);

  private:
    using Start = std::optional<core::WallTime>;
    std::unordered_map<std::string, std::vector<Start>> starts_;
    std::size_t size_ = 0;
};

// Whether two starts are those of one session: as servers tell them, they differ by up to two seconds.
bool same_start(const std::optional<core::WallTime>& a, const std::optional<core::WallTime>& b);

}  // namespace curfew::daemon
