#include "daemon/control/request.hpp"

#include <gtest/gtest.h>

namespace curfew::daemon {
namespace {

namespace errc = boost::system::errc;

std::string wrong(std::string_view line) {
    const auto request = read_control_request(line);
    return request ? "" : request.error().context;
}

TEST(ControlRequestText, is_read) {
    const std::string line = R"({"version": 1, "command": "hold", "for": 60})";
    const auto request = read_control_request(line);
    ASSERT_TRUE(request);
    EXPECT_EQ(request->command, "hold");
    EXPECT_EQ(request->arguments, line);
}

TEST(ControlRequestText, says_what_is_wrong) {
    EXPECT_EQ(wrong(R"({"command": "hold"})"), "`version` is missing");
    EXPECT_EQ(wrong(R"({"version": 2, "command": "hold"})"),
              "`version` is to be 1, which is what this daemon speaks");
    EXPECT_EQ(wrong(R"({"version": "1", "command": "hold"})"),
              "`version` is to be a whole number, 0 or above");
    EXPECT_EQ(wrong(R"({"version": 1})"), "`command` is missing");
    EXPECT_EQ(wrong(R"({"version": 1, "command": "rm -rf"})"),
              "`command` is to be the name of a command such as status");
    EXPECT_EQ(wrong("[1]"), "expected one object of JSON");
    EXPECT_EQ(wrong(""), "this is no JSON: incomplete JSON");
    EXPECT_NE(wrong(std::string(longest_control_request + 1, '{')), "");
}

TEST(ControlRequestText, nesting_has_an_end) {
    const auto nested = [](std::size_t depth) {
        return R"({"version": 1, "command": "x", "y": )" + std::string(depth, '[') + std::string(depth, ']') +
               "}";
    };
    EXPECT_TRUE(read_control_request(nested(20)));
    EXPECT_FALSE(read_control_request(nested(40)));
    EXPECT_FALSE(read_control_request(nested(100'000)));
}

TEST(ControlRequestText, last_lines) {
    EXPECT_EQ(done_line(3), "{\"done\": {\"exit\": 3}}\n");
    EXPECT_EQ(
        error_line({errc::make_error_code(errc::invalid_argument), "no server \x1b[2J\nx"}),
        "{\"error\": {\"name\": \"EINVAL\", \"message\": \"no server \\u001b[2J\\nx\", \"exit\": 2}}\n");
    EXPECT_EQ(error_line({errc::make_error_code(errc::io_error), {}}),
              "{\"error\": {\"name\": \"EIO\", \"message\": \"Input/output error\", \"exit\": 1}}\n");
}

}  // namespace
}  // namespace curfew::daemon
