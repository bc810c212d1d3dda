#pragma once
// Lab time: begins when the lab does, and runs as many times faster than real time as the scenario says.

#include <algorithm>
#include <cstdint>

#include "core/time.hpp"

namespace curfew::core::lab {

class LabClock {
  public:
    LabClock(double speed, SteadyTime begin) : speed_(speed), begin_(begin) {}

    SteadyTime begin() const { return begin_; }  // the same moment on both clocks
    double speed() const { return speed_; }

    SteadyTime lab_time(SteadyTime real) const { return begin_ + scaled(real - begin_, speed_); }
    SteadyTime real_time(SteadyTime lab) const { return begin_ + scaled(lab - begin_, 1 / speed_); }
    SteadyTime now() const { return lab_time(std::chrono::steady_clock::now()); }

  private:
    static SteadyTime::duration scaled(SteadyTime::duration duration, double factor) {
        // Far ahead stays far ahead, and the end of time is not passed. 2^62 ns are 146 years.
        constexpr double most = static_cast<double>(std::int64_t{1} << 62);
        const double ticks = static_cast<double>(duration.count()) * factor;
        return SteadyTime::duration{static_cast<SteadyTime::rep>(std::clamp(ticks, -most, most))};
    }
    double speed_;
    SteadyTime begin_;
};

}  // namespace curfew::core::lab
