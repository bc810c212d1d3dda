#include "daemon/http/request.hpp"

#include <gtest/gtest.h>

namespace curfew::daemon {
namespace {

const HttpSources sources{[] { return std::string{"curfew_x 1\n"}; }, [] { return std::string{"{}"}; },
                          [] { return std::string{"[]"}; }, [] { return std::string{}; }};

unsigned status(std::string_view target, std::string_view method = "GET",
                std::string_view host = "localhost:9464") {
    return answer({method, target, host}, sources, true).status;
}

TEST(HttpRequest, what_there_is_to_read) {
    EXPECT_EQ(answer({"GET", "/metrics", ""}, sources, true).type,
              "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_EQ(answer({"GET", "/api/v1/status?pretty", ""}, sources, true).body, "{}\n");
    EXPECT_EQ(answer({"GET", "/api/v1/plan", ""}, sources, true).type, "application/json");
    EXPECT_EQ(status("/-/healthy"), 200u);
    EXPECT_EQ(status("/-/ready"), 200u);
    EXPECT_EQ(status("/"), 404u);
    EXPECT_EQ(status("/metrics/"), 404u);
    EXPECT_EQ(status("/../metrics"), 404u);
    EXPECT_EQ(status(""), 404u);
}

TEST(HttpRequest, ready_says_why_not) {
    auto busy = sources;
    busy.not_ready = [] { return std::string{"3 servers have not been tried yet"}; };
    const auto reply = answer({"GET", "/-/ready", ""}, busy, true);
    EXPECT_EQ(reply.status, 503u);
    EXPECT_EQ(reply.body, "3 servers have not been tried yet\n");
}

TEST(HttpRequest, there_is_nothing_to_write) {
    for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "get", "BREW"}) {
        const auto reply = answer({method, "/metrics", ""}, sources, true);
        EXPECT_EQ(reply.status, 405u) << method;
        EXPECT_EQ(reply.allow, "GET, HEAD");
    }
    EXPECT_EQ(answer({"GET", "/metrics", "", true}, sources, true).status, 413u);
}

// What is left of it is not the next request, whyever the first was refused.
TEST(HttpRequest, whoever_sends_a_body_sends_nothing_after_it) {
    for (const char* method : {"GET", "HEAD", "POST"})
        for (const char* target : {"/metrics", "/nowhere", ""})
            for (const char* host : {"localhost", "evil.example", ""}) {
                const auto reply = answer({method, target, host, true}, sources, true);
                EXPECT_TRUE(reply.close) << method << target << host;
                EXPECT_GE(reply.status, 400u);
            }
    EXPECT_FALSE(answer({"GET", "/metrics", "localhost"}, sources, true).close);
    EXPECT_EQ(answer({"GET", "/metrics", "", false, true}, sources, true).status, 400u);
}

// A page in somebody's browser may point a name of its own at this machine, and read what it is told.
TEST(HttpRequest, on_loopback_only_names_of_this_machine_are_answered) {
    for (const char* host :
         {"", "localhost", "localhost:9464", "127.0.0.1:9464", "127.1.2.3", "[::1]:9464", "[::1]"})
        EXPECT_EQ(status("/metrics", "GET", host), 200u) << host;
    for (const char* host :
         {"evil.example", "evil.example:9464", "10.0.0.1", "localhost.evil.example", "[", "[::2]:1"})
        EXPECT_EQ(status("/metrics", "GET", host), 421u) << host;
    EXPECT_EQ(answer({"GET", "/metrics", "fs.corp.example"}, sources, false).status, 200u);
}

}  // namespace
}  // namespace curfew::daemon
