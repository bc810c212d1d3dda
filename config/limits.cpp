#include "policy/limits.hpp"

#include "config/decode/map_reader.hpp"
#include "config/decode/rate.hpp"
#include "config/decode/scalars.hpp"
#include "config/sections.hpp"

namespace curfew::config {
namespace {

constexpr std::string_view a_rate = "a number of sessions in a time such as `20/1m`";
constexpr std::string_view a_share = "a share such as `30%`";

void read_rates(MapReader& map, std::string_view key, std::optional<std::vector<policy::RateLimit>>& out) {
    const auto value = map.optional(key);
    if (!value) return;
    out.emplace();
    for (const Value& item : one_or_many(*value, a_rate))
        if (const auto rate = read_parsed(item, a_rate, parse_rate)) out->push_back(*rate);
}

void read_share(const Value& value, policy::LimitOverrides& out) {
    if (!value.is_map()) {
        const auto share =
            read_parsed(value, "a share such as `30%` or `{fleet: 20%, server: 50%}`", parse_share);
        out.share_fleet = share;
        out.share_server = share;
        return;
    }
    MapReader map(value, "a share such as `30%` or `{fleet: 20%, server: 50%}`");
    if (const auto fleet = map.optional("fleet")) out.share_fleet = read_parsed(*fleet, a_share, parse_share);
    if (const auto server = map.optional("server"))
        out.share_server = read_parsed(*server, a_share, parse_share);
    map.finish();
}

}  // namespace

policy::LimitOverrides read_limits(const Value& value) {
    policy::LimitOverrides limits;
    MapReader map(value, "a map with `per_server`, `fleet`, `per_target` and `share`");
    read_rates(map, "per_server", limits.per_server);
    read_rates(map, "fleet", limits.fleet);
    read_rates(map, "per_target", limits.per_target);
    if (const auto share = map.optional("share")) read_share(*share, limits);
    map.finish();
    return limits;
}

}  // namespace curfew::config
