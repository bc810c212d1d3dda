#pragma once

#include "daemon/bans/ban_book.hpp"
#include "daemon/status/status.hpp"

namespace curfew::daemon {

// A ban as `status` shows it.
BanStatus status_of(const KeptBan& kept);

}  // namespace curfew::daemon
