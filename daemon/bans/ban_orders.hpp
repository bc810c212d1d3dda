#pragma once
// Somebody bans, and lets go again: first in the books, then in force. What comes back after a restart was
// never let go; what is not in the books never ended anybody.

#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "core/errors/error.hpp"
#include "daemon/clock.hpp"
#include "daemon/fleet/fleet_state.hpp"
#include "daemon/log/log.hpp"
#include "daemon/store/store.hpp"

namespace curfew::daemon {

struct BanOrder {
    policy::Banned whom;
    core::Seconds length{0};
    std::string reason;  // of the person's own, never empty
    std::optional<std::string> override_protect;
};

// What bans work on. Without a store there are none: a ban that nobody could account for ends nobody.
struct BanDesk {
    Store* store = nullptr;
    FleetState& fleet;
    Clock& clock;
    Log& log;
};

// EINVAL with a sentence for the person; whatever keeps the books from being written. Nothing is in force
// then.
boost::asio::awaitable<core::Result<KeptBan>> order_ban(BanDesk desk, BanOrder order, std::string who);

// Those that were let go. Where the books cannot be written all stay in force.
boost::asio::awaitable<core::Result<std::vector<KeptBan>>> lift_bans(BanDesk desk, std::vector<KeptBan> bans,
                                                                     std::string who);

// Those that are over, from time to time. Does not block.
void end_bans(BanDesk desk);

// Those in the books, at the start; blocks. What cannot be read is no ban, and the log says so.
void restore_bans(BanDesk desk);

inline constexpr const char* ban_notes = "ban/";
std::string ban_note(std::uint64_t id);

}  // namespace curfew::daemon
