#include "daemon/notify/address.hpp"

#include <gtest/gtest.h>

namespace curfew::daemon {
namespace {

TEST(Address, reads_what_a_webhook_can_be) {
    const auto plain = parse_address("https://hooks.corp.example/T0/B1?key=x%20y");
    ASSERT_TRUE(plain);
    EXPECT_TRUE(plain->secure);
    EXPECT_EQ(plain->host, "hooks.corp.example");
    EXPECT_EQ(plain->port, 443);
    EXPECT_EQ(plain->authority, "hooks.corp.example");
    EXPECT_EQ(plain->target, "/T0/B1?key=x%20y");
    const auto bare = parse_address("HTTP://127.0.0.1:8080");
    ASSERT_TRUE(bare);
    EXPECT_FALSE(bare->secure);
    EXPECT_EQ(bare->port, 8080);
    EXPECT_EQ(bare->target, "/");
    EXPECT_TRUE(bare->is_loopback());
    const auto query = parse_address("http://localhost?x=1");
    ASSERT_TRUE(query);
    EXPECT_EQ(query->target, "/?x=1");
    EXPECT_TRUE(query->is_loopback());
    const auto six = parse_address("https://[2001:db8::1]:8443/x");
    ASSERT_TRUE(six);
    EXPECT_EQ(six->host, "2001:db8::1");
    EXPECT_EQ(six->port, 8443);
    EXPECT_EQ(six->authority, "[2001:db8::1]:8443");
    EXPECT_FALSE(six->is_loopback());
}

TEST(Address, refuses_everything_else) {
    for (const char* url : {"",
                            "https",
                            "https:",
                            "https:/x",
                            "https://",
                            "ftp://x/",
                            "//x/",
                            "x",
                            "https:///path",
                            "https://a b/",
                            "https://user:pass@x/",
                            "https://user@x/",
                            "https://x:0/",
                            "https://x:65536/",
                            "https://x:/",
                            "https://x:8a/",
                            "https://x/a b",
                            "https://x/a\r\nEvil: 1",
                            "https://x/#part",
                            "https://x/\"",
                            "https://x/\xc3\xa4",
                            "https://[::1",
                            "https://[x]/",
                            "https://[::1]x/",
                            "https://[fe80::1%25eth0]/",
                            "https://::1/",
                            "https://x\\y/"}) {
        EXPECT_FALSE(parse_address(url)) << url;
    }
}

TEST(Address, is_called_by_its_host_alone) {
    EXPECT_EQ(called("https://hooks.corp.example:8443/secret?key=secret"), "hooks.corp.example:8443");
    EXPECT_EQ(called("https://user:secret@x/"), "(no valid URL)");
}

}  // namespace
}  // namespace curfew::daemon
