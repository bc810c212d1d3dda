#include "daemon/status/status_text.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "daemon/holds/hold_book.hpp"
#include "daemon/output/escape.hpp"
#include "tests/daemon/control/samples.hpp"

namespace curfew::daemon {
namespace {

using namespace fake;

constexpr const char* calm = R"~(curfew         0.1.0, pid 4711, running since 2027-01-14T07:00:00Z (1d1h)
mode           enforce
configuration  /etc/curfew/curfew.yaml, 1 server, 2 rules
in force       0123456789ab since 2027-01-15T06:58:20Z (1h1m)
on disk        the one in force
audit          /var/lib/curfew/audit.db, row 1234
fleet          1 server, 12 sessions, 0 looks under way

SERVER            STATE  LAST LOOK  SESSIONS  LEVEL  NEXT LOOK
fs1.corp.example  ok     12s ago    12        502    in 48s
)~";

constexpr const char* troubled = R"~(curfew         0.1.0, pid 4711, running since 2027-01-14T07:00:00Z (1d1h)
mode           enforce
configuration  /etc/curfew/curfew.yaml, 4 servers, 2 rules
in force       0123456789ab since 2027-01-15T06:58:20Z (1h1m)
on disk        REFUSED; what was in force stays in force
               curfew.yaml:3:4: rules[0].when.idel: unknown key; did you mean
               `idle`?
audit          CANNOT BE WRITTEN, nothing is ended: SQLITE_FULL:
               /var/lib/curfew/audit.db
               /var/lib/curfew/audit.db, row 1234
fleet          4 servers, 12 sessions, 1 look under way; 1 failing; 1 twin; 1
               untried

HOLD  ON          UNTIL                 LEFT   WHO
3     server fs1  2027-01-15T09:59:00Z  1h59m  uid 1000 (anna)
      backup \x1b[2Jstuck\x0afs2 ok
      not written down yet: a restart would end it

BAN  WHOM       UNTIL                 LEFT   WHO
7    user anna  2027-01-15T15:59:00Z  7h59m  uid 0 (root)
     stolen laptop \x1b[2J
     `protect` does not bind it: CISO, by phone
  Nobody is ended by them now: the audit cannot be written

TRIPPED                    ON                 WOULD END  OF
idle \x1b[31mworkstations  fs1.corp.example   40         50
office closed              (the whole fleet)  300        400
  These rules end nothing there until somebody edits them or says
    curfew resume --rule NAME [--server S]

SERVER            STATE              LAST LOOK  SESSIONS  LEVEL  NEXT LOOK
fs1.corp.example  ok                 12s ago    12        502    in 48s
nas\u{202e}1      failing, observes  2h5m ago   7         -      due
    ERROR_ACCESS_DENIED (5): Access is denied. NetSessionEnum at level 502, of a
    server that says "\x07" and more than fits into a line (3 times in a row)
fs3               untried            never      -         -      under way
fs4               twin               never      -         -      under way
    the same server as fs1.corp.example; nothing is ended on either
    rule idle can never be true: idle is not reported
)~";

TEST(StatusText, a_calm_fleet) {
    EXPECT_EQ(status_text(calm_status(), Paint::plain), calm);
}

TEST(StatusText, one_with_troubles) {
    EXPECT_EQ(status_text(troubled_status(), Paint::plain), troubled);
}

TEST(StatusText, why_no_ban_ends_anybody) {
    auto status = calm_status();
    EXPECT_EQ(why_bans_rest(status), "");
    status.all_tried = false;
    EXPECT_EQ(why_bans_rest(status), "not every server has been tried yet");
    status.holds.push_back(sample_hold());
    EXPECT_EQ(why_bans_rest(status), "not every server has been tried yet") << "a hold on one server";
    status.holds.back().scope = to_string(HoldScope{});
    EXPECT_EQ(why_bans_rest(status), "hold 3 on everything");
    status.servers[0].mode = policy::Mode::observe;
    EXPECT_EQ(why_bans_rest(status), "every server observes");
    status.mode = policy::Mode::observe;
    EXPECT_EQ(why_bans_rest(status), "the mode is observe");
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
