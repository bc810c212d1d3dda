#include "policy/address_shape.hpp"
#include "policy/client_names.hpp"
#include "policy/pattern_lists.hpp"

namespace curfew::policy {

Compiled<ClientPattern> ClientPattern::compile(std::string_view text) {
    auto bare = text;
    while (bare.starts_with('\\')) bare.remove_prefix(1);
    if (bare.empty()) {
        return PatternProblem{
            "an empty client pattern holds for nobody: a session without a client name cannot be named"};
    }
    const bool expression = bare.starts_with('/');
    if (!expression) {
        if (const auto block = core::CidrBlock::parse(bare)) return ClientPattern{std::string{text}, *block};
    }
    auto name = NamePattern::compile(bare);
    if (!name) return name.error();
    if (!expression) {
        if (auto problem = misspelt_address(bare)) return *std::move(problem);
    }
    return ClientPattern{std::string{text}, *std::move(name)};
}

ClientPattern ClientPattern::list(std::string text, const std::vector<ClientPattern>& entries) {
    std::vector<core::CidrBlock> blocks;
    std::vector<NamePattern> names;
    for (const ClientPattern& entry : entries) {
        if (const auto* block = std::get_if<core::CidrBlock>(&entry.pattern_))
            blocks.push_back(*block);
        else if (const auto* name = std::get_if<NamePattern>(&entry.pattern_))
            names.push_back(*name);
    }
    return {std::move(text), std::make_shared<const ClientList>(std::move(blocks), std::move(names))};
}

Truth ClientPattern::matches(const ClientFacts& client) const {
    if (!client.name) return matches(client, nullptr);
    const NameText name{*client.name};
    return matches(client, &name);
}

Truth ClientPattern::matches(const ClientFacts& client, const NameText* name) const {
    if (const auto* list = std::get_if<std::shared_ptr<const ClientList>>(&pattern_))
        return (*list)->matches(client, name);
    if (const auto* block = std::get_if<core::CidrBlock>(&pattern_)) return of_addresses(client, *block);
    const auto& pattern = std::get<NamePattern>(pattern_);
    if (pattern.matches_everything()) return Truth::yes;
    if (client.found)
        return of_names(client, [&](std::string_view spelling) { return pattern.matches(spelling); });
    return name ? pattern.matches(*name) : Truth::unknown;
}

bool ClientPattern::matches_everything() const {
    if (const auto* list = std::get_if<std::shared_ptr<const ClientList>>(&pattern_))
        return (*list)->matches_everything();
    const auto* name = std::get_if<NamePattern>(&pattern_);
    return name && name->matches_everything();
}

}  // namespace curfew::policy
