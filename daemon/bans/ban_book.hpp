#pragma once
// Bans that persons asked for: since when, until when, and what is left of them after a restart. Whom a ban
// means and what it ends is the policy's (policy/ban.hpp). Pure: times are handed in.
//
// A hold in doubt goes on; a ban in doubt is over. It ends when either clock says so, over a reboot by the
// one on the wall and never later than its whole length from then; it ends nobody before it is durable; and
// what cannot be read is no ban.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "policy/ban.hpp"

namespace curfew::daemon {

inline constexpr core::Seconds shortest_ban{60};
inline constexpr core::Seconds longest_ban{core::Seconds{86'400} * 90};

struct KeptBan {
    policy::Ban ban;  // its id is never used twice by one book
    core::Now since{};
    core::Now until{};  // both clocks as of when it was asked for
    std::string who;    // such as "uid 1000"
    bool durable = false;
};

class BanBook {
  public:
    // Of the same user or client there may be several; each ends by itself.
    const KeptBan& add(policy::Banned whom, core::Seconds length, std::string reason,
                       std::optional<std::string> override_protect, std::string who, core::Now now);
    void written(std::uint64_t id);  // it is durable
    std::optional<KeptBan> remove(std::uint64_t id);
    std::vector<KeptBan> of(const policy::Banned& whom) const;  // in every spelling
    // Takes away and returns those that are over.
    std::vector<KeptBan> expire(core::Now now);

    // Those that end sessions now: durable, and not over by either clock.
    std::vector<KeptBan> in_force(core::Now now) const;
    const std::vector<KeptBan>& all() const { return bans_; }

    // For plan_bans(), in their order.
    static std::vector<policy::Ban> of_policy(const std::vector<KeptBan>& bans);

    // As text for the store, and back. Empty where the text is none of ours.
    static std::string write(const KeptBan& ban, const std::string& boot);
    static std::optional<KeptBan> read(const std::string& text, const std::string& boot, core::Now now);
    void restore(KeptBan ban);

  private:
    std::vector<KeptBan> bans_;
    std::uint64_t next_ = 1;
};

}  // namespace curfew::daemon
