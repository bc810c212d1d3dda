#include "daemon/running/wide_bytes.hpp"

namespace curfew::daemon {

std::string widened(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            out += c;
        } else {
            out += static_cast<char>(0xC0U | (byte >> 6U));
            out += static_cast<char>(0x80U | (byte & 0x3FU));
        }
    }
    return out;
}

std::optional<std::string> narrowed(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x80) {
            out += text[i];
            continue;
        }
        if ((byte != 0xC2 && byte != 0xC3) || ++i == text.size()) return std::nullopt;
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xC0U) != 0x80U) return std::nullopt;
        out += static_cast<char>(((byte & 0x03U) << 6U) | (next & 0x3FU));
    }
    return out;
}

}  // namespace curfew::daemon
