#pragma once
// What the log says of one server: troubles and recoveries once, what is withheld once for as long as it
// stays so.

#include "daemon/fleet/member.hpp"
#include "daemon/log/log.hpp"
#include "policy/fleet_summary.hpp"
#include "policy/server_plan.hpp"
#include "policy/visibility.hpp"

namespace curfew::daemon {

void say_failed(Log& log, Member& member, const core::Error& error);
void say_answered(Log& log, Member& member, const core::Enumeration& enumeration,
                  const policy::ServerFacts& facts);
void say_twin(Log& log, Member& member, const std::string& other);
void say_doubts(Log& log, const Member& member, const policy::Policy& policy,
                const std::vector<policy::Doubt>& doubts);
void say_rules_off(Log& log, const policy::Policy& policy, core::WallTime now);
void say_rule(Log& log, const policy::Rule& rule, bool on);
void say_tripped(Log& log, const policy::Trip& trip);

// One round of withheld disconnects: begin, each of them, end.
class WithheldRound {
  public:
    WithheldRound(Log& log, Member& member) : log_(log), member_(member) {}
    ~WithheldRound() { member_.told = std::move(now_); }
    WithheldRound(const WithheldRound&) = delete;
    WithheldRound& operator=(const WithheldRound&) = delete;
    void say(const std::string& client, const std::string& user, const std::string& rule, policy::Why why,
             const std::string& detail);

  private:
    Log& log_;
    Member& member_;
    std::set<std::string> now_;
};

}  // namespace curfew::daemon
