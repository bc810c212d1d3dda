#pragma once
// Times in texts that come back, from the audit or over the control socket. What lies further away than
// anybody's life is none of ours, and to reckon with it would overflow.

#include <chrono>
#include <cstdint>
#include <stdexcept>

#include "core/time.hpp"

namespace curfew::daemon {

// Of either clock, in nanoseconds since its beginning, and seconds that are added to one. Throws
// std::out_of_range.
template <class Time> Time told_time(std::int64_t nanoseconds) {
    constexpr std::int64_t furthest = std::int64_t{1} << 61;  // 73 years
    if (nanoseconds < -furthest || nanoseconds > furthest) throw std::out_of_range{"a time"};
    return Time{std::chrono::duration_cast<typename Time::duration>(std::chrono::nanoseconds{nanoseconds})};
}
inline core::WallTime told_milliseconds(std::int64_t milliseconds) {
    constexpr std::int64_t furthest = std::int64_t{1} << 41;
    if (milliseconds < -furthest || milliseconds > furthest) throw std::out_of_range{"a time"};
    return core::WallTime{std::chrono::milliseconds{milliseconds}};
}

}  // namespace curfew::daemon
