#pragma once
// Watches the daemon at work and keeps what the demo shows of it.

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "daemon/clock.hpp"
#include "daemon/demo/view.hpp"
#include "daemon/fleet/watcher.hpp"

namespace curfew::daemon {

// What had happened when it was over.
struct Tally {
    std::uint64_t looks = 0;
    std::uint64_t failed_looks = 0;
    std::uint64_t most_sessions = 0;                // known at once
    std::map<std::string, std::uint64_t> ended;     // sessions, by rule
    std::map<std::string, std::uint64_t> withheld;  // clients and users, by reason
    std::uint64_t not_ended = 0;                    // calls with another outcome than ended
};

class Board final : public Watcher {
  public:
    Board(const config::Config& config, Clock& clock) : config_(config), clock_(clock) {}

    void looked(const Looked& event) override;
    void failed(const Failed& event) override;
    void passed(const Passed& event) override;

    // Told of everything that happens, one after the other. Set before the daemon starts.
    std::function<void(const Happening&)> tell;

    // At most `rows` sessions, the most telling ones of each kind first.
    View view(std::size_t rows) const;
    Tally tally() const;

  private:
    using Pair = std::pair<std::string, std::string>;  // client, user
    struct OnServer {
        bool silent = false;
        std::vector<SessionRow> rows;
        std::set<Pair> withheld;                      // at the last look
        std::set<std::pair<Pair, policy::Why>> told;  // ever
    };

    void happened(Standing standing, const std::string& server, const Pair& who, std::string what);
    void withhold(OnServer& server, const std::string& name, const Pair& who, policy::Why why,
                  const std::string& rule, const std::string& detail);
    std::string rule_name(const std::optional<std::size_t>& rule) const;

    const config::Config& config_;
    Clock& clock_;
    mutable std::mutex mutex_;
    std::map<std::string, OnServer> servers_;
    std::deque<Happening> happened_;
    std::deque<std::pair<core::SteadyTime, SessionRow>> ended_;
    Tally tally_;
};

}  // namespace curfew::daemon
