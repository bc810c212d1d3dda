#pragma once
// Bans: a person says that somebody's sessions are ended on sight, whatever the rules say. A ban is a literal
// name or address, handed to the planner with every look; how long it lasts is not decided here.
//
// A ban takes certainty: a session whose user or client is not known, or is only perhaps the one meant, is
// not banned. `protect` comes first, unless the ban overrides it; the daemon's own session is never ended.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/limits.hpp"
#include "policy/server_plan.hpp"

namespace curfew::policy {

// Whom a ban means. Users and clients are compared as patterns of the policy are: a user without a backslash
// is that name in any domain, one with a backslash needs the domain reported; a client is an address or a
// name, whichever is written, and unknown against the other.
class Banned {
  public:
    // Refused with a sentence for the person who wrote it: nothing at all, and whatever could mean more than
    // one name or address (globs, expressions, lists, blocks).
    static Compiled<Banned> user(std::string_view text);
    static Compiled<Banned> client(std::string_view text);  // leading backslashes are spelling

    Truth matches(const SessionFacts& session) const;
    bool is_user() const { return std::holds_alternative<UserPattern>(pattern_); }
    const std::string& text() const { return text_; }  // as it was written
    bool same_as(const Banned& other) const;           // whatever the spelling

  private:
    using Pattern = std::variant<UserPattern, ClientPattern>;
    Banned(std::string text, std::string key, Pattern pattern)
        : text_(std::move(text)), key_(std::move(key)), pattern_(std::move(pattern)) {}
    std::string text_;
    std::string key_;  // folded, or the canonical address
    Pattern pattern_;
};
std::string to_string(const Banned& banned);  // "user anna", "client 10.20.1.7"

struct Ban {
    std::uint64_t id = 0;
    Banned whom;
    std::string reason;
    std::optional<std::string> override_protect;  // why `protect` does not bind it; empty: it does
};

struct BanDisconnect {
    Disconnect call;  // its `rule` says nothing
    std::size_t ban = 0;
    // Targets that are not banned and that a rule ends, and those rules: what stands in the way of one of
    // these (a trip, a hold, a limit) stands in the way of the call.
    std::vector<std::size_t> by_rule;
    std::vector<std::size_t> rules;
};
struct BanWithheld {
    Withheld withheld;
    std::size_t ban = 0;
};
struct BanReach {
    std::size_t certain = 0;       // sessions that the ban means
    std::size_t is_protected = 0;  // of these; they stay
    std::size_t doubtful = 0;      // of which nobody knows; they stay
};
struct BanPlan {
    std::vector<BanDisconnect> disconnects;  // as the look lists them
    std::vector<BanWithheld> withheld;
    std::vector<BanReach> reach;  // by ban
};

// What bans may end, on a ledger of their own: they take nothing of the room that rules have, nor rules of
// theirs. Whoever is banned comes back at once, so of the same target it is many; a ban that means more
// sessions than anybody thought is slow.
Limits ban_limits();

// Before the rules, and beside them: `decisions` are those of plan_server() for the same look, for a call may
// have to end whom a rule ends anyway. Whoever is neither banned nor ended by a rule is in its way.
BanPlan plan_bans(const Policy& policy, const ServerLook& look, const std::vector<Decision>& decisions,
                  std::span<const Ban> bans);

}  // namespace curfew::policy
