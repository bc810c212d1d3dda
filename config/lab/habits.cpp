#include "config/decode/duration.hpp"
#include "config/decode/map_reader.hpp"
#include "config/decode/rate.hpp"
#include "config/lab/parts.hpp"
#include "config/lab/values.hpp"

namespace curfew::config {
namespace {

using core::lab::Habit;
using core::lab::Span;

constexpr std::string_view a_habit = "a map such as `{works: 5m-40m, pauses: 1m-60m, leaves: 20%}`";
constexpr std::uint32_t most_files = 1'000'000;

std::optional<Span> read_span(const Value& value, core::Seconds least) {
    const auto span = read_parsed(value, "a span of time such as `5m-40m`", parse_span);
    if (!span || (span->least >= least && span->most <= year)) return span;
    value.expected("a span of time from `" + std::to_string(least.count()) + "s` to `1y`");
    return std::nullopt;
}

std::optional<Habit> read_habit(const Value& value) {
    MapReader map(value, a_habit);
    const auto works = map.required("works", "write `works: 5m-40m`");
    const auto pauses = map.required("pauses", "write `pauses: 1m-60m`");
    const auto leaves = map.optional("leaves");
    const auto files = map.optional("files");
    const auto closes = map.optional("closes_files");
    map.finish();
    if (!map.ok()) return std::nullopt;
    Habit out;
    if (works) out.works = read_span(*works, core::Seconds{1}).value_or(out.works);
    if (pauses) out.pauses = read_span(*pauses, core::Seconds{0}).value_or(out.pauses);
    if (leaves)
        if (const auto share = read_parsed(*leaves, "a share such as `30%`", parse_share))
            out.leaves = static_cast<double>(share->basis_points) / 10'000;
    if (files) out.files = read_number(*files, "a whole number", {0, most_files}).value_or(out.files);
    if (closes) out.closes_files = read_bool(*closes).value_or(out.closes_files);
    return out;
}

}  // namespace

void Habits::read(const Value& value) {
    if (!value.is_map() || value.node().entries.empty()) {
        value.expected("a map of names, each " + std::string(a_habit));
        return;
    }
    for (const yaml::Entry& entry : value.node().entries) {
        if (entry.key.empty() || has_control_character(entry.key))
            value.error_at_key(entry, "a habit needs a name without control characters");
        const Value at = value.at(entry);
        by_name_.emplace(entry.key, Known{at, read_habit(at)});
    }
}

std::string Habits::near(const std::string& name) {
    if (suggestions_left_-- <= 0) return {};
    std::vector<std::string_view> names;
    for (const auto& [known, habit] : by_name_) names.push_back(known);
    return did_you_mean(name, names);
}

std::optional<Habit> Habits::of(const Value& value) {
    if (value.is_map()) return read_habit(value);
    const auto name = read_name(value, "the name of one of `habits`, or " + std::string(a_habit));
    if (!name) return std::nullopt;
    const auto found = by_name_.find(*name);
    if (found == by_name_.end()) {
        value.error("there is no " + quote(*name) + " in `habits`" + near(*name));
        return std::nullopt;
    }
    found->second.used = true;
    return found->second.habit;
}

void Habits::warn_of_unused() const {
    for (const auto& [name, known] : by_name_)
        if (!known.used) known.at.warning("nobody has this habit");
}

}  // namespace curfew::config
