#pragma once
// Many address blocks: which of them hold an address. One look-up for each length of prefix that occurs, and
// few do.

#include <array>
#include <cstdint>
#include <vector>

#include "core/address.hpp"
#include "policy/lookup.hpp"

namespace curfew::policy {

class NetworkSet {
  public:
    NetworkSet() = default;
    explicit NetworkSet(std::vector<core::CidrBlock> blocks);

    bool empty() const { return blocks_.empty(); }
    bool contains(const core::IpAddress& address) const {
        bool found = false;
        each(address, [&](std::size_t) {
            found = true;
            return false;
        });
        return found;
    }

    // Calls `visit` with the index of every block that holds the address, until it says false.
    template <class Visit> void each(const core::IpAddress& address, Visit&& visit) const {
        const Halves halves = halves_of(address);
        for (const unsigned prefix : prefixes_[address.is_v4() ? 1 : 0])
            for (const std::uint32_t id : by_network_.find(hash_of_network(halves, prefix)))
                if (blocks_[id].contains(address) && !visit(std::size_t{id})) return;
    }

  private:
    using Halves = std::array<std::uint64_t, 2>;
    static Halves halves_of(const core::IpAddress& address);
    static std::uint64_t hash_of_network(const Halves& halves, unsigned prefix);

    std::vector<core::CidrBlock> blocks_;
    Lookup by_network_;
    std::array<std::vector<unsigned>, 2> prefixes_;  // of IPv6 blocks, and of IPv4 blocks
};

}  // namespace curfew::policy
