#pragma once
// What Prometheus scrapes (METRICS.md): counters of what happened since the start, and gauges of how it is at
// the moment of the scrape. No name of a user or of a client is ever in it.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/fleet/watcher.hpp"
#include "daemon/status/status.hpp"

namespace curfew::daemon {

// Of one webhook, in the order of the configuration.
struct WebhookNumbers {
    std::uint64_t sent = 0;
    std::uint64_t queued = 0;
    std::map<std::string, std::uint64_t> lost;  // by reason
};

// What is not in a Status.
struct MomentNumbers {
    std::map<std::string, std::uint64_t> withheld;                           // by reason, at the last visits
    std::map<std::pair<std::string, std::string>, std::uint64_t> decisions;  // by rule and decision, there
    std::vector<WebhookNumbers> webhooks;
};

class Metrics final : public Watcher {
  public:
    Metrics();
    ~Metrics() override;

    void looked(const Looked& event) override;
    void failed(const Failed& event) override;
    void passed(const Passed& event) override;
    void tripped(const policy::Trip& trip) override;
    void configuration(const Configuration& event) override;
    void audit_health(const std::string& trouble) override;

    // Text format 0.0.4. From any thread.
    std::string text(const Status& status, const MomentNumbers& moment) const;

  private:
    struct Counters;
    std::unique_ptr<Counters> counters_;
};

}  // namespace curfew::daemon
