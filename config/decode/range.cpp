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

// `or_quiet` is asked for where there is room for it.
template <class T>
std::optional<policy::Range<T>> read_bounds(const Value& value, std::string_view what,
                                            std::optional<Value>* or_quiet = nullptr) {
    MapReader map(value, what);
    policy::Range<T> range;
    const auto at_least = map.optional("at_least");
    const auto below = map.optional("below");
    if (or_quiet) *or_quiet = map.optional("or_quiet");
    map.finish();
    if (or_quiet && *or_quiet && !at_least) {
        (*or_quiet)->error(
            "`or_quiet` stands in for `at_least` where idle times are unknown; write that too, such as "
            "`{at_least: 30m, or_quiet: 30m}`");
        return std::nullopt;
    }
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

std::optional<policy::IdleIn> read_idle(const Value& value) {
    if (!value.is_map()) {
        const auto range = read_duration_range(value);
        return range ? std::optional{policy::IdleIn{*range}} : std::nullopt;
    }
    std::optional<Value> or_quiet;
    const auto range = read_bounds<core::Seconds>(
        value, "a duration such as `30m`, or `{at_least: 30m, or_quiet: 30m}`", &or_quiet);
    std::optional<core::Seconds> quiet;
    if (or_quiet) quiet = read_duration(*or_quiet, {core::Seconds{1}, longest_duration});
    if (!range || or_quiet.has_value() != quiet.has_value()) return std::nullopt;
    return policy::IdleIn{*range, quiet};
}

std::optional<policy::Range<std::uint32_t>> read_count_range(const Value& value) {
    constexpr std::string_view what = "a whole number such as `0`, or `{at_least: 1, below: 10}`";
    if (value.is_map()) return read_bounds<std::uint32_t>(value, what);
    const auto exactly = read_number(value, what, {});
    if (!exactly) return std::nullopt;
    return policy::Range<std::uint32_t>{*exactly, *exactly + 1};
}

}  // namespace curfew::config
