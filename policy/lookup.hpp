#pragma once
// A hash table from numbers to runs of ids, made once. Whoever looks something up checks what is found: two
// different texts may have one hash.

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace curfew::policy {

// FNV-1a, byte by byte, so that the hashes of all beginnings of a text are met on the way.
inline constexpr std::uint64_t hash_seed = 0xcbf29ce484222325U;
constexpr std::uint64_t hash_step(std::uint64_t hash, char c) {
    return (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
}
constexpr std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = hash_seed;
    for (const char c : text) hash = hash_step(hash, c);
    return hash;
}

class Lookup {
  public:
    using Entry = std::pair<std::uint64_t, std::uint32_t>;  // a hash, an id

    Lookup() = default;
    explicit Lookup(std::vector<Entry> entries);

    bool empty() const { return ids_.empty(); }
    std::span<const std::uint32_t> find(std::uint64_t hash) const {
        if (slots_.empty()) return {};
        for (std::size_t at = first_slot(hash);; at = (at + 1) & (slots_.size() - 1)) {
            const Slot& slot = slots_[at];
            if (slot.count == 0) return {};
            if (slot.hash == hash) return {ids_.data() + slot.begin, slot.count};
        }
    }

  private:
    struct Slot {
        std::uint64_t hash = 0;
        std::uint32_t begin = 0;
        std::uint32_t count = 0;
    };
    std::size_t first_slot(std::uint64_t hash) const {
        return ((hash ^ (hash >> 29U)) * 0x9e3779b97f4a7c15U >> 20U) & (slots_.size() - 1);
    }

    std::vector<Slot> slots_;  // a power of two, at most half full
    std::vector<std::uint32_t> ids_;
};

}  // namespace curfew::policy
