#include "core/rpc/ndr.hpp"

#include "core/text/utf.hpp"

namespace curfew::core::rpc {
namespace {

constexpr std::uint32_t longest_name = 32 * 1024;  // characters; Windows' own limits are far below

// Nearly every name is ASCII, which UTF-8 writes alike. Empty where this one is not, or is not a name that
// ends at its only NUL. There are two bytes at least, and an even number of them.
std::optional<std::string> ascii(std::span<const std::uint8_t> utf16) {
    std::string name(utf16.size() / 2 - 1, '\0');
    for (std::size_t i = 0; i < name.size(); ++i) {
        const auto low = utf16[2 * i];
        if (low == 0 || low >= 0x80 || utf16[2 * i + 1] != 0) return std::nullopt;
        name[i] = static_cast<char>(low);
    }
    if (utf16[utf16.size() - 2] != 0 || utf16.back() != 0) return std::nullopt;
    return name;
}

}  // namespace

void NdrWriter::string(std::u16string_view text) {
    const auto count = static_cast<std::uint32_t>(text.size() + 1);
    u32(count);
    u32(0);
    u32(count);
    out_.utf16(text);
    out_.u16(0);
}

void NdrWriter::unique_string(const std::optional<std::u16string>& text) {
    if (!text) return null_pointer();
    pointer();
    string(*text);
}

std::string NdrReader::string() {
    const auto room = u32();
    const auto offset = u32();
    const auto count = u32();
    if (offset != 0 || count > room || count > longest_name) in_.fail();
    if (!in_.ok() || count == 0) return {};
    const auto bytes = in_.bytes(std::size_t{count} * 2);
    if (!in_.ok()) return {};
    if (auto name = ascii(bytes)) return *std::move(name);
    std::u16string text;
    text.reserve(count);
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
        text.push_back(static_cast<char16_t>(bytes[i] | bytes[i + 1] << 8));
    }
    // Given back to the server a name ends at its first NUL: one that has another inside would name somebody
    // else.
    if (text.find(u'\0') != text.size() - 1) {
        in_.fail();
        return {};
    }
    text.pop_back();
    return utf8_from_utf16(text);
}

}  // namespace curfew::core::rpc
