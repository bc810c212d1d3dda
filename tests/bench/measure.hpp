#pragma once
// CPU and wall time of a piece of work, per repetition, and medians of them. Machines are noisy: everything
// is compared within one run, round by round.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
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

// The value below which so large a part of the values lies; `part` in [0, 1]. There has to be one at least.
inline double quantile(std::vector<double> values, double part) {
    const auto last = static_cast<double>(values.size() - 1);
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(part * last + 0.5);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

inline double middle(std::vector<double> values) {
    return quantile(std::move(values), 0.5);
}

inline Cost median(const std::vector<Cost>& costs) {
    const auto of = [&](double Cost::*part) {
        std::vector<double> values;
        for (const auto& cost : costs) values.push_back(cost.*part);
        return middle(std::move(values));
    };
    return {of(&Cost::cpu_us), of(&Cost::wall_us)};
}

inline double seconds(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

inline void must(bool good, const std::string& otherwise) {
    if (!good) throw std::runtime_error{otherwise};
}

}  // namespace curfew::bench
