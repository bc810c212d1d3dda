#include <gtest/gtest.h>

#include "builders.hpp"
#include "policy/pattern.hpp"

namespace curfew::policy {
namespace {

ClientFacts reported(std::string_view text) {
    return facts_of({}, build::enumeration(core::Level::names, {{.user = "", .client = std::string{text}}}),
                    build::now)
        .sessions.front()
        .client;
}

struct Match {
    std::string pattern;
    std::string client;
    Truth expected;
};
class ClientMatch : public testing::TestWithParam<Match> {};

TEST_P(ClientMatch, is) {
    const auto& [pattern, client, expected] = GetParam();
    const auto compiled = ClientPattern::compile(pattern);
    ASSERT_TRUE(compiled.has_value()) << pattern << ": " << compiled.error().message;
    EXPECT_EQ(compiled->matches(reported(client)), expected) << pattern << " against " << client;
}

constexpr auto yes = Truth::yes;
constexpr auto no = Truth::no;
constexpr auto unknown = Truth::unknown;

INSTANTIATE_TEST_SUITE_P(
    addresses_go_by_address, ClientMatch,
    testing::Values(Match{"10.20.0.0/16", "10.20.1.7", yes}, Match{"10.20.0.0/16", "10.21.1.7", no},
                    Match{"10.20.1.7", "10.20.1.7", yes}, Match{"10.20.1.7", "10.20.1.70", no},
                    Match{"2001:db8::/32", "2001:DB8::7", yes}, Match{"2001:db8::7", "2001:db8:0:0::7", yes},
                    Match{"2001:db8::/32", "10.20.1.7", no}));

INSTANTIATE_TEST_SUITE_P(spelling_is_not_meaning, ClientMatch,
                         testing::Values(Match{"10.20.0.0/16", "\\\\10.20.1.7", yes},
                                         Match{"\\\\10.20.1.7", "10.20.1.7", yes},
                                         Match{"10.20.0.0/16", "::ffff:10.20.1.7", yes},
                                         Match{"fe80::/10", "[fe80::1%eth0]", yes},
                                         Match{"[fe80::1]", "fe80::1%3", yes},
                                         Match{"\\\\WKS-*", "WKS-17", yes}, Match{"WKS-17", "wks-17", yes}));

INSTANTIATE_TEST_SUITE_P(names_go_by_name, ClientMatch,
                         testing::Values(Match{"WKS-*", "WKS-17", yes}, Match{"WKS-*", "SRV-1", no},
                                         Match{"/wks-[0-9]+/", "WKS-17", yes},
                                         Match{"*.corp.example", "a.corp.example", yes},
                                         Match{"10-*", "10-fe", yes}, Match{"1234", "1234", yes},
                                         Match{"dead-beef", "DEAD-BEEF", yes},
                                         Match{"WKS-1.*", "WKS-1.lab", yes}));

INSTANTIATE_TEST_SUITE_P(a_name_cannot_be_held_against_an_address, ClientMatch,
                         testing::Values(Match{"WKS-*", "10.20.1.7", unknown},
                                         Match{"/.*/", "10.20.1.7", unknown},
                                         Match{"10.20.0.0/16", "WKS-17", unknown},
                                         Match{"0.0.0.0/0", "WKS-17", unknown}, Match{"WKS-*", "", unknown},
                                         Match{"10.20.0.0/16", "", unknown},
                                         Match{"WKS-*", "WKS\xFF", unknown}));

INSTANTIATE_TEST_SUITE_P(a_star_alone_is_always_true, ClientMatch,
                         testing::Values(Match{"*", "10.20.1.7", yes}, Match{"*", "WKS-17", yes},
                                         Match{"*", "", yes}, Match{"\\\\*", "10.20.1.7", yes},
                                         Match{"*", "\xFF", yes}));

struct Refused {
    std::string pattern;
    std::string says;
};
class ClientRefused : public testing::TestWithParam<Refused> {};

TEST_P(ClientRefused, with_words_that_help) {
    const auto compiled = ClientPattern::compile(GetParam().pattern);
    ASSERT_FALSE(compiled.has_value()) << GetParam().pattern;
    EXPECT_NE(compiled.error().message.find(GetParam().says), std::string::npos) << compiled.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    globs_over_addresses, ClientRefused,
    testing::Values(Refused{"10.20.*", "write 10.20.0.0/16"}, Refused{"10.*", "write 10.0.0.0/8"},
                    Refused{"10.20.1.*", "write 10.20.1.0/24"}, Refused{"10.20.*.*", "write 10.20.0.0/16"},
                    Refused{"\\\\10.20.*", "write 10.20.0.0/16"}, Refused{"10.20.", "write 10.20.0.0/16"},
                    Refused{"10.20.1", "write 10.20.1.0/24"}, Refused{"10.20.1.?", "none is the same"},
                    Refused{"10.20.[0-9].*", "none is the same"}, Refused{"10.20*", "none is the same"},
                    Refused{"*.7", "none is the same"}, Refused{"10.*.7", "none is the same"},
                    Refused{"10.0.0.1-10.0.0.9", "none is the same"},
                    Refused{"10.20.1.300", "and is not one"}, Refused{"10.300.*", "none is the same"},
                    Refused{"fe80:*", "write fe80::/16"}, Refused{"2001:db8:*", "write 2001:db8::/32"},
                    Refused{"[2001:db8:*]", "write 2001:db8::/32"}, Refused{"fe80::*", "none is the same"},
                    Refused{"2001:db8::?", "none is the same"}, Refused{"2001:db8::g", "holds a colon"},
                    Refused{"WKS-17:445", "holds a colon"}, Refused{"dead:beef", "write dead:beef::/32"}));

INSTANTIATE_TEST_SUITE_P(
    blocks, ClientRefused,
    testing::Values(Refused{"10.20.1.0/16", "did you mean 10.20.0.0/16?"},
                    Refused{"10.20.1.7/31", "did you mean 10.20.1.6/31?"},
                    Refused{"10.20/16", "did you mean 10.20.0.0/16?"},
                    Refused{"10.20/32", "did you mean 10.20.0.0/32?"},
                    Refused{"10/8", "did you mean 10.0.0.0/8?"},
                    Refused{"2001:db8:1::/32", "did you mean 2001:db8::/32?"},
                    Refused{"10.0.0.0/33", "IPv4 has 32 bits"}, Refused{"::/129", "IPv6 has 128 bits"},
                    Refused{"10.0.0.0/255.0.0.0", "number of bits"}, Refused{"10.0.0.0/", "number of bits"},
                    Refused{"10.0.0.300/24", "not an address"}, Refused{"10.20.*/16", "not an address"}));

INSTANTIATE_TEST_SUITE_P(others, ClientRefused,
                         testing::Values(Refused{"", "empty client pattern"},
                                         Refused{"\\\\", "empty client pattern"},
                                         Refused{"WKS\b", "single quotes"}, Refused{"WKS-[", "never closed"},
                                         Refused{"/WKS(/", "missing )"}));

TEST(ClientPattern, keeps_its_text_as_written) {
    EXPECT_EQ(ClientPattern::compile("\\\\WKS-*").value().text(), "\\\\WKS-*");
    EXPECT_EQ(ClientPattern::compile("10.20.1.7").value().text(), "10.20.1.7");
}

TEST(ClientPattern, only_stars_match_everything) {
    EXPECT_TRUE(ClientPattern::compile("*").value().matches_everything());
    EXPECT_FALSE(ClientPattern::compile("0.0.0.0/0").value().matches_everything());
    EXPECT_FALSE(ClientPattern::compile("?*").value().matches_everything());
}

}  // namespace
}  // namespace curfew::policy
