#include "policy/pattern_lists.hpp"

#include <algorithm>
#include <utility>

#include "policy/client_names.hpp"

namespace curfew::policy {

NameList::NameList(std::vector<NamePattern> entries)
    : everything_(std::any_of(entries.begin(), entries.end(),
                              [](const auto& entry) { return entry.matches_everything(); })) {
    entries_ = NameSet{std::move(entries)};
}

Truth NameList::matches(const NameText& name) const {
    if (everything_) return Truth::yes;
    if (!name.valid() || empty()) return Truth::unknown;
    Truth result = Truth::no;
    entries_.each(name, [&](std::size_t, Truth truth) {
        result = result || truth;
        return result != Truth::yes;
    });
    return result;
}

UserList::UserList(const std::vector<NamePattern>& entries) {
    std::vector<NamePattern> bare;
    std::vector<NamePattern> qualified;
    std::vector<NamePattern> name_parts;
    for (const NamePattern& entry : entries) {
        if (!entry.has_backslash()) {
            bare.push_back(entry);
            continue;
        }
        qualified.push_back(entry);
        all_have_parts_ = all_have_parts_ && entry.name_part();
        if (entry.name_part()) name_parts.push_back(*entry.name_part());
    }
    bare_ = NameList{std::move(bare)};
    qualified_ = NameList{std::move(qualified)};
    name_parts_ = NameList{std::move(name_parts)};
}

// As UserPattern::matches(), of all at once: an `any` is false only where every entry is.
Truth UserList::matches(const NameText& name, const NameText* qualified) const {
    if (matches_everything()) return Truth::yes;
    if (bare_.empty() && qualified_.empty()) return Truth::unknown;
    const Truth bare = bare_.empty() ? Truth::no : bare_.matches(name);
    if (qualified_.empty() || bare == Truth::yes) return bare;
    if (qualified) return bare || qualified_.matches(*qualified);
    const bool provable = all_have_parts_ && name.text().find('\\') == std::string_view::npos;
    return bare || (provable && name_parts_.matches(name) == Truth::no ? Truth::no : Truth::unknown);
}

ClientList::ClientList(std::vector<core::CidrBlock> blocks, std::vector<NamePattern> names)
    : blocks_(blocks), names_(names), all_blocks_(std::move(blocks)), all_names_(std::move(names)) {}

Truth ClientList::matches(const ClientFacts& client, const NameText* name) const {
    if (matches_everything()) return Truth::yes;
    if (blocks_.empty() && names_.empty()) return Truth::unknown;
    Truth result = Truth::no;
    if (client.found) return one_by_one(client);
    if (!blocks_.empty())
        result = client.address ? truth_of(blocks_.contains(*client.address)) : Truth::unknown;
    if (!names_.empty()) result = result || (name ? names_.matches(*name) : Truth::unknown);
    return result;
}

Truth ClientList::one_by_one(const ClientFacts& client) const {
    Truth result = Truth::no;
    for (const auto& block : all_blocks_) {
        result = result || of_addresses(client, block);
        if (result == Truth::yes) return result;
    }
    for (const auto& pattern : all_names_) {
        result =
            result || of_names(client, [&](std::string_view spelling) { return pattern.matches(spelling); });
        if (result == Truth::yes) return result;
    }
    return result;
}

}  // namespace curfew::policy
