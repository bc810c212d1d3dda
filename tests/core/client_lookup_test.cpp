// With the real resolver: localhost is in every hosts file.

#include "core/net/client_lookup.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace curfew::core {
namespace {

const IpAddress loopback = IpAddress::parse("127.0.0.1").value();

TEST(ClientLookup, tells_the_names_of_an_address) {
    const auto said = names_of(loopback);
    ASSERT_TRUE(std::holds_alternative<std::vector<std::string>>(said))
        << std::get<LookupFailure>(said).message;
    const auto& names = std::get<std::vector<std::string>>(said);
    ASSERT_FALSE(names.empty());
    EXPECT_TRUE(std::any_of(names.begin(), names.end(), [](const auto& name) {
        return name.starts_with("localhost");
    })) << names.front();
}

TEST(ClientLookup, tells_the_addresses_of_a_name) {
    const auto said = addresses_of("localhost");
    ASSERT_TRUE(std::holds_alternative<HostAddresses>(said)) << std::get<LookupFailure>(said).message;
    const auto& all = std::get<HostAddresses>(said).all;
    EXPECT_NE(std::find(all.begin(), all.end(), loopback), all.end());
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
    EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end()) << "each once";
}

TEST(ClientLookup, asks_for_nothing_that_is_no_name) {
    for (const auto* text : {"1234", "0x7f000001", "127.1", "127.0.0.1", "::1", "a b", "", "local\nhost"}) {
        const auto said = addresses_of(text);
        ASSERT_TRUE(std::holds_alternative<LookupFailure>(said)) << text;
        EXPECT_EQ(std::get<LookupFailure>(said).message, "not a name to ask for");
        EXPECT_TRUE(std::get<LookupFailure>(said).final);
    }
}

TEST(ClientLookup, knows_what_a_host_name_is) {
    for (const auto* good :
         {"localhost", "WKS-17", "wks_17.corp.example", "10-20-1-7.dhcp.example", "1a", "x"})
        EXPECT_TRUE(is_host_name(good)) << good;
    const std::string label(63, 'a');
    EXPECT_TRUE(is_host_name(label));
    EXPECT_FALSE(is_host_name(label + "a"));
    const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'b');
    EXPECT_TRUE(is_host_name(longest));
    EXPECT_FALSE(is_host_name(longest + "b"));
    for (const std::string bad : {"", ".", "a.", ".a", "a..b", "a b", "a\tb", "a\x1b[31m", "a\\b", "a/b",
                                  "a%b", "b\xC3\xBCro", "a\xFF", "10.20.1.7", "::1"})
        EXPECT_FALSE(is_host_name(bad)) << bad;
    EXPECT_FALSE(is_host_name(std::string_view{"a\0b", 3}));
}

}  // namespace
}  // namespace curfew::core
