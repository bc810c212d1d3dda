#pragma once
// Whether files changed, where nobody tells: by what stat(2) says of them, now and then. What changes is
// looked at again a little later, and counts when it has come to rest: whoever writes slowly is let finish.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/time.hpp"

namespace curfew::daemon {

struct FileMark {
    bool there = false;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t modified = 0;  // nanoseconds
    bool operator==(const FileMark&) const = default;
};
using Fingerprint = std::vector<FileMark>;

// Follows links.
FileMark look_at(const std::string& path);

class FilePoll {
  public:
    static constexpr core::Seconds interval{60};
    static constexpr core::Seconds rest{5};

    // When to look.
    core::SteadyTime next() const { return next_; }
    // True: there is something to read. The first one is what was read.
    bool saw(Fingerprint seen, core::SteadyTime at);

  private:
    core::SteadyTime next_{};
    std::optional<Fingerprint> known_;
    std::optional<Fingerprint> unrest_;  // differs from what is known, as last seen
};

}  // namespace curfew::daemon
