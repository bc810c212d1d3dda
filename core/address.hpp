#pragma once
// IP addresses and CIDR blocks as values. Spelling is not meaning: brackets, a zone, leading backslashes and
// IPv4 written as IPv6 (::ffff:10.0.0.1) are taken off, so that equal addresses compare equal.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace curfew::core {

class IpAddress {
  public:
    static std::optional<IpAddress> parse(std::string_view text);

    bool is_v4() const;
    bool is_loopback() const;
    std::string to_string() const;
    // So many addresses further on; empty where those of its kind end before.
    std::optional<IpAddress> advanced_by(std::uint32_t count) const;
    const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }  // IPv4 as ::ffff:a.b.c.d

    auto operator<=>(const IpAddress&) const = default;

  private:
    std::array<std::uint8_t, 16> bytes_{};
};

class CidrBlock {
  public:
    // "10.20.0.0/16", "fe80::/10", or a single address. Host bits set below the mask are
    // refused: 10.20.1.0/16 is more likely a slip than a wish.
    static std::optional<CidrBlock> parse(std::string_view text);

    // An IPv6 block contains no IPv4 address, although ::/0 covers the form in which they are kept here.
    bool contains(const IpAddress& address) const;
    std::string to_string() const;
    bool is_v4() const;
    const IpAddress& network() const { return network_; }
    unsigned prefix() const { return prefix_; }  // over the 16-byte form: that of 10.0.0.0/8 is 104

    bool operator==(const CidrBlock&) const = default;

  private:
    IpAddress network_;
    unsigned prefix_ = 128;  // over the 16-byte form
};

}  // namespace curfew::core
