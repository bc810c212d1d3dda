#include "daemon/scheduler/next_look.hpp"

#include <algorithm>

namespace curfew::daemon {
namespace {

using Duration = core::SteadyTime::duration;

Duration scaled(core::Seconds interval, double factor) {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>{interval} * factor);
}

}  // namespace

double phase_of(std::string_view server) {
    std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a: std::hash may differ from one build to the next
    for (const char c : server) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    hash ^= hash >> 32;
    return static_cast<double>(hash % 1'000'000) / 1'000'000;
}

core::SteadyTime first_look(const LookGrid& grid, std::string_view server, std::size_t servers) {
    constexpr std::chrono::milliseconds between_servers{10};
    const auto spread = std::min<Duration>(grid.interval, between_servers * servers);
    return grid.start + std::chrono::duration_cast<Duration>(spread * phase_of(server));
}

core::SteadyTime next_look(const LookGrid& grid, std::string_view server, core::SteadyTime now) {
    const auto first = grid.start + scaled(grid.interval, phase_of(server));
    if (now < first) return first;
    const Duration interval = grid.interval;
    return first + ((now - first) / interval + 1) * interval;
}

core::SteadyTime retry_look(const LookGrid& grid, std::uint32_t failures, double jitter,
                            core::SteadyTime now) {
    const double doubled = static_cast<double>(1u << std::min(failures - 1, 3u));
    const double intervals = std::min(doubled * (0.75 + 0.5 * jitter), 5.0);
    return now + scaled(grid.interval, intervals);
}

}  // namespace curfew::daemon
