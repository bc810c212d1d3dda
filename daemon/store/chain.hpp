#pragma once
// The chain: the hash of a row is SHA-256 over the hash of the row before it and over every field of its own,
// each with its length, so that no field can be changed, and no row left out, put in or moved, without every
// later hash being another. Pure.

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/store/row.hpp"

namespace curfew::daemon {

// A row as it is stored: also when it was written by the steady clock of which boot.
struct StoredRow {
    Row row;
    std::string boot;
    std::int64_t steady_ns = 0;
    std::string hash;  // 64 hexadecimal digits
};

// Of the row that comes after the one with hash `previous`; before the first stands the empty text. The hash
// that is in the row is not looked at.
std::string chain_hash(const std::string& previous, const StoredRow& stored);

// What a row of kind `pruned` says in `detail`: the rows up to this one are gone, and this was its hash.
struct Pruned {
    std::uint64_t up_to = 0;
    std::string hash;
    bool operator==(const Pruned&) const = default;
};
std::string to_text(const Pruned& pruned);
std::optional<Pruned> pruned_of(const std::string& detail);

}  // namespace curfew::daemon
