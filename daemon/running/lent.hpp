#pragma once
// What the running daemon lends to `plan` and `run --once`: who has been waiting for how long, what is
// tripped, held and spent, who is banned. Steady times are those of this boot, for lender and borrower are on
// one machine.

#include <map>
#include <string>
#include <vector>

#include "core/errors/error.hpp"
#include "daemon/bans/ban_book.hpp"
#include "daemon/holds/hold_book.hpp"
#include "daemon/store/store.hpp"
#include "policy/fleet_summary.hpp"
#include "policy/memory.hpp"

namespace curfew::daemon {

struct Lent {
    std::string digest;                                  // of the configuration in force
    std::map<std::string, policy::ServerMemory> memory;  // by server
    std::vector<policy::Trip> trips;
    std::vector<Hold> holds;
    std::vector<KeptBan> bans;
    std::vector<Spent> spent;
};

std::string write_lent(const Lent& lent, const std::string& boot);
// EBADMSG where it is none of ours or of another boot.
core::Result<Lent> read_lent(const std::string& text, const std::string& boot, core::Now now);

}  // namespace curfew::daemon
