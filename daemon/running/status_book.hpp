#pragma once
// What was last seen of every server, for whoever asks: status, the plan as of the last looks, and what a
// change of the configuration is judged by.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "daemon/clock.hpp"
#include "daemon/fleet/watcher.hpp"
#include "daemon/running/packed_look.hpp"
#include "daemon/status/status.hpp"

namespace curfew::daemon {

// A disconnect or a withheld one of a server's last visit.
struct LastDecision {
    std::string client;
    std::string user;
    std::string rule;
    std::uint64_t sessions = 0;  // of a disconnect: its targets
    std::string outcome;         // of a disconnect that was called for
    std::string why;             // of a withheld one
    std::string detail;
};

// Sessions by rule and by what it decides of them: "disconnect", "keep", "pending", "protected", and
// "observe" for every observing rule that would have ended them. By the rule "(no rule)": none decides, and
// they stay.
using DecisionCounts = std::map<std::pair<std::string, std::string>, std::uint64_t>;

struct LastVisit {
    std::string server;
    std::vector<LastDecision> disconnects;
    std::vector<LastDecision> withheld;
    DecisionCounts decisions;  // without the daemon's own sessions; none where the look failed
};

class StatusBook final : public Watcher {
  public:
    void looked(const Looked& event) override;
    void failed(const Failed& event) override;
    void withheld(const WithheldThere& event) override;
    void passed(const Passed& event) override;
    void configuration(const Configuration& event) override;
    void removed(const std::string& server);

    // What is known of that server; the configuration's part of it is the caller's.
    ServerStatus of(const std::string& server) const;
    // The last good looks, by server; of servers that failed since, too. As small as they can be kept.
    std::map<std::string, std::shared_ptr<const PackedLook>> looks() const;
    std::vector<LastVisit> visits() const;
    // What is on disk, as far as it was told.
    Configuration on_disk() const;

  private:
    struct Seen {
        std::shared_ptr<const PackedLook> look;
        bool failing = false;
        std::uint32_t failures = 0;
        core::Error error;
        std::uint64_t sessions = 0;
        LastVisit visit;
    };
    mutable std::mutex mutex_;
    std::map<std::string, Seen> servers_;
    Configuration on_disk_;
};

}  // namespace curfew::daemon
