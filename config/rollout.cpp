#include "config/rollout.hpp"

#include <array>
#include <string>

#include <openssl/sha.h>

#include "config/decode/map_reader.hpp"
#include "config/decode/rate.hpp"
#include "config/decode/scalars.hpp"
#include "config/sections.hpp"

namespace curfew::config {
namespace {

constexpr std::string_view a_rollout = "a share of the servers such as `10%`, or `{tags: ring0}`";

}  // namespace

std::uint32_t rollout_place(std::string_view rule, std::string_view server) {
    std::string text(rule);
    text += '\0';
    text += server;
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    if (!SHA256(bytes, text.size(), digest.data())) return policy::rollout_places;
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 8; ++i) number = number << 8U | digest[i];
    return static_cast<std::uint32_t>(number % policy::rollout_places);
}

std::optional<policy::Rollout> read_rollout(const Value& value, Draft& draft) {
    if (!value.is_map()) {
        const auto share = read_parsed(value, a_rollout, parse_share);
        if (!share) return std::nullopt;
        return policy::RolloutShare{share->basis_points, rollout_place};
    }
    MapReader map(value, a_rollout);
    const auto tags = map.required("tags", "name the servers by `tags: ring0`");
    map.finish();
    if (!tags) return std::nullopt;
    policy::RolloutTags out;
    for (const Value& item : one_or_many(*tags, "a tag")) {
        auto tag = read_name(item, "a tag");
        if (!tag) continue;
        draft.tags.push_back({*tag, item});
        out.any_of.push_back(std::move(*tag));
    }
    return out;
}

}  // namespace curfew::config
