#pragma once
// Holds: a person asked for a pause, on everything or on a part of it. Nothing is ended by rule there until
// it is over; a person's own `disconnect` is not bound. Pure: times are handed in.
//
// A hold ends by the steady clock, so that a jump of the clock on the wall ends none early. Over a reboot,
// where no steady clock goes on, it ends at the time on the wall.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/time.hpp"
#include "policy/facts.hpp"
#include "policy/policy.hpp"

namespace curfew::daemon {

struct HoldScope {
    enum class On { everything, server, tag, rule } on = On::everything;
    std::string name;  // of the server, the tag, the rule
    bool operator==(const HoldScope&) const = default;
};
std::string to_string(
    const HoldScope& scope);  // "everything", "server fs1", "tag finance", "rule office closed"

struct Hold {
    std::uint64_t id = 0;  // never used twice by one book
    HoldScope scope;
    core::Now since{};
    core::Now until{};  // both clocks as of when it was asked for
    std::string reason;
    std::string who;
    bool durable = false;
};

class HoldBook {
  public:
    const Hold& add(HoldScope scope, core::Seconds length, std::string reason, std::string who,
                    core::Now now);
    // Those with exactly that scope, or that id; what was taken away.
    std::vector<Hold> remove(const HoldScope& scope);
    std::optional<Hold> remove(std::uint64_t id);
    void written(std::uint64_t id);  // it is durable
    // Takes away and returns those that are over.
    std::vector<Hold> expire(core::SteadyTime now);

    // The hold that stands in the way of ending somebody there by these rules: the one that lasts longest.
    const Hold* in_the_way(const policy::ServerTraits& server, const std::vector<const policy::Rule*>& rules,
                           core::SteadyTime now) const;
    const std::vector<Hold>& all() const { return holds_; }

    // As text for the store, and back. What was written in another boot ends by the wall clock; one written
    // in this boot by the steady one. Empty where the text is none of ours: whoever reads it must not
    // enforce.
    static std::string write(const Hold& hold, const std::string& boot);
    static std::optional<Hold> read(const std::string& text, const std::string& boot, core::Now now);
    void restore(Hold hold);

  private:
    std::vector<Hold> holds_;
    std::uint64_t next_ = 1;
};

}  // namespace curfew::daemon
