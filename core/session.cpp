#include "core/session.hpp"

namespace curfew::core {

std::optional<Seconds> seconds_from_wire(std::uint32_t value) {
    constexpr std::uint32_t longest_believable = 0x8000'0000;
    if (value > longest_believable) return std::nullopt;
    return Seconds{value};
}

std::string_view to_string(Level level) {
    switch (level) {
        case Level::names: return "0";
        case Level::administrative: return "1";
        case Level::client_types: return "2";
        case Level::anyone: return "10";
        case Level::transports: return "502";
    }
    return "?";
}

}  // namespace curfew::core
