#include "policy/address_shape.hpp"

#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "core/address.hpp"

namespace curfew::policy {
namespace {

constexpr std::string_view wildcards = "*?[]!-";
constexpr std::string_view digits = "0123456789";
constexpr std::string_view hex_digits = "0123456789abcdefABCDEF";

bool only_of(std::string_view text, const std::string& allowed) {
    return text.find_first_not_of(allowed) == std::string_view::npos;
}
bool has_any_of(std::string_view text, std::string_view wanted) {
    return text.find_first_of(wanted) != std::string_view::npos;
}

bool looks_like_v4(std::string_view text) {
    return only_of(text, std::string{digits} + "." + std::string{wildcards}) && has_any_of(text, digits) &&
           text.find('.') != std::string_view::npos;
}
bool looks_like_v6(std::string_view text) {
    return only_of(text, std::string{hex_digits} + ":.%" + std::string{wildcards}) &&
           text.find(':') != std::string_view::npos;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> pieces;
    while (true) {
        const auto end = text.find(separator);
        pieces.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return pieces;
        text.remove_prefix(end + 1);
    }
}

std::optional<unsigned> number(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::string> block_of(const std::string& text) {
    const auto block = core::CidrBlock::parse(text);
    if (!block) return std::nullopt;
    return block->to_string();
}

struct Notation {
    char separator;
    std::size_t pieces;
    unsigned bits;  // of one piece
    std::string_view alphabet;
    std::size_t longest;
};
constexpr Notation v4{'.', 4, 8, digits, 3};
constexpr Notation v6{':', 8, 16, hex_digits, 4};

// `10.20.*`, `10.20.*.*`, `10.20.` and `10.20`: some whole pieces, and then anything.
std::optional<std::string> block_of_beginning(std::string_view text, const Notation& notation) {
    auto pieces = split(text, notation.separator);
    if (pieces.size() > 1 && pieces.back().empty()) pieces.pop_back();
    std::string network;
    unsigned fixed = 0;
    while (fixed < pieces.size() && only_of(pieces[fixed], std::string{notation.alphabet})) {
        if (pieces[fixed].empty() || pieces[fixed].size() > notation.longest) return std::nullopt;
        if (fixed > 0) network += notation.separator;
        network += pieces[fixed++];
    }
    for (std::size_t i = fixed; i < pieces.size(); ++i) {
        if (pieces[i] != "*") return std::nullopt;
    }
    if (fixed == 0 || fixed >= notation.pieces || pieces.size() > notation.pieces) return std::nullopt;
    if (notation.separator == ':') {
        network += "::";
    } else {
        for (std::size_t i = fixed; i < notation.pieces; ++i) network += ".0";
    }
    return block_of(network + "/" + std::to_string(fixed * notation.bits));
}

// `10.20.1.0/16`: the block that this address lies in.
std::optional<std::string> block_around(const core::IpAddress& address, unsigned prefix, bool written_as_v4) {
    auto bytes = address.bytes();
    const unsigned kept = written_as_v4 ? prefix + 96 : prefix;
    for (unsigned bit = kept; bit < 128; ++bit) {
        bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80u >> (bit % 8)));
    }
    std::string text;
    if (written_as_v4) {
        for (std::size_t i = 12; i < 16; ++i) text += (i > 12 ? "." : "") + std::to_string(bytes[i]);
    } else {
        static constexpr std::string_view nibbles = "0123456789abcdef";
        for (std::size_t i = 0; i < 16; ++i) {
            if (i > 0 && i % 2 == 0) text += ':';
            text += nibbles[bytes[i] / 16];
            text += nibbles[bytes[i] % 16];
        }
    }
    return block_of(text + "/" + std::to_string(prefix));
}

PatternProblem misspelt_block(std::string_view text, std::string_view network, std::string_view length) {
    const std::string start = "'" + std::string{text} + "' is not a CIDR block";
    const bool written_as_v4 = network.find(':') == std::string_view::npos;
    const auto prefix = number(length);
    if (!prefix) return {start + ": behind the slash stands a number of bits, as in 10.20.0.0/16"};
    if (*prefix > (written_as_v4 ? 32u : 128u)) {
        return {start + (written_as_v4 ? ": IPv4 has 32 bits" : ": IPv6 has 128 bits")};
    }
    auto address = core::IpAddress::parse(network);
    for (std::string padded{network}; !address && written_as_v4 && padded.size() < 16;) {
        address = core::IpAddress::parse(padded += ".0");  // 10.20/16
    }
    if (address) {
        if (const auto block = block_around(*address, *prefix, written_as_v4)) {
            return {start + ": did you mean " + *block + "?"};
        }
    }
    return {start + ": '" + std::string{network} + "' is not an address"};
}

}  // namespace

std::optional<PatternProblem> misspelt_address(std::string_view text) {
    if (const auto slash = text.find('/'); slash != std::string_view::npos) {
        const auto network = text.substr(0, slash);
        const bool is_number = !network.empty() && only_of(network, std::string{digits});
        if (!is_number && !looks_like_v4(network) && !looks_like_v6(network)) return std::nullopt;
        return misspelt_block(text, network, text.substr(slash + 1));
    }
    const bool as_v6 = looks_like_v6(text);
    if (!as_v6 && !looks_like_v4(text)) {
        if (text.find(':') == std::string_view::npos) return std::nullopt;
        return PatternProblem{"'" + std::string{text} +
                              "' holds a colon, as only addresses do, and is not one"};
    }
    auto bare = text;
    if (as_v6 && bare.starts_with('[') && bare.ends_with(']')) bare = bare.substr(1, bare.size() - 2);

    const std::string start = "'" + std::string{text} + "' can only mean an address";
    if (const auto block = block_of_beginning(bare, as_v6 ? v6 : v4)) {
        return PatternProblem{start + ", and addresses are matched by CIDR block: write " + *block};
    }
    if (has_any_of(text, wildcards)) {
        return PatternProblem{start +
                              ", and addresses are matched by CIDR block; none is the same as this: list the "
                              "blocks or addresses that are meant, as in 10.20.0.0/16"};
    }
    return PatternProblem{start + ", and is not one"};
}

}  // namespace curfew::policy
