// Who is connected at the beginning, one by one.
#include "core/lab/scenario.hpp"

#include <gtest/gtest.h>

#include "core/session.hpp"

namespace curfew::core::lab {
namespace {

using namespace std::string_view_literals;

std::vector<LabSession> each(std::vector<LabSession> sessions) {
    LabServer server;
    server.sessions = std::move(sessions);
    return each_session(server);
}

std::vector<std::string> clients(std::string_view client, std::uint32_t count) {
    LabSession group;
    group.client = client;
    group.count = count;
    std::vector<std::string> out;
    for (const LabSession& one : each({group})) out.push_back(one.client);
    return out;
}

using Texts = std::vector<std::string>;

TEST(EachSession, PutsNumbersIn) {
    EXPECT_EQ(numbered("{n}-a{n}", 12), "12-a12");
    EXPECT_EQ(numbered("{{n}}{", 3), "{3}{");
    EXPECT_EQ(numbered("{m} {n", 3), "{m} {n");
    EXPECT_EQ(numbered("", 3), "");
    EXPECT_EQ(clients("WKS-{n}", 3), (Texts{"WKS-1", "WKS-2", "WKS-3"}));
    EXPECT_EQ(clients("10.0.{n}.7", 2), (Texts{"10.0.1.7", "10.0.2.7"}));
    EXPECT_EQ(clients("WKS", 2), (Texts{"WKS", "WKS"}));
    EXPECT_EQ(clients("", 2), (Texts{"", ""}));
    EXPECT_EQ(clients("{n}", 1), Texts{"1"});
    EXPECT_EQ(clients("WKS", 0), Texts{});
}

TEST(EachSession, CountsAddressesUp) {
    EXPECT_EQ(clients("10.20.2.1", 1), Texts{"10.20.2.1"});
    EXPECT_EQ(clients("10.20.2.254", 3), (Texts{"10.20.2.254", "10.20.2.255", "10.20.3.0"}));
    EXPECT_EQ(clients("10.255.255.255", 2), (Texts{"10.255.255.255", "11.0.0.0"}));
    EXPECT_EQ(clients("2001:db8::fffe", 3), (Texts{"2001:db8::fffe", "2001:db8::ffff", "2001:db8::1:0"}));
    const auto many = clients("10.0.0.0", 65'537);
    EXPECT_EQ(many[65'535], "10.0.255.255");
    EXPECT_EQ(many[65'536], "10.1.0.0");
}

TEST(EachSession, KeepsTheSpellingOfAddresses) {
    EXPECT_EQ(clients("[fe80::1%12]", 2), (Texts{"[fe80::1%12]", "[fe80::2%12]"}));
    EXPECT_EQ(clients("fe80::9%eth0", 2), (Texts{"fe80::9%eth0", "fe80::a%eth0"}));
    EXPECT_EQ(clients("::ffff:10.0.0.255", 2), (Texts{"::ffff:10.0.0.255", "::ffff:10.0.1.0"}));
    EXPECT_EQ(clients("FE80:0::1", 2), (Texts{"FE80:0::1", "fe80::2"}));
}

// Behind the last IPv4 address nothing comes, and nothing before the first one either, though inside they are
// a part of IPv6.
TEST(EachSession, StaysWithTheLastAddress) {
    EXPECT_EQ(clients("255.255.255.254", 4),
              (Texts{"255.255.255.254", "255.255.255.255", "255.255.255.255", "255.255.255.255"}));
    EXPECT_EQ(clients("::fffe:ffff:ffff", 3),
              (Texts{"::fffe:ffff:ffff", "::fffe:ffff:ffff", "::fffe:ffff:ffff"}));
    const std::string last = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
    EXPECT_EQ(clients(last, 2), (Texts{last, last}));
}

TEST(EachSession, KeepsEverythingElse) {
    LabSession group;
    group.user = "user{n}";
    group.client = "10.0.0.1";
    group.count = 2;
    group.connected = Seconds{7'200};
    group.idle = Seconds{60};
    group.open_files = 4;
    group.flags = sess_guest;
    group.client_type = "{n}";
    group.transport = "t";
    group.connection = 9;
    group.habit = Habit{{Seconds{1}, Seconds{2}}, {Seconds{3}, Seconds{4}}, 0.5, 7, false};
    LabSession alone;
    alone.user = "anna";
    const auto all = each({group, alone});
    ASSERT_EQ(all.size(), 3U);
    LabSession second = group;
    second.user = "user2";
    second.client = "10.0.0.2";
    second.count = 1;
    EXPECT_EQ(all[1], second);
    EXPECT_EQ(all[2], alone);
}

}  // namespace
}  // namespace curfew::core::lab
