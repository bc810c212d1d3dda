#pragma once
// From what happens to what is worth telling: once, and not at every look. Nothing here waits or throws.

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <tuple>

#include "daemon/clock.hpp"
#include "daemon/fleet/watcher.hpp"
#include "daemon/notify/news_item.hpp"

namespace curfew::daemon {

class Notifier final : public Watcher {
  public:
    using Tell =
        std::function<void(const Story&)>;  // for several threads at once; what it throws goes no further

    // A server is lost after so many failures in a row.
    static constexpr std::uint32_t failures_to_be_lost = 3;
    // A limit that held nobody back for so long is news again.
    static constexpr core::Seconds limit_is_over_after{3'600};

    Notifier(const Clock& clock, Tell tell) : clock_(clock), tell_(std::move(tell)) {}

    void looked(const Looked& event) override;
    void failed(const Failed& event) override;
    void withheld(const WithheldThere& event) override;
    void passed(const Passed& event) override;
    void tripped(const policy::Trip& trip) override;
    void configuration(const Configuration& event) override;
    void audit_health(const std::string& trouble) override;

  private:
    struct Held {
        const std::string& server;
        const std::string& rule;
        policy::Why why;
        const std::string& client;
        const std::string& user;
        const std::string& detail;
    };
    void held_back(const Held& held);
    bool is_new(const Held& held);

    const Clock& clock_;
    const Tell tell_;
    std::mutex mutex_;  // for what was told; nobody is told under it
    std::set<std::string> lost_;
    // By server, rule and limit: when it last held somebody back.
    std::map<std::tuple<std::string, std::string, policy::Why>, core::SteadyTime> limits_;
    core::SteadyTime tidied_{};
    Configuration last_{Configuration::Is::unchanged, {}, {}};
    bool audit_failed_ = false;
};

}  // namespace curfew::daemon
