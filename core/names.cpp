#include "core/names.hpp"

#include "core/text/utf.hpp"

namespace curfew::core {
namespace {

// A server must not be able to read the name as absent, nor as a shorter one.
bool survives_the_wire(std::string_view text) {
    if (text.find_first_not_of(" \t") == std::string_view::npos) return false;
    if (text.find('\0') != std::string_view::npos) return false;
    return is_valid_utf8(text);
}

}  // namespace

std::optional<ClientName> ClientName::from(std::string_view text) {
    const auto start = text.find_first_not_of('\\');
    if (start == std::string_view::npos) return std::nullopt;
    text.remove_prefix(start);
    if (!survives_the_wire(text)) return std::nullopt;
    return ClientName{std::string{text}};
}

std::optional<UserName> UserName::from(std::string_view text) {
    if (!survives_the_wire(text)) return std::nullopt;
    return UserName{std::string{text}};
}

}  // namespace curfew::core
