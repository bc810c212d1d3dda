#pragma once
// A time zone as a value: when its clocks were put forward or back, and what they show in between. Whoever
// makes one has read the system's files by then; reading a wall clock with it does no I/O and takes no lock.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace curfew::policy {

class Zone {
  public:
    // Local time is UTC + offset, from `begin` to the next period's.
    struct Period {
        std::chrono::sys_seconds begin;
        std::chrono::seconds offset;
        bool operator==(const Period&) const = default;
    };

    // Periods in order, at least one. Nothing is known of the time before the first, nor from `end` on.
    Zone(std::string name, std::vector<Period> periods, std::chrono::sys_seconds end);

    const std::string& name() const { return table_->name; }
    std::chrono::sys_seconds end() const { return table_->end; }

    // Empty where nothing is known.
    std::optional<std::chrono::seconds> offset_at(std::chrono::sys_seconds at) const;
    std::optional<std::chrono::local_seconds> local(std::chrono::sys_seconds at) const;

    // Every instant at which the wall clock shows this, in order: none where clocks go forward over it, two
    // where they go back.
    std::vector<std::chrono::sys_seconds> instants(std::chrono::local_seconds local) const;

    // The instants in [from, to) at which the offset changes.
    std::vector<std::chrono::sys_seconds> changes(std::chrono::sys_seconds from,
                                                  std::chrono::sys_seconds to) const;

    bool operator==(const Zone& other) const { return *table_ == *other.table_; }

  private:
    struct Table {
        std::string name;
        std::vector<Period> periods;
        std::chrono::sys_seconds end;
        bool operator==(const Table&) const = default;
    };
    using Iterator = std::vector<Period>::const_iterator;
    Iterator period_at(std::chrono::sys_seconds at) const;  // periods.end() where nothing is known
    std::chrono::sys_seconds end_of(Iterator period) const;

    std::shared_ptr<const Table> table_;  // thousands of servers share one
};

}  // namespace curfew::policy
