#include "config/decode/map_reader.hpp"

#include <algorithm>
#include <string>

namespace curfew::config {

MapReader::MapReader(const Value& value, std::string_view what) : value_(value) {
    ok_ = value.is_map() && !value.node().entries.empty();
    if (!ok_) value.expected(what);
}

const yaml::Entry* MapReader::find(std::string_view key) const {
    if (!ok_) return nullptr;
    const auto& entries = value_.node().entries;
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const yaml::Entry& entry) { return entry.key == key; });
    return found == entries.end() ? nullptr : &*found;
}

std::optional<Value> MapReader::optional(std::string_view key) {
    known_.push_back(key);
    const yaml::Entry* entry = find(key);
    if (entry == nullptr) return std::nullopt;
    return value_.at(*entry);
}

std::optional<Value> MapReader::required(std::string_view key, std::string_view example) {
    auto value = optional(key);
    if (!value && ok_) value_.error(quote(key) + " is missing; " + std::string(example));
    return value;
}

std::optional<Value> MapReader::one_of(std::span<const std::string_view> keys) {
    std::optional<Value> first;
    for (const std::string_view key : keys) {
        auto value = optional(key);
        if (value && first) value->error("give one of " + any_of(keys) + ", not several");
        if (value && !first) first = value;
    }
    if (!first && ok_) value_.error("one of " + any_of(keys) + " is missing");
    return first;
}

void MapReader::finish() const {
    if (!ok_) return;
    for (const yaml::Entry& entry : value_.node().entries) {
        if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
        std::string help = did_you_mean(entry.key, known_);
        if (help.empty() && entry.key.find(':') != std::string::npos) help = "; a space belongs behind `:`";
        if (help.empty()) help = "; known here: " + any_of(known_);
        value_.error_at_key(entry, "unknown key" + help);
    }
}

}  // namespace curfew::config
