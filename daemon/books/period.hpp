#pragma once
// From what people say to times.

#include <optional>

#include "daemon/books/moment.hpp"
#include "daemon/books/reading.hpp"

namespace curfew::daemon {

// By the clock of now. Empty, after a word about it on standard error, where nothing lies in between.
std::optional<ReadPeriod> period_or_complain(const TimeRange& range);

}  // namespace curfew::daemon
