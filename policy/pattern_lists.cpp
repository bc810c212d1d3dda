#include "policy/pattern_lists.hpp"

#include <algorithm>
#include <utility>

#include "core/text/utf.hpp"

namespace curfew::policy {

NameList::NameList(std::vector<NamePattern> entries) {
    for (NamePattern& entry : entries) {
        everything_ = everything_ || entry.matches_everything();
        if (const auto& plain = entry.plain())
            plain_.insert(*plain);
        else
            others_.push_back(std::move(entry));
    }
}

Truth NameList::matches(std::string_view text) const {
    if (everything_) return Truth::yes;
    if (!core::is_valid_utf8(text) || empty()) return Truth::unknown;
    if (!plain_.empty() && plain_.contains(core::fold_case(text))) return Truth::yes;
    Truth result = Truth::no;
    for (const NamePattern& pattern : others_) {
        result = result || pattern.matches(text);
        if (result == Truth::yes) break;
    }
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
Truth UserList::matches(std::string_view domain, bool domain_known, std::string_view name) const {
    if (matches_everything()) return Truth::yes;
    if (bare_.empty() && qualified_.empty()) return Truth::unknown;
    const Truth bare = bare_.empty() ? Truth::no : bare_.matches(name);
    if (qualified_.empty() || bare == Truth::yes) return bare;
    if (domain_known) return bare || qualified_.matches(std::string{domain} + "\\" + std::string{name});
    const bool provable = all_have_parts_ && name.find('\\') == std::string_view::npos;
    return bare || (provable && name_parts_.matches(name) == Truth::no ? Truth::no : Truth::unknown);
}

ClientList::ClientList(std::vector<core::CidrBlock> blocks, std::vector<NamePattern> names)
    : blocks_(std::move(blocks)), names_(std::move(names)) {}

Truth ClientList::matches(const ClientFacts& client) const {
    if (matches_everything()) return Truth::yes;
    if (blocks_.empty() && names_.empty()) return Truth::unknown;
    Truth result = Truth::no;
    if (!blocks_.empty()) {
        result = client.address
                     ? truth_of(std::any_of(blocks_.begin(), blocks_.end(),
                                            [&](const auto& b) { return b.contains(*client.address); }))
                     : Truth::unknown;
    }
    if (!names_.empty()) result = result || (client.name ? names_.matches(*client.name) : Truth::unknown);
    return result;
}

}  // namespace curfew::policy
