#pragma once
// How conditions and facts are spelled for people. Names are as they came: whoever shows them escapes them.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "policy/condition.hpp"
#include "policy/zone.hpp"

namespace curfew::policy {

std::string spelled(std::string_view pattern);  // 'svc-*', as it stands in a file in single quotes
std::string number_text(core::Seconds value);   // 30m
std::string number_text(std::uint32_t value);
std::string spelled(const Range<core::Seconds>& range);  // "at least 30m, below 2h"
std::string spelled(const Range<std::uint32_t>& range);  // "exactly 0"

std::string spelled(const Concurrent& concurrent);  // "more than 2 clients of a user on the fleet"
std::string quiet_text(const QuietTime& quiet);     // "at least 5m"

// "'a'", "one of 'a', 'b'"; of more than a few the first and how many there are.
std::string one_of(const std::vector<std::string>& spelled_entries);

// "Mon 2026-03-02 21:30 (Europe/Berlin)"; empty where nothing is known of that clock then.
std::string clock_text(const Zone& zone, core::WallTime at);

}  // namespace curfew::policy
