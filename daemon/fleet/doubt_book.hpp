#pragma once
// Where not knowing gets in the policy's way at present, server by server: one book for whoever shows it, and
// what of it is news for the log.

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "policy/visibility.hpp"

namespace curfew::daemon {

class DoubtBook {
  public:
    explicit DoubtBook(const policy::Policy& policy) : policy_(policy), never_true_(policy) {}

    struct Found {
        std::vector<policy::Doubt> present;  // all there are on that server
        std::vector<policy::Doubt> news;     // those among them that were not told before
    };
    // A good look. A share of unknowns is told once and again only after it was down to none, so that one
    // session more or less is no news.
    Found looked(const policy::ServerLook& look, const policy::ServerPlan& plan);
    void removed(const std::string& server);

    // By server; those without a doubt are not in it.
    std::map<std::string, std::vector<policy::Doubt>> all() const;

  private:
    struct PerServer {
        std::vector<policy::Doubt> present;
        std::map<policy::PolicyEntry, std::set<policy::Fact>> told;  // with what was missing
    };

    const policy::Policy& policy_;
    mutable std::mutex mutex_;
    policy::NeverTrue never_true_;
    std::map<std::string, PerServer> servers_;
};

}  // namespace curfew::daemon
