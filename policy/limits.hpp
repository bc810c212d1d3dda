#pragma once
// The blast radius. Four limits, each kept by one gate for every path that can end a session.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/time.hpp"

namespace curfew::policy {

// "20/1m": at most `count` sessions in any `window`. A count of 0 lets nothing through.
struct RateLimit {
    std::uint32_t count = 0;
    core::Seconds window{0};
    bool operator==(const RateLimit&) const = default;
};

// A share of sessions in basis points: 10,000 is all of them.
struct Share {
    std::uint32_t basis_points = 10'000;
    bool exceeded_by(std::uint64_t part, std::uint64_t whole) const {
        return part * 10'000 > static_cast<std::uint64_t>(basis_points) * whole;
    }
    bool operator==(const Share&) const = default;
};

struct Limits {
    std::vector<RateLimit> per_server{{20, core::Seconds{60}}};
    std::vector<RateLimit> fleet{{200, core::Seconds{60}}, {5000, core::Seconds{86'400}}};
    std::vector<RateLimit> per_target{{6, core::Seconds{3600}}};
    Share share_fleet{2'000};
    Share share_server{5'000};
    bool operator==(const Limits&) const = default;
};

// What a rule says instead, key by key.
struct LimitOverrides {
    std::optional<std::vector<RateLimit>> per_server;
    std::optional<std::vector<RateLimit>> fleet;
    std::optional<std::vector<RateLimit>> per_target;
    std::optional<Share> share_fleet;
    std::optional<Share> share_server;
    bool operator==(const LimitOverrides&) const = default;
};

Limits merged(const Limits& file, const LimitOverrides& rule);

// `at_most`, a ceiling over rules that somebody else writes. Its shares are one for each of them; what its
// rates let through is for all of them together, or every rule more would raise it.
struct Ceiling {
    std::string key;  // equal as long as nobody edits it
    LimitOverrides limits;
};

// Both hold, key by key: of shares the smaller, of rates all.
Limits lowered(Limits limits, const Ceiling& ceiling);

}  // namespace curfew::policy
