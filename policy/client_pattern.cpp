#include "policy/address_shape.hpp"
#include "policy/pattern.hpp"

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

Truth ClientPattern::matches(const ClientFacts& client) const {
    if (const auto* block = std::get_if<core::CidrBlock>(&pattern_)) {
        return client.address ? truth_of(block->contains(*client.address)) : Truth::unknown;
    }
    const auto& name = std::get<NamePattern>(pattern_);
    if (name.matches_everything()) return Truth::yes;
    return client.name ? name.matches(*client.name) : Truth::unknown;
}

bool ClientPattern::matches_everything() const {
    const auto* name = std::get_if<NamePattern>(&pattern_);
    return name && name->matches_everything();
}

}  // namespace curfew::policy
