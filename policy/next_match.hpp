#pragma once
// When to look at a server again: at the first moment at which a rule may match there, and no earlier.
//
// Why nothing can match before. A rule ends a session, or would if it did not only observe, only where it is
// on, its condition is certainly true, and every protection and every `keep` before it is certainly false.
// What else stands in the way (earlier rules, `for`, who shares a connection, limits, holds) makes it later
// and never earlier. So for each such rule, and for each session of the look, it is asked when all of that
// may be so at once (earliest.hpp), if the session does whatever it likes: it may open and close files at any
// moment, or wake up, but time goes by one second a second, so nobody is idle for half an hour before half an
// hour without a word is over. And it is asked once more for a session that does not exist yet: nothing is
// known of it, but it began after the server was asked. The least of these moments is the first at which
// anything can match. What may have begun before the look was decided then. Hence:
//
// - Where it lies beyond the interval, nobody needs to look before.
// - Where it does not, something that may change at any moment could make a match within the interval, and
//   the next look is one interval after this one. But what time alone makes match is met when it does: of the
//   sessions as they were seen it is asked when they will, if only time goes by.
// - Where looks themselves are the proof, they come once an interval: `quiet`, a `for` that runs, and
//   `concurrent`, which counts on all servers. A `for` is met when it is over.
// - Whom a rule means already, and who is still there, is asked about again after one interval.
//
// A server tells times in whole seconds. A look comes when the time told has gone by, so a match is found
// within one second of its beginning.
//
// It is bounded: where a look and a policy are so large that the question would take too long, the answer is
// the interval, which is always right; then a match that time makes is met within the interval instead.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "policy/memory.hpp"

namespace curfew::policy {

// Two looks at a server are never further apart, even if nothing can match.
inline constexpr core::Seconds longest_apart{3600};

struct LookPace {
    core::Seconds interval{60};
    core::SteadyTime asked{};               // when the question of the look was sent
    core::Seconds longest = longest_apart;  // where the interval is longer, that
    std::size_t budget = 1'000'000;         // patterns tried
};

struct NextLook {
    enum class Why {
        nothing_can_match,  // for as long as looks may be apart
        time,               // at this moment a rule may begin to match
        change,             // something that can change at any moment may make one match
        decided,            // a rule means somebody who is still there
        runs,               // a `for` runs
        is_over,            // and will be over then
        polled,             // the policy asks for `quiet` or `concurrent`
        budget,             // nobody reckoned it up
    };
    core::SteadyTime at{};
    Why why = Why::nothing_can_match;
    std::optional<std::size_t> rule;  // because of which, where it is one

    // One interval after the look, whenever that is: other looks may be just as good. The rest is exact.
    bool is_regular() const {
        return why == Why::change || why == Why::decided || why == Why::runs || why == Why::polled ||
               why == Why::budget;
    }
    bool operator==(const NextLook&) const = default;
};
std::string_view to_string(NextLook::Why why);

// What of a policy is the same for all looks.
class NextMatch {
  public:
    explicit NextMatch(const Policy& policy);  // which has to outlive it

    // The look with its decisions, after remember(). Whoever was ended since is in neither.
    NextLook after(const ServerLook& look, const std::vector<Decision>& decisions, const ServerMemory& memory,
                   const LookPace& pace) const;

  private:
    struct Asks {
        bool quiet = false;     // always
        bool or_quiet = false;  // where the idle time is unknown
        bool concurrent = false;
    };
    static Asks asks_of(const Condition& condition);

    class Reckoning;

    const Policy& policy_;
    std::vector<Asks> protections_;
    std::vector<Asks> rules_;
};

}  // namespace curfew::policy
