#pragma once
// Every call that the servers saw is in the audit, under a rule that ended somebody, and what is in the audit
// as ended was asked of a server.

#include <map>
#include <string>
#include <vector>

#include "daemon/store/row.hpp"
#include "tests/integration/life/oracle.hpp"

namespace curfew::testing {

class BooksCheck {
  public:
    // `wall` is what the wall clock showed at `steady`.
    BooksCheck(core::SteadyTime steady, core::WallTime wall) : steady_(steady), wall_(wall) {}

    void called(const core::lab::JournalEntry& call);
    void judged(const Verdict& verdict);  // of the call that came last
    std::size_t calls() const { return count_; }

    // One line for each thing that is not as it should be.
    std::vector<std::string> flaws(const std::vector<daemon::Row>& rows) const;

  private:
    struct Made {
        core::WallTime at{};
        std::set<std::string> rules;  // empty: it ended nobody
    };
    core::SteadyTime steady_;
    core::WallTime wall_;
    std::map<std::string, std::vector<Made>> calls_;  // by "server client user"
    std::string last_;
    std::size_t count_ = 0;
};

}  // namespace curfew::testing
