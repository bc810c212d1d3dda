#pragma once
// CPU and wall time of a piece of work, per repetition, and medians of them. Machines are noisy: everything
// is compared within one run, round by round.

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

#include <sys/resource.h>

namespace curfew::bench {

struct Cost {
    double cpu_us = 0;  // of the client alone, user and system
    double wall_us = 0;
};

inline double cpu_us(int who) {
    rusage usage{};
    getrusage(who, &usage);
    const auto us = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
    };
    return us(usage.ru_utime) + us(usage.ru_stime);
}

// `who` is RUSAGE_SELF, or RUSAGE_CHILDREN for programs that are started and waited for.
inline Cost measure(int who, int repetitions, const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    const double before = cpu_us(who);
    work();
    const double after = cpu_us(who);
    const std::chrono::duration<double, std::micro> wall = std::chrono::steady_clock::now() - begin;
    return {(after - before) / repetitions, wall.count() / repetitions};
}

inline Cost median(std::vector<Cost> costs) {
    const auto middle = [&](double Cost::*part) {
        std::vector<double> values;
        for (const auto& cost : costs) values.push_back(cost.*part);
        std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2), values.end());
        return values[values.size() / 2];
    };
    return {middle(&Cost::cpu_us), middle(&Cost::wall_us)};
}

}  // namespace curfew::bench
