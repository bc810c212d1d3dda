#pragma once
// One policy: who is protected, the rules in order, and the limits. Immutable once built.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/condition.hpp"
#include "policy/limits.hpp"
#include "policy/rollout.hpp"

namespace curfew::policy {

enum class Mode { observe, enforce };
enum class Action { keep, disconnect };

// A rule is known by its name and the digest of its content: memory (`for`, trips, budgets) belongs to
// exactly that rule and ends when somebody edits it.
struct RuleKey {
    std::string name;
    std::string digest;
    auto operator<=>(const RuleKey&) const = default;
};

struct Rule {
    RuleKey key;
    Condition when;
    Action then = Action::disconnect;
    Mode mode = Mode::enforce;  // observe: transparent; what it would have ended is recorded and the next
                                // rule is asked
    // `for`: how long it must have been deciding for a session, without a break, before it ends it.
    std::optional<core::Seconds> hold;
    std::optional<Rollout> rollout;  // on servers that it leaves out the rule only observes
    LimitOverrides limits;
    std::shared_ptr<const Ceiling> at_most;  // null: nobody lowers them
    std::optional<core::WallTime> from;      // before it the rule is off: as if it were not there
    std::optional<core::WallTime> until;     // and from then on
    std::string reason;
    std::string owner;
    std::string ticket;

    bool observes_on(const ServerTraits& server) const {
        return then == Action::disconnect &&
               (mode == Mode::observe || (rollout && !reaches(*rollout, key.name, server)));
    }
    bool is_on(core::WallTime at) const { return (!from || *from <= at) && (!until || at < *until); }
};

struct Protection {
    Condition when;
    std::string reason;
};

class RuleIndex;

// What compile() has made of a policy (decider.hpp). It belongs to that policy as it was: a copy, which
// somebody may be about to change, begins without.
class Compilation {
  public:
    Compilation() = default;
    explicit Compilation(std::shared_ptr<const RuleIndex> index) : index_(std::move(index)) {}
    Compilation(const Compilation&) {}
    Compilation& operator=(const Compilation&) {
        index_.reset();
        return *this;
    }
    Compilation(Compilation&&) = default;
    Compilation& operator=(Compilation&&) = default;
    ~Compilation() = default;

    const RuleIndex* index() const { return index_.get(); }

  private:
    std::shared_ptr<const RuleIndex> index_;
};

struct Policy {
    std::vector<Protection> protect;
    std::vector<Rule> rules;
    Limits limits;
    // A look that comes later than this after the last good one of its server does not prove that nothing
    // happened in between: polling.interval + polling.timeout.
    core::Milliseconds late_after{70'000};
    Compilation compiled;
};

// All that hold for a rule.
Limits limits_of(const Policy& policy, const Rule& rule);

}  // namespace curfew::policy
