#pragma once
// When the windows of a schedule are: `mon-fri 06:00-20:00`, `sat,sun`, `2026-11-26 22:00-04:00`.

#include <bitset>
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "config/decode/parsed.hpp"
#include "policy/schedule.hpp"

namespace curfew::config {

struct During {
    std::bitset<7> weekdays;  // 0 is Sunday
    std::vector<std::chrono::local_days> dates;
    policy::Window window;
};

inline constexpr std::string_view a_during = "days and hours such as `mon-fri 06:00-20:00`";

Parsed<During> parse_during(std::string_view text);

// `06:00`, two digits each, to 23:59; and `24:00`, the end of the day. Empty for anything else.
std::optional<std::chrono::minutes> time_of_day(std::string_view text);

std::string_view weekday_name(std::size_t weekday);  // 0 is `sun`

}  // namespace curfew::config
