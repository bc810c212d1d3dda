#include "config/decode/endpoint.hpp"

#include <tuple>
#include <vector>

#include <gtest/gtest.h>

namespace curfew::config {
namespace {

TEST(Endpoint, ReadsHostsAndPorts) {
    const std::vector<std::tuple<std::string_view, std::string, int>> cases{
        {"fs1", "fs1", 445},
        {"fs1.corp.example:4450", "fs1.corp.example", 4450},
        {"10.0.0.12", "10.0.0.12", 445},
        {"10.0.0.12:1445", "10.0.0.12", 1445},
        {"[fe80::1]:1", "fe80::1", 1},
        {"[2001:db8::5]", "2001:db8::5", 445},
        {"2001:db8::5", "2001:db8::5", 445},
        {"fe80::1%eth0", "fe80::1%eth0", 445},
        {"::1", "::1", 445},
    };
    for (const auto& [text, host, port] : cases) {
        const auto parsed = parse_endpoint(text);
        ASSERT_TRUE(parsed) << text << ": " << parsed.error().message;
        EXPECT_EQ(parsed->host, host);
        EXPECT_EQ(parsed->port, port);
    }
}

TEST(Endpoint, RefusesTheRest) {
    const std::vector<std::pair<std::string_view, std::string_view>> cases{
        {":445", "a name is missing"},
        {"fs1:", "a port is a number from 1 to 65535"},
        {"fs1:0", "a port is a number from 1 to 65535"},
        {"fs1:65536", "a port is a number from 1 to 65535"},
        {"fs1:+5", "a port is a number from 1 to 65535"},
        {"fs1:445:445", "a port is a number from 1 to 65535"},
        {"[::1", "`]` is missing"},
        {"[fs1]:445", "brackets are for IPv6 addresses"},
        {"[::1]445", "behind `]` comes `:port` or nothing"},
        {"10.0.0.300", "this is not an IPv4 address"},
        {"10.0.0.0/24", "slashes and backslashes are not allowed"},
        {"fs*", "a server is named in full; patterns and brackets are not allowed"},
        {"fs 1", "spaces are not allowed"},
    };
    for (const auto& [text, expected] : cases) {
        const auto parsed = parse_endpoint(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().message, "expected `host`, `host:port` or `[address]:port`, found `" +
                                              std::string(text) + "`; " + std::string(expected));
    }
}

TEST(ServerName, LosesItsBackslashes) {
    EXPECT_EQ(*parse_server_name("fs1.corp.example"), "fs1.corp.example");
    EXPECT_EQ(*parse_server_name(R"(\\fs1)"), "fs1");
    EXPECT_EQ(*parse_server_name("2001:db8::5"), "2001:db8::5");
}

TEST(ServerName, IsNoPathAndNoPattern) {
    for (const std::string_view text : {"", R"(\\)", R"(\fs1)", R"(\\\fs1)", R"(\\fs1\share)", "smb://fs1",
                                        "fs/1", "fs*", "fs 1", "[::1]", "fs1:445", "fs\x01", "10.0.0"})
        EXPECT_FALSE(parse_server_name(text)) << text;
    EXPECT_EQ(parse_server_name("fs1:445").error().message,
              "expected the name of a server, found `fs1:445`; a port belongs in `address:`");
}

}  // namespace
}  // namespace curfew::config
