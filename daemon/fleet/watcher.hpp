#pragma once
// For whoever shows a fleet at work, counts it, or tells others of it: what was seen, decided and done, as it
// happens. Called where it happens, so for several servers at once; must neither block nor throw, and changes
// nothing.

#include <string>
#include <vector>

#include "core/errors/error.hpp"
#include "daemon/gate/gate.hpp"
#include "policy/fleet_summary.hpp"
#include "policy/server_plan.hpp"

namespace curfew::daemon {

class Watcher {
  public:
    virtual ~Watcher() = default;

    // A good look, decided. References hold for the call alone.
    struct Looked {
        const std::string& server;
        const policy::Policy& policy;
        const policy::ServerLook& look;
        const policy::ServerPlan& plan;
        core::SteadyTime::duration took{};
        std::uint32_t failures_before = 0;  // in a row; above 0: it is found again
    };
    virtual void looked(const Looked&) {}

    struct Failed {
        const std::string& server;
        const core::Error& error;
        std::uint32_t failures = 1;  // in a row, this one included
        core::SteadyTime::duration took{};
        core::SteadyTime at{};
    };
    virtual void failed(const Failed&) {}

    // What is withheld at a look, everything of it at every look.
    struct WithheldThere {
        const std::string& server;
        const policy::Policy& policy;
        const policy::ServerLook& look;
        const policy::Withheld& withheld;
    };
    virtual void withheld(const WithheldThere&) {}

    // Who wanted a disconnect: the policy at a visit, a person, a person by a plan that they apply, or a ban
    // at a visit.
    enum class By { rule, hand, apply, ban };
    // A disconnect that came to the gate, and what became of it.
    struct Passed {
        const std::string& server;
        const policy::Policy& policy;
        const policy::ServerLook& look;
        const policy::Disconnect& wanted;  // by hand and by a ban its rule says nothing
        const Verdict& verdict;
        By by = By::rule;
        std::string who = {};     // such as "uid 1000"; empty by rule
        std::string reason = {};  // by hand and by a ban: the person's
    };
    virtual void passed(const Passed&) {}

    virtual void tripped(const policy::Trip&) {}

    struct Configuration {
        enum class Is { in_force, refused, waits, unchanged } is = Is::in_force;
        std::string digest;                // of what is meant; empty where it could not be read
        std::vector<std::string> reasons;  // refused: the errors, file:line:column first; waits: why
    };
    virtual void configuration(const Configuration&) {}

    // The audit cannot be written, for this reason; empty: it can again.
    virtual void audit_health(const std::string& trouble) { static_cast<void>(trouble); }
};

// Several, told in order.
class Watchers final : public Watcher {
  public:
    void add(Watcher& watcher) { all_.push_back(&watcher); }  // before anything happens
    void looked(const Looked& event) override {
        for (auto* one : all_) one->looked(event);
    }
    void failed(const Failed& event) override {
        for (auto* one : all_) one->failed(event);
    }
    void withheld(const WithheldThere& event) override {
        for (auto* one : all_) one->withheld(event);
    }
    void passed(const Passed& event) override {
        for (auto* one : all_) one->passed(event);
    }
    void tripped(const policy::Trip& trip) override {
        for (auto* one : all_) one->tripped(trip);
    }
    void configuration(const Configuration& event) override {
        for (auto* one : all_) one->configuration(event);
    }
    void audit_health(const std::string& trouble) override {
        for (auto* one : all_) one->audit_health(trouble);
    }

  private:
    std::vector<Watcher*> all_;
};

}  // namespace curfew::daemon
