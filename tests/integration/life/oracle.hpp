#pragma once
// Judges every NetSessionDel of a soak by what the servers themselves knew, and by the policy of
// scene.hpp read strictly. It shares no line with the product's policy: what it allows is written down here
// once more, by hand. No clock, no sockets: entries of the servers' journal in, in their order; verdicts out.
//
// A call is justified if every session that it ended was one that a rule ends, at the look right before the
// call. What changed between that look and the call nobody could know; it is counted, not held against
// anybody.

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/lab/journal.hpp"
#include "core/lab/scenario.hpp"
#include "core/time.hpp"

namespace curfew::testing {

struct Verdict {
    core::SteadyTime at{};
    std::string server;
    std::string client;  // without backslashes
    std::string user;
    std::size_t ended = 0;
    std::set<std::string> rules;      // by which of them the call may have been made
    std::vector<std::string> wrongs;  // one line for each session that had to stay, and why
    std::size_t moved = 0;            // sessions that came, or woke up, between the look and the call
    core::SteadyTime::duration since_look{};
};

class LifeOracle {
  public:
    // `wall` is what the wall clock showed at `steady`.
    LifeOracle(core::SteadyTime steady, core::WallTime wall) : steady_(steady), wall_(wall) {}

    void samba(const std::string& server) { samba_.insert(server); }
    // A verdict for every call that ended somebody, and for every one that named not both client and user.
    std::optional<Verdict> saw(const core::lab::JournalEntry& entry);

  private:
    struct Look {
        core::SteadyTime at{};
        std::vector<core::Session> present;
        std::optional<core::lab::FaultKind> fault = {};
    };
    struct Server {
        std::deque<Look> looks;  // at everybody, for as long as a rule looks back
        std::optional<Look> last;
        std::deque<core::SteadyTime> ended;  // one for each session, within the limit's time
    };

    Verdict judge(const core::lab::JournalEntry& call);
    void hold_against_limits(const core::lab::JournalEntry& call, Verdict& verdict);
    std::optional<std::string> rule_for(const std::string& server, const core::Session& session,
                                        const Look& look) const;
    bool closed(core::SteadyTime from, core::SteadyTime until) const;
    bool quiet_for(const std::string& server, const core::Session& session, const Look& look,
                   core::Seconds time) const;

    // The looks before, with what went wrong; for whoever has to find out why.
    std::string before(const std::string& server, const core::Session& session, const Look& look) const;

    core::SteadyTime steady_;
    core::WallTime wall_;
    std::set<std::string> samba_;
    std::map<std::string, Server> servers_;
    std::deque<core::SteadyTime> ended_;
};

}  // namespace curfew::testing
