#include <sstream>

#include <gtest/gtest.h>

#include "daemon/demo/view.hpp"
#include "daemon/output/escape.hpp"

namespace curfew::testing {
namespace {

using namespace daemon;
using std::chrono::minutes;

core::WallTime monday(int hour, int minute) {
    // 2026-03-02, a Monday
    return core::WallTime{std::chrono::seconds{1'772'409'600}} + std::chrono::hours{hour} + minutes{minute};
}

View sample() {
    View view;
    view.at = monday(19, 42);
    view.servers = 12;
    view.sessions = 203;
    view.ended = 37;
    view.withheld = 5;
    view.policy = {"protect svc-*, *$", "idle workstations: idle 30m and no open file"};
    view.rows = {
        {"fs1.lab", "10.20.1.7", "anna", minutes{31}, 0, Standing::ended, "ended: idle workstations"},
        {"samba1.lab", "WKS-LONGER-THAN-IT-SHOULD-BE", "bärbel", std::nullopt, std::nullopt,
         Standing::withheld, "collateral: kept by 'on call' and something more"},
        {"fs2.lab", "10.20.1.9", "evil\x1b[31m", minutes{95}, 3, Standing::kept, "kept"}};
    view.happened = {{monday(19, 41), Standing::ended, "fs1.lab", "10.20.1.7", "anna", "idle workstations"}};
    return view;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

TEST(DemoView, FitsATerminal) {
    for (const auto& [columns_, rows] :
         {std::pair{80u, 24u}, std::pair{60u, 24u}, std::pair{132u, 50u}, std::pair{80u, 10u}}) {
        const auto lines = lines_of(draw(sample(), {columns_, rows, false}));
        EXPECT_LT(lines.size(), rows);
        for (const auto& line : lines) EXPECT_LE(columns(line), std::max(columns_, 60u)) << line;
    }
}

TEST(DemoView, LooksLikeThis) {
    auto view = sample();
    const auto lines = lines_of(draw(view, {80, 24, false}));
    ASSERT_GE(lines.size(), 9u);
    EXPECT_EQ(lines[0], "curfew demo  Mon 19:42  12 servers, 203 sessions: 37 ended, 5 withheld          ");
    EXPECT_EQ(lines[2], "  idle workstations: idle 30m and no open file                                  ");
    EXPECT_EQ(lines[4], "SERVER  CLIENT       USER           IDLE FILES POLICY                           ");
    EXPECT_EQ(lines[5], "fs1     10.20.1.7    anna            31m     0 ended: idle workstations         ");
    EXPECT_EQ(lines[6], "samba1  WKS-LONGER-… bärbel            ?     ? collateral: kept by 'on call' an…");
    EXPECT_EQ(lines[7], "fs2     10.20.1.9    evil\\x1b[31m  1h35m     3 kept                             ");
    EXPECT_EQ(lines.back(),
              "19:41 ended    fs1     10.20.1.7    anna         idle workstations              ");
}

TEST(DemoView, ColourIsOnlyThereWhenAskedFor) {
    EXPECT_EQ(draw(sample(), {80, 24, false}).find('\x1b'), std::string::npos);
    EXPECT_NE(draw(sample(), {80, 24, true}).find("\x1b[31m"), std::string::npos);
}

TEST(DemoView, ALineForAPipe) {
    EXPECT_EQ(line_of(sample().happened[0]), "Mon 19:41 ended    fs1.lab 10.20.1.7 anna: idle workstations");
}

}  // namespace
}  // namespace curfew::testing
