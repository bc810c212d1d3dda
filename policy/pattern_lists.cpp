#include "policy/pattern_lists.hpp"

#include <algorithm>
#include <utility>

#include "core/text/utf.hpp"
#include "policy/client_names.hpp"

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

Truth NameList::matches(const ClientFacts& client) const {
    const Truth by_some = of_names(client, [&](std::string_view spelling) { return matches(spelling); });
    if (by_some != Truth::yes || !has_several_names(client)) return by_some;
    // Each of its names is in the list. But an entry is true only where it matches all of them by itself.
    const auto holds = [&](const auto& entry) { return of_names(client, entry) == Truth::yes; };
    const auto same_as = [&](std::string_view name) {
        return holds([folded = core::fold_case(name)](std::string_view spelling) {
            return truth_of(core::fold_case(spelling) == folded);
        });
    };
    const std::string_view first = client.found->names.front();
    for (const auto spelling : {first, first_label(first)})
        if (plain_.contains(core::fold_case(spelling)) && same_as(spelling)) return Truth::yes;
    const bool one_pattern = std::any_of(others_.begin(), others_.end(), [&](const NamePattern& pattern) {
        return holds([&](std::string_view spelling) { return pattern.matches(spelling); });
    });
    return one_pattern ? Truth::yes : Truth::unknown;
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
    for (const auto& block : blocks_) {
        result = result || of_addresses(client, block);
        if (result == Truth::yes) break;
    }
    if (!names_.empty()) result = result || names_.matches(client);
    return result;
}

}  // namespace curfew::policy
