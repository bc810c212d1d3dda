#include "daemon/output/schedule_times.hpp"

#include <gtest/gtest.h>

namespace curfew::daemon {
namespace {

using std::chrono::sys_days;
using std::chrono::year;

// Monday, noon in UTC.
const core::WallTime now = sys_days{year{2026} / 11 / 23} + std::chrono::hours{12};

config::Config configuration(const std::string& schedules, const std::string& servers = "[fs1]") {
    const auto loaded = config::load_text(
        "version: 1\nservers: " + servers +
            "\ncredentials: {default: {ntlm: {username: svc, password_file: /secret}}}\nschedules: " +
            schedules + "\n",
        "curfew.yaml");
    for (const auto& diagnostic : loaded.diagnostics)
        if (diagnostic.severity == config::Severity::error) ADD_FAILURE() << config::to_string(diagnostic);
    return loaded.config ? *loaded.config : config::Config{};
}

TEST(ScheduleTimes, tell_ten_windows_on_the_zones_clock) {
    EXPECT_EQ(schedule_times(
                  configuration("{office: {timezone: Europe/Berlin, during: mon-fri 06:00-20:00}}"), now),
              "schedule office (Europe/Berlin):\n"
              "  open now, closes Mon 2026-11-23 20:00 +01:00\n"
              "  opens Tue 2026-11-24 06:00 +01:00, closes Tue 2026-11-24 20:00 +01:00\n"
              "  opens Wed 2026-11-25 06:00 +01:00, closes Wed 2026-11-25 20:00 +01:00\n"
              "  opens Thu 2026-11-26 06:00 +01:00, closes Thu 2026-11-26 20:00 +01:00\n"
              "  opens Fri 2026-11-27 06:00 +01:00, closes Fri 2026-11-27 20:00 +01:00\n"
              "  opens Mon 2026-11-30 06:00 +01:00, closes Mon 2026-11-30 20:00 +01:00\n"
              "  opens Tue 2026-12-01 06:00 +01:00, closes Tue 2026-12-01 20:00 +01:00\n"
              "  opens Wed 2026-12-02 06:00 +01:00, closes Wed 2026-12-02 20:00 +01:00\n"
              "  opens Thu 2026-12-03 06:00 +01:00, closes Thu 2026-12-03 20:00 +01:00\n"
              "  opens Fri 2026-12-04 06:00 +01:00, closes Fri 2026-12-04 20:00 +01:00\n");
}

TEST(ScheduleTimes, tell_what_ends) {
    EXPECT_EQ(
        schedule_times(configuration("{move: {timezone: America/New_York, during: 2026-11-26 22:00-04:00}, "
                                     "rest: {outside: move}, always: {timezone: UTC, during: daily}, "
                                     "never: {outside: always}}"),
                       now),
        "schedule move (America/New_York):\n"
        "  opens Thu 2026-11-26 22:00 -05:00, closes Fri 2026-11-27 04:00 -05:00\n"
        "  does not open again\n"
        "schedule rest (America/New_York):\n"
        "  open now, closes Thu 2026-11-26 22:00 -05:00\n"
        "  opens Fri 2026-11-27 04:00 -05:00, and does not close again\n"
        "schedule always (UTC):\n"
        "  always open\n"
        "schedule never (UTC):\n"
        "  never opens\n");
}

TEST(ScheduleTimes, offset_changes_with_the_clocks) {
    const core::WallTime march = sys_days{year{2026} / 3 / 28} + std::chrono::hours{12};
    const auto text =
        schedule_times(configuration("{night: {timezone: Europe/Berlin, during: sat 23:00-06:00}}"), march);
    EXPECT_EQ(text.substr(0, text.find('\n', 40)),
              "schedule night (Europe/Berlin):\n"
              "  opens Sat 2026-03-28 23:00 +01:00, closes Sun 2026-03-29 06:00 +02:00");
}

TEST(ScheduleTimes, of_the_servers_clocks_are_told_for_each) {
    const std::string own = "{own: {timezone: server, during: 2026-11-26}}";
    EXPECT_EQ(schedule_times(configuration(own), now),
              "schedule own (each server's own timezone): no server has a `timezone`, so this is unknown "
              "everywhere\n");
    EXPECT_EQ(schedule_times(configuration(own,
                                           "[fs1, {name: fs2, timezone: UTC}, {name: fs3, timezone: "
                                           "Asia/Kolkata}, {name: fs4, timezone: UTC}]"),
                             now),
              "schedule own (each server's own timezone, Asia/Kolkata):\n"
              "  opens Thu 2026-11-26 00:00 +05:30, closes Fri 2026-11-27 00:00 +05:30\n"
              "  does not open again\n"
              "schedule own (each server's own timezone, UTC):\n"
              "  opens Thu 2026-11-26 00:00 +00:00, closes Fri 2026-11-27 00:00 +00:00\n"
              "  does not open again\n"
              "  one server has no `timezone`: unknown there\n");
}

TEST(RuleTimes, tell_what_is_off_and_until_when) {
    config::Config config;
    const auto rule = [&](std::string name, std::optional<core::WallTime> from,
                          std::optional<core::WallTime> until) {
        policy::Rule& added = config.policy.rules.emplace_back();
        added.key.name = std::move(name);
        added.from = from;
        added.until = until;
    };
    const auto before = now - std::chrono::hours{1};
    const auto later = now + std::chrono::hours{1};
    rule("always", {}, {});
    rule("since", before, {});
    rule("not yet", later, {});
    rule("tomorrow", later, later + std::chrono::hours{1});
    rule("still", {}, later);
    rule("over", before, now);
    EXPECT_EQ(rule_times(config, now),
              "rule since: on since 2026-11-23T11:00:00Z\n"
              "rule not yet: off until 2026-11-23T13:00:00Z\n"
              "rule tomorrow: off until 2026-11-23T13:00:00Z, then on until 2026-11-23T14:00:00Z\n"
              "rule still: on until 2026-11-23T13:00:00Z\n"
              "rule over: off since 2026-11-23T12:00:00Z\n");
}

TEST(ScheduleTimes, without_schedules_there_is_nothing_to_tell) {
    EXPECT_EQ(schedule_times(config::Config{}, now), "");
}

}  // namespace
}  // namespace curfew::daemon
