#pragma once
// Where not knowing gets in the way of a policy, on one server: rules that no session there can make true,
// for want of what the server does not report, and what keeps or protects many only because it is unknown.

#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "policy/anatomy.hpp"
#include "policy/server_plan.hpp"

namespace curfew::policy {

// What is unknown of every session of such a server: Samba has no idle times, the lower information levels
// leave fields out, and without a `timezone` nobody knows the server's own clock.
std::set<Fact> unreported(const ServerFacts& server);

// A rule or an entry of `protect`.
struct PolicyEntry {
    enum class Kind { protection, rule };
    Kind kind = Kind::rule;
    std::size_t index = 0;
    auto operator<=>(const PolicyEntry&) const = default;
};
// The rule's name; the protection's reason, or its place where it has none.
std::string name_of(const Policy& policy, const PolicyEntry& entry);

struct Doubt {
    PolicyEntry about;
    std::set<Fact> missing;   // it is never true, for want of these; empty: it is often unknown
    std::size_t unknown = 0;  // of so many sessions
    std::size_t of = 0;
    bool operator==(const Doubt&) const = default;
};
// "never true here: idle is not reported", "unknown for 7 of 40 sessions".
std::string why_in_words(const Doubt& doubt);

// Which rules that end sessions are never true on a server: not with what it leaves unknown, although they
// could be if it were told. At any time, and whatever the sessions are. A rule of which that cannot be proven
// is not among them.
class NeverTrue {
  public:
    explicit NeverTrue(const Policy& policy);  // which has to outlive it

    // Proven once for servers that are alike.
    const std::vector<Doubt>& on(const ServerFacts& server);

  private:
    struct Candidate {
        std::size_t rule = 0;
        std::set<Fact> mentions;
    };
    struct Alike {
        std::set<Fact> unreported;
        std::vector<std::string> tags;
        std::string name;  // where rules ask for names
        auto operator<=>(const Alike&) const = default;
    };
    std::vector<Doubt> prove(const ServerTraits& server, const std::set<Fact>& unreported) const;

    const Policy& policy_;
    std::vector<Candidate> candidates_;
    bool names_matter_ = false;
    std::map<Alike, std::vector<Doubt>> proven_;
};

// Every rule that kept and every entry that protected sessions of this look because it is unknown of them, in
// order; of all sessions but curfew's own. `plan` is of the same look.
std::vector<Doubt> unknown_keeps(const Policy& policy, const ServerLook& look, const ServerPlan& plan);
// Of more than 5% of the sessions.
bool is_often_unknown(const Doubt& doubt);

}  // namespace curfew::policy
