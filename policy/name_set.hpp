#pragma once
// Many patterns over names: which of them match one. Whole names, beginnings and endings are looked up by
// hash, and what else has to hold some text by three bytes of it; what is found so is then tried. Only
// expressions of which nothing is certain beforehand are tried one by one.

#include <cstdint>
#include <vector>

#include "policy/lookup.hpp"
#include "policy/pattern.hpp"

namespace curfew::policy {

class NameSet {
  public:
    NameSet() = default;
    explicit NameSet(std::vector<NamePattern> patterns);

    std::size_t size() const { return patterns_.size(); }

    // Calls `visit` with the index of every pattern that is not false of `name`, and its truth, until it says
    // false. One index may come more than once. The name is valid.
    template <class Visit> void each(const NameText& name, Visit&& visit) const {
        const auto try_all = [&](std::span<const std::uint32_t> ids) {
            for (const std::uint32_t id : ids) {
                const Truth truth = patterns_[id].matches(name);
                if (truth != Truth::no && !visit(std::size_t{id}, truth)) return false;
            }
            return true;
        };
        if (!try_all(always_)) return;
        const std::string_view text = name.folded();
        if (!from_left(text, try_all)) return;
        if (!from_right(text, try_all)) return;
        for (std::size_t at = 0; !inner_.empty() && at + gram <= text.size(); ++at)
            if (!try_all(inner_.find(hash_of(text.substr(at, gram))))) return;
    }

  private:
    static constexpr std::size_t gram = 3;

    template <class Try> bool from_left(std::string_view text, Try& try_all) const {
        std::uint64_t hash = hash_seed;
        std::size_t at = 0;
        for (const std::size_t length : prefix_lengths_) {
            if (length > text.size()) break;
            for (; at < length; ++at) hash = hash_step(hash, text[at]);
            if (!try_all(prefixes_.find(hash))) return false;
        }
        if (whole_.empty() || text.size() > longest_) return true;
        for (; at < text.size(); ++at) hash = hash_step(hash, text[at]);
        return try_all(whole_.find(hash));
    }
    template <class Try> bool from_right(std::string_view text, Try& try_all) const {
        std::uint64_t hash = hash_seed;
        std::size_t at = 0;
        for (const std::size_t length : suffix_lengths_) {
            if (length > text.size()) break;
            for (; at < length; ++at) hash = hash_step(hash, text[text.size() - 1 - at]);
            if (!try_all(suffixes_.find(hash))) return false;
        }
        return true;
    }
    void index_others(const std::vector<std::uint32_t>& others);

    std::vector<NamePattern> patterns_;
    Lookup whole_;
    Lookup prefixes_;
    Lookup suffixes_;  // by hashes from the last byte to the first
    Lookup inner_;
    std::vector<std::size_t> prefix_lengths_;  // in order
    std::vector<std::size_t> suffix_lengths_;
    std::size_t longest_ = 0;  // of the whole names
    std::vector<std::uint32_t> always_;
};

}  // namespace curfew::policy
