#include "daemon/status/status_text.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "daemon/output/escape.hpp"
#include "tests/daemon/control/samples.hpp"

namespace curfew::daemon {
namespace {

using namespace fake;

TEST(StatusText, a_calm_fleet) {
    EXPECT_EQ(status_text(calm_status(), Paint::plain), "");
}

TEST(StatusText, one_with_troubles) {
    EXPECT_EQ(status_text(troubled_status(), Paint::plain), "");
}

TEST(StatusText, fits_into_80_columns) {
    std::istringstream lines{status_text(troubled_status(), Paint::plain)};
    for (std::string line; std::getline(lines, line);) EXPECT_LE(columns(line), 80u) << line;
}

TEST(StatusText, colour_is_only_where_it_is_wanted) {
    EXPECT_EQ(status_text(troubled_status(), Paint::plain).find('\x1b'), std::string::npos);
    EXPECT_EQ(status_text(calm_status(), Paint::coloured), status_text(calm_status(), Paint::plain));
    EXPECT_NE(status_text(troubled_status(), Paint::coloured).find("\x1b[31mfs4"), std::string::npos);
}

TEST(StatusText, says_what_keeps_it_from_ending_anybody) {
    auto status = calm_status();
    status.all_tried = false;
    EXPECT_NE(status_text(status, Paint::plain).find("nothing is ended before"), std::string::npos);
    status.mode = policy::Mode::observe;
    EXPECT_NE(status_text(status, Paint::plain).find("observe: nothing is ended\n"), std::string::npos);
    status.audit = {};
    EXPECT_NE(status_text(status, Paint::plain).find("on the log alone"), std::string::npos);
    status.config.on_disk = ConfigStatus::OnDisk::waits;
    status.config.disk_digest = "fedcba9876543210";
    EXPECT_NE(status_text(status, Paint::plain).find("WAITS for `curfew reload --confirm`: fedcba987654\n"),
              std::string::npos);
}

}  // namespace
}  // namespace curfew::daemon
