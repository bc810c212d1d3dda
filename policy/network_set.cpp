#include "policy/network_set.hpp"

#include <algorithm>
#include <utility>

namespace curfew::policy {

NetworkSet::NetworkSet(std::vector<core::CidrBlock> blocks) : blocks_(std::move(blocks)) {
    std::vector<Lookup::Entry> entries;
    entries.reserve(blocks_.size());
    for (std::uint32_t id = 0; id < blocks_.size(); ++id) {
        const core::CidrBlock& block = blocks_[id];
        entries.emplace_back(hash_of_network(halves_of(block.network()), block.prefix()), id);
        auto& prefixes = prefixes_[block.is_v4() ? 1 : 0];
        if (std::find(prefixes.begin(), prefixes.end(), block.prefix()) == prefixes.end())
            prefixes.push_back(block.prefix());
    }
    by_network_ = Lookup{std::move(entries)};
}

NetworkSet::Halves NetworkSet::halves_of(const core::IpAddress& address) {
    Halves halves{};
    for (std::size_t i = 0; i < address.bytes().size(); ++i)
        halves[i / 8] = halves[i / 8] << 8U | address.bytes()[i];
    return halves;
}

std::uint64_t NetworkSet::hash_of_network(const Halves& halves, unsigned prefix) {
    constexpr auto cut = [](std::uint64_t half, unsigned bits) {
        return bits == 0 ? 0 : bits >= 64 ? half : half & ~(~std::uint64_t{0} >> bits);
    };
    const std::uint64_t high = cut(halves[0], prefix);
    const std::uint64_t low = cut(halves[1], prefix > 64 ? prefix - 64 : 0);
    return (high * 0xff51afd7ed558ccdU ^ low) * 0xc4ceb9fe1a85ec53U + prefix;
}

}  // namespace curfew::policy
