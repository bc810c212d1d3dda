#include "core/address.hpp"

#include <gtest/gtest.h>

namespace curfew::testing {
namespace {

using namespace std::string_view_literals;
using core::CidrBlock;
using core::IpAddress;

IpAddress address(std::string_view text) {
    const auto parsed = IpAddress::parse(text);
    if (!parsed) throw std::invalid_argument{std::string{text}};
    return *parsed;
}

CidrBlock block(std::string_view text) {
    const auto parsed = CidrBlock::parse(text);
    if (!parsed) throw std::invalid_argument{std::string{text}};
    return *parsed;
}

TEST(IpAddress, SpellingIsNotMeaning) {
    for (const auto text :
         {"10.0.0.1"sv, "\\\\10.0.0.1"sv, "::ffff:10.0.0.1"sv, "[::ffff:10.0.0.1]"sv, "::FFFF:0a00:0001"sv,
          "0:0:0:0:0:ffff:10.0.0.1"sv, "\\\\[::ffff:10.0.0.1%eth0]"sv}) {
        EXPECT_EQ(address(text), address("10.0.0.1")) << text;
        EXPECT_TRUE(address(text).is_v4());
        EXPECT_EQ(address(text).to_string(), "10.0.0.1");
    }
    for (const auto text :
         {"fe80::1"sv, "[fe80::1]"sv, "fe80::1%eth0"sv, "\\\\[fe80::1%12]"sv, "FE80:0::0:1"sv}) {
        EXPECT_EQ(address(text), address("fe80::1")) << text;
        EXPECT_EQ(address(text).to_string(), "fe80::1");
        EXPECT_FALSE(address(text).is_v4());
    }
    EXPECT_NE(address("10.0.0.1"), address("10.0.0.2"));
    EXPECT_NE(address("::10.0.0.1"), address("10.0.0.1"));
}

TEST(IpAddress, RefusesWhatIsNone) {
    for (const auto text : {""sv,           "\\\\"sv,      "[]"sv,         "pc1"sv,         "10.0.0"sv,
                            "10.0.0.256"sv, "10.0.0.1 "sv, " 10.0.0.1"sv,  "010.0.0.1"sv,   "0x0a.0.0.1"sv,
                            "10.0.0.1.2"sv, ":::"sv,       "fe80::1::2"sv, "12345::"sv,     "10.0.0.1%eth0"sv,
                            "10.0.0.1/8"sv, "%eth0"sv,     "10.0.0.1\0"sv, "10.0.0.1\0x"sv, "[10.0.0.1"sv,
                            "1.2.3.4]"sv}) {
        EXPECT_FALSE(IpAddress::parse(text)) << text;
    }
    EXPECT_FALSE(IpAddress::parse(std::string(100'000, '1')));
}

TEST(IpAddress, KnowsLoopback) {
    for (const auto text : {"127.0.0.1"sv, "127.255.3.4"sv, "::1"sv, "::ffff:127.0.0.1"sv})
        EXPECT_TRUE(address(text).is_loopback()) << text;
    for (const auto text : {"128.0.0.1"sv, "126.0.0.1"sv, "::2"sv, "::"sv, "1::1"sv, "::127.0.0.1"sv})
        EXPECT_FALSE(address(text).is_loopback()) << text;
}

TEST(IpAddress, AdvancesWithinItsKind) {
    struct Step {
        std::string_view from;
        std::uint32_t by;
        std::string_view to;  // empty: there is none
    };
    for (const auto& [from, by, to] :
         {Step{"10.0.0.1", 0, "10.0.0.1"}, Step{"10.0.0.255", 1, "10.0.1.0"},
          Step{"0.0.0.0", 0xffff'ffff, "255.255.255.255"}, Step{"0.0.0.1", 0xffff'ffff, ""},
          Step{"255.255.255.255", 1, ""}, Step{"::", 0xffff'ffff, "::255.255.255.255"},
          Step{"::fffe:ffff:ffff", 0, "::fffe:ffff:ffff"}, Step{"::fffe:ffff:ffff", 1, ""},
          Step{"::fffe:ffff:ffff", 0xffff'ffff, ""}, Step{"::1:0:0:0", 1, "::1:0:0:1"},
          Step{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", 1, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
          Step{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", 2, ""}}) {
        const auto got = address(from).advanced_by(by);
        EXPECT_EQ(got.has_value(), !to.empty()) << from << " by " << by;
        if (got && !to.empty()) {
            EXPECT_EQ(*got, address(to)) << from << " by " << by;
        }
    }
}

TEST(CidrBlock, ContainsItsAddressesAndNoOthers) {
    EXPECT_TRUE(block("10.20.0.0/16").contains(address("10.20.255.255")));
    EXPECT_TRUE(block("10.20.0.0/16").contains(address("::ffff:10.20.0.0")));
    EXPECT_FALSE(block("10.20.0.0/16").contains(address("10.21.0.0")));
    EXPECT_TRUE(block("10.20.0.128/25").contains(address("10.20.0.200")));
    EXPECT_FALSE(block("10.20.0.128/25").contains(address("10.20.0.127")));
    EXPECT_TRUE(block("10.20.0.1").contains(address("10.20.0.1")));
    EXPECT_FALSE(block("10.20.0.1/32").contains(address("10.20.0.2")));
    EXPECT_TRUE(block("fe80::/10").contains(address("febf::1")));
    EXPECT_FALSE(block("fe80::/10").contains(address("fec0::1")));
    EXPECT_TRUE(block("0.0.0.0/0").contains(address("255.1.2.3")));
    EXPECT_FALSE(block("0.0.0.0/0").contains(address("fe80::1")));
}

// Who blocks IPv6 does not mean every IPv4 client, although ::ffff:0:0/96 lies inside ::/0.
TEST(CidrBlock, OfIpv6ContainsNoIpv4) {
    for (const auto text : {"::/0"sv, "::/64"sv, "::/80"sv}) {
        EXPECT_TRUE(block(text).contains(address("::2"))) << text;
        EXPECT_FALSE(block(text).contains(address("10.0.0.1"))) << text;
    }
    EXPECT_TRUE(block("::ffff:0:0/96").contains(address("10.0.0.1")));
    EXPECT_EQ(block("::ffff:10.0.0.0/104"), block("10.0.0.0/8"));
}

TEST(CidrBlock, ContainsExactlyTheAddressesThatShareItsPrefix) {
    const auto zero = address("0.0.0.0");
    for (unsigned prefix = 0; prefix <= 32; ++prefix) {
        const auto zeros = block("0.0.0.0/" + std::to_string(prefix));
        EXPECT_TRUE(zeros.contains(zero));
        for (unsigned bit = 0; bit < 32; ++bit) {
            const std::uint32_t value = 1u << (31 - bit);
            const std::string text = std::to_string(value >> 24) + "." + std::to_string(value >> 16 & 255) +
                                     "." + std::to_string(value >> 8 & 255) + "." +
                                     std::to_string(value & 255);
            EXPECT_EQ(zeros.contains(address(text)), bit >= prefix) << text << " in /" << prefix;
            EXPECT_EQ(CidrBlock::parse(text + "/" + std::to_string(prefix)).has_value(), bit < prefix);
        }
    }
}

TEST(CidrBlock, RefusesSlips) {
    for (const auto text : {"10.20.1.0/16"sv, "10.0.0.0/33"sv, "fe80::/129"sv, "10.0.0.0/"sv, "10.0.0.0/-1"sv,
                            "10.0.0.0/+8"sv, "10.0.0.0/8 "sv, "10.0.0.0/ 8"sv, "10.0.0.0/8/8"sv, "/8"sv, ""sv,
                            "10.0.0.0/4294967304"sv, "10.0.0.0/0x8"sv, "10.0.0.0/255.0.0.0"sv, "::1/64"sv}) {
        EXPECT_FALSE(CidrBlock::parse(text)) << text;
    }
}

TEST(CidrBlock, IsWrittenAsItIsRead) {
    for (const auto text :
         {"10.20.0.0/16"sv, "10.20.0.1/32"sv, "0.0.0.0/0"sv, "fe80::/10"sv, "::/0"sv, "::1/128"sv}) {
        EXPECT_EQ(block(text).to_string(), text);
        EXPECT_EQ(block(block(text).to_string()), block(text));
    }
}

}  // namespace
}  // namespace curfew::testing
