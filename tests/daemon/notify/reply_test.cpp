#include "daemon/notify/reply.hpp"

#include <gtest/gtest.h>

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using Answer = Outbox::Answer;

const core::WallTime now = core::WallTime{} + 784'111'777s;  // Sun, 06 Nov 1994 08:49:37 GMT

TEST(Reply, a_status_says_whether_to_try_again) {
    for (const unsigned status : {200u, 201u, 202u, 204u, 299u})
        EXPECT_EQ(judge(status, "", now).answer, Answer::taken) << status;
    for (const unsigned status : {408u, 425u, 429u, 500u, 502u, 503u, 504u, 599u, 999u})
        EXPECT_EQ(judge(status, "", now).answer, Answer::later) << status;
    for (const unsigned status : {301u, 302u, 304u, 307u, 308u, 400u, 401u, 403u, 404u, 410u, 413u, 422u})
        EXPECT_EQ(judge(status, "", now).answer, Answer::refused) << status;
}

TEST(Reply, patience_is_in_seconds_or_until_a_date) {
    const auto wished = [](std::string_view text) { return judge(429, text, now).wished; };
    EXPECT_EQ(wished("120"), 120s);
    EXPECT_EQ(wished("0"), 0s);
    EXPECT_EQ(wished("Sun, 06 Nov 1994 08:50:07 GMT"), 30s);
    EXPECT_EQ(wished("Mon, 07 Nov 1994 08:49:37 GMT"), 24h);
    EXPECT_FALSE(wished(""));
    EXPECT_FALSE(wished("Sun, 06 Nov 1994 08:49:37 GMT")) << "is over";
    EXPECT_GT(wished("99999999999999999999"), 1h);
    for (const char* nonsense :
         {"soon", "-5", "1.5", " 5", "5 ", "Sun, 31 Feb 2030 00:00:00 GMT", "Sun, 06 Xyz 2030 08:49:37 GMT",
          "Sun, 06 Nov 2030 28:49:37 GMT", "Sun, 06 Nov 2030 08:49:37 CET", "Sunday, 06-Nov-30 08:49:37 GMT"})
        EXPECT_FALSE(wished(nonsense)) << nonsense;
    EXPECT_FALSE(judge(404, "120", now).wished);
}

}  // namespace
}  // namespace curfew::daemon
