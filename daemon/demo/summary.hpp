#pragma once
// The demo's last words.

#include <string>

#include "core/lab/journal.hpp"
#include "daemon/demo/board.hpp"

namespace curfew::daemon {

// What the lab's servers say was done to them.
struct Witness {
    std::uint64_t calls = 0;   // NetSessionDel
    std::uint64_t ended = 0;   // sessions
    std::uint64_t exempt = 0;  // of them should never have been: protected, on call, or the daemon's own
};
Witness witness_of(const core::lab::Journal& journal);

struct Played {
    core::Seconds real{0};
    core::Seconds lab{0};
    std::size_t servers = 0;
};
std::string summary(const Played& played, const Tally& tally, const Witness& witness);

}  // namespace curfew::daemon
