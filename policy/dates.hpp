#pragma once
// Days of a calendar, wherever on earth they are: 2026-12-24 is one, and begins at another instant in every
// zone.

#include <chrono>
#include <optional>
#include <vector>

namespace curfew::policy {

struct DateRange {
    std::chrono::local_days first;
    std::chrono::local_days last;  // inclusive
    auto operator<=>(const DateRange&) const = default;
};

class DateSet {
  public:
    DateSet() = default;
    explicit DateSet(std::vector<DateRange> ranges);  // in any order; they may overlap

    bool contains(std::chrono::local_days day) const;
    bool empty() const { return ranges_.empty(); }
    const std::vector<DateRange>& ranges() const { return ranges_; }  // in order, with gaps between them

  private:
    std::vector<DateRange> ranges_;
};

}  // namespace curfew::policy
