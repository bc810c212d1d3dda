#include "config/decode/range.hpp"

#include "config/decode/duration.hpp"
#include "config/decode/map_reader.hpp"
#include "config/decode/scalars.hpp"

namespace curfew::config {
namespace {

std::optional<core::Seconds> read_one(const Value& value, core::Seconds) {
    return read_duration(value, {core::Seconds{0}, longest_duration});
}

std::optional<std::uint32_t> read_one(const Value& value, std::uint32_t) {
    return read_number(value, "a whole number", {});
}

template <class T> std::optional<policy::Range<T>> read_bounds(const Value& value, std::string_view what) {
    MapReader map(value, what);
    policy::Range<T> range;
    const auto at_least = map.optional("at_least");
    const auto below = map.optional("below");
    map.finish();
    if (at_least) range.at_least = read_one(*at_least, T{});
    if (below) range.below = read_one(*below, T{});
    const bool decoded =
        at_least.has_value() == range.at_least.has_value() && below.has_value() == range.below.has_value();
    if (!map.ok() || !decoded || (!at_least && !below)) return std::nullopt;
    if (range.below && *range.below <= range.at_least.value_or(T{})) {
        below->error(at_least ? "`below` must be greater than `at_least`, or nothing lies between them"
                              : "`below` must be greater than zero, or nothing lies below it");
        return std::nullopt;
    }
    return range;
}

}  // namespace

std::optional<policy::Range<core::Seconds>> read_duration_range(const Value& value) {
    constexpr std::string_view what = "a duration such as `30m`, or `{at_least: 30m, below: 2h}`";
    if (value.is_map()) return read_bounds<core::Seconds>(value, what);
    if (!value.is_scalar()) {
        value.expected(what);
        return std::nullopt;
    }
    const auto least = read_one(value, core::Seconds{});
    if (!least) return std::nullopt;
    return policy::Range<core::Seconds>{*least, std::nullopt};
}

std::optional<policy::Range<std::uint32_t>> read_count_range(const Value& value) {
    constexpr std::string_view what = "a whole number such as `0`, or `{at_least: 1, below: 10}`";
    if (value.is_map()) return read_bounds<std::uint32_t>(value, what);
    const auto exactly = read_number(value, what, {});
    if (!exactly) return std::nullopt;
    return policy::Range<std::uint32_t>{*exactly, *exactly + 1};
}

}  // namespace curfew::config
