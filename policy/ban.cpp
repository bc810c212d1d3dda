#include "policy/ban.hpp"

#include <algorithm>

#include "core/names.hpp"
#include "core/text/utf.hpp"

namespace curfew::policy {
namespace {

std::string_view without_backslashes(std::string_view text) {
    while (text.starts_with('\\')) text.remove_prefix(1);
    return text;
}

// What could mean more than one: a ban ends sessions without any other condition, so it names somebody.
std::optional<PatternProblem> not_literal(std::string_view text) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return PatternProblem{"is empty"};
    if (!core::is_valid_utf8(text)) return PatternProblem{"is not UTF-8"};
    const auto is_control = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    };
    if (std::any_of(text.begin(), text.end(), is_control))
        return PatternProblem{"has a control character in it"};
    if (text.starts_with('/')) return PatternProblem{"is a regular expression; a ban takes one literal name"};
    if (text.starts_with("list:")) return PatternProblem{"is a list; a ban takes one literal name"};
    if (text.find_first_of("*?[]") != std::string_view::npos)
        return PatternProblem{"has a `*`, `?` or `[` in it; a ban takes one literal name"};
    return std::nullopt;
}

}  // namespace

Compiled<Banned> Banned::user(std::string_view text) {
    if (auto problem = not_literal(text)) return *std::move(problem);
    const auto backslash = text.find('\\');
    const auto name = backslash == std::string_view::npos ? text : text.substr(backslash + 1);
    if (backslash == 0 || name.find('\\') != std::string_view::npos || !core::UserName::from(name))
        return PatternProblem{"is neither NAME nor DOMAIN\\NAME"};
    auto pattern = UserPattern::compile(text);
    if (!pattern) return pattern.error();
    return Banned{std::string{text}, core::fold_case(text), *std::move(pattern)};
}

Compiled<Banned> Banned::client(std::string_view text) {
    const auto bare = without_backslashes(text);
    const auto block = core::CidrBlock::parse(bare);
    constexpr unsigned one_address = 128;
    if (block && block->prefix() != one_address)
        return PatternProblem{"is a block of addresses; a ban takes one address or one name"};
    if (!block) {
        if (auto problem = not_literal(bare)) return *std::move(problem);
        if (!core::ClientName::from(bare)) return PatternProblem{"is not the name of a client"};
    }
    auto pattern = ClientPattern::compile(bare);
    if (!pattern) return pattern.error();
    auto key = block ? block->network().to_string() : core::fold_case(bare);
    return Banned{std::string{bare}, std::move(key), *std::move(pattern)};
}

Truth Banned::matches(const SessionFacts& session) const {
    if (const auto* client = std::get_if<ClientPattern>(&pattern_)) return client->matches(session.client);
    if (!session.user_known) return Truth::unknown;
    return std::get<UserPattern>(pattern_).matches(session.domain, !session.domain.empty(), session.user);
}

bool Banned::same_as(const Banned& other) const {
    return is_user() == other.is_user() && key_ == other.key_;
}

std::string to_string(const Banned& banned) {
    return (banned.is_user() ? "user " : "client ") + banned.text();
}

}  // namespace curfew::policy
