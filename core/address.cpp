#include "core/address.hpp"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace curfew::core {
namespace {

constexpr std::array<std::uint8_t, 12> v4_mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t longest_address = 64;  // more than any address with brackets and a zone's name

std::string_view without_spelling(std::string_view text) {
    while (text.starts_with('\\')) text.remove_prefix(1);
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    if (const auto zone = text.find('%'); zone != std::string_view::npos && text.find(':') < zone) {
        text = text.substr(0, zone);
    }
    return text;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    text = without_spelling(text);
    if (text.empty() || text.size() > longest_address || text.find('\0') != std::string_view::npos)
        return std::nullopt;
    const std::string terminated{text};
    IpAddress address;
    if (inet_pton(AF_INET, terminated.c_str(), address.bytes_.data() + v4_mapped.size()) == 1) {
        std::copy(v4_mapped.begin(), v4_mapped.end(), address.bytes_.begin());
        return address;
    }
    if (inet_pton(AF_INET6, terminated.c_str(), address.bytes_.data()) == 1) return address;
    return std::nullopt;
}

bool IpAddress::is_v4() const {
    return std::equal(v4_mapped.begin(), v4_mapped.end(), bytes_.begin());
}

bool IpAddress::is_loopback() const {
    if (is_v4()) return bytes_[12] == 127;
    return std::all_of(bytes_.begin(), bytes_.end() - 1, [](auto byte) { return byte == 0; }) &&
           bytes_[15] == 1;
}

std::string IpAddress::to_string() const {
    char text[INET6_ADDRSTRLEN] = {};
    if (!is_v4()) {
        inet_ntop(AF_INET6, bytes_.data(), text, sizeof text);
        return text;
    }
    // By hand: inet_ntop() prints these with sprintf(), which was a tenth of what a look costs.
    char* end = text;
    for (std::size_t i = v4_mapped.size(); i < bytes_.size(); ++i) {
        if (i > v4_mapped.size()) *end++ = '.';
        end = std::to_chars(end, text + sizeof text, unsigned{bytes_[i]}).ptr;
    }
    return {text, end};
}

std::optional<IpAddress> IpAddress::advanced_by(std::uint32_t count) const {
    IpAddress out = *this;
    std::uint64_t carry = count;
    for (auto byte = out.bytes_.rbegin(); byte != out.bytes_.rend(); ++byte) {
        carry += *byte;
        *byte = static_cast<std::uint8_t>(carry & 0xffu);
        carry >>= 8u;
    }
    // IPv4 lies in the middle of IPv6 here: behind 255.255.255.255 comes ::1:0:0:0, which is another kind. A
    // step is too short to jump over all of it.
    if (carry > 0 || out.is_v4() != is_v4()) return std::nullopt;
    return out;
}

std::optional<CidrBlock> CidrBlock::parse(std::string_view text) {
    const auto slash = text.find('/');
    const auto network = IpAddress::parse(text.substr(0, slash));
    if (!network) return std::nullopt;
    CidrBlock block;
    block.network_ = *network;
    if (slash == std::string_view::npos) return block;

    const auto digits = text.substr(slash + 1);
    unsigned prefix = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    const bool whole = error == std::errc{} && end == digits.data() + digits.size() && !digits.empty();
    const bool written_as_v4 = text.substr(0, slash).find(':') == std::string_view::npos;
    if (!whole || prefix > (written_as_v4 ? 32u : 128u)) return std::nullopt;
    block.prefix_ = written_as_v4 ? prefix + 96 : prefix;

    for (unsigned bit = block.prefix_; bit < 128; ++bit) {
        if (network->bytes()[bit / 8] & (0x80u >> (bit % 8))) return std::nullopt;
    }
    return block;
}

bool CidrBlock::is_v4() const {
    return network_.is_v4() && prefix_ >= 8 * v4_mapped.size();
}

bool CidrBlock::contains(const IpAddress& address) const {
    if (address.is_v4() != is_v4()) return false;
    const unsigned whole = prefix_ / 8;
    const auto& a = address.bytes();
    const auto& n = network_.bytes();
    if (!std::equal(n.begin(), n.begin() + whole, a.begin())) return false;
    const unsigned rest = prefix_ % 8;
    if (rest == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xff00u >> rest);
    return (n[whole] & mask) == (a[whole] & mask);
}

std::string CidrBlock::to_string() const {
    return network_.to_string() + "/" + std::to_string(is_v4() ? prefix_ - 96 : prefix_);
}

}  // namespace curfew::core
