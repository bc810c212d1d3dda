#pragma once
// What a rule did and would have done: entries of the audit added up by server, by user and by hour of the
// day. Pure; which hour it is somewhere is handed in.

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "daemon/books/audit_entry.hpp"

namespace curfew::daemon {

struct RuleTally {
    std::uint64_t would_end = 0;  // sessions that something that observes would have ended
    std::uint64_t ended = 0;      // sessions that were ended
    std::uint64_t calls = 0;      // that were meant: each has one outcome, or `none`
    std::map<std::string, std::uint64_t, std::less<>> not_ended;  // of these, by outcome

    bool empty() const { return would_end == 0 && calls == 0; }
};

struct NamedTally {
    std::string name;  // as it was spelled first
    RuleTally tally;
};

struct RuleReport {
    std::string rule;  // empty: by hand
    RuleTally total;
    std::vector<NamedTally> servers;  // those with the most sessions first
    std::vector<NamedTally> users;
    std::array<RuleTally, 24> hours;
};

class RuleSums {
  public:
    // 0 to 23.
    using HourOf = std::function<unsigned(core::WallTime)>;
    explicit RuleSums(HourOf hour_of) : hour_of_(std::move(hour_of)) {}

    // Other kinds than calls and would_end count for nothing.
    void add(const AuditEntry& entry);
    // By name; what was done by hand comes last.
    std::vector<RuleReport> rules() const;

  private:
    using Tallies = std::map<std::string, NamedTally, std::less<>>;  // by name, folded
    struct Sums {
        RuleTally total;
        Tallies servers;
        Tallies users;
        std::array<RuleTally, 24> hours;
    };
    HourOf hour_of_;
    std::map<std::string, Sums, std::less<>> rules_;
};

}  // namespace curfew::daemon
