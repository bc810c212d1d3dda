#pragma once
// Reads a map key by key, and at the end complains of the keys that nobody asked for.

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "config/decode/value.hpp"

namespace curfew::config {

class MapReader {
  public:
    // Complains where `value` is no map, or an empty one; then every key reads as absent and nothing more is
    // said.
    MapReader(const Value& value, std::string_view what);

    bool ok() const { return ok_; }
    const Value& value() const { return value_; }

    std::optional<Value> optional(std::string_view key);
    // `example` completes "`KEY` is missing; ".
    std::optional<Value> required(std::string_view key, std::string_view example);
    // The one of `keys` that is there; complains of none and of several.
    std::optional<Value> one_of(std::span<const std::string_view> keys);

    bool has(std::string_view key) const { return find(key) != nullptr; }
    void finish() const;

  private:
    const yaml::Entry* find(std::string_view key) const;

    Value value_;
    std::vector<std::string_view> known_;
    bool ok_ = false;
};

}  // namespace curfew::config
