// When to look next, sentence by sentence.

#include "policy/next_match.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"
#include "wall_clock.hpp"

namespace curfew::policy {

inline void PrintTo(const NextLook& next, std::ostream* out) {
    *out << std::chrono::duration<double>(next.at - build::now.steady).count() << " s, "
         << to_string(next.why);
}

namespace {

using namespace build;
using Why = NextLook::Why;

NextLook next(const Policy& rules, const ServerLook& seen, LookPace pace = {.asked = now.steady}) {
    ServerMemory memory;
    const auto plan = plan_server(rules, seen, memory);
    return NextMatch{rules}.after(seen, plan.decisions, memory, pace);
}
NextLook at(core::Milliseconds since, Why why, std::optional<std::size_t> rule = std::nullopt) {
    return {now.steady + since, why, rule};
}
NextLook soon(Why why, std::optional<std::size_t> rule = 0) {
    return at(60s, why, rule);
}
const auto half_an_hour = [] { return disconnect("idle", idle(30min)); };

ServerLook hour(ServerLook seen, std::string_view wall) {
    seen.at.wall = utc(wall);
    return seen;
}

TEST(NextMatch, nobody_is_idle_for_half_an_hour_before_half_an_hour_is_over) {
    const auto rules = policy({half_an_hour()});
    EXPECT_EQ(next(rules, windows({})), at(30min, Why::time, 0));
    EXPECT_EQ(next(rules, windows({{.user = "anna", .idle = 10min}, {.user = "bob", .idle = 25min}})),
              at(5min, Why::time, 0));
    EXPECT_EQ(next(rules, windows({{.user = "anna", .idle = 29min + 30s}})), at(30s, Why::time, 0));
    EXPECT_EQ(next(rules, windows({{.user = "anna", .idle = 30min}})), soon(Why::decided));
}

TEST(NextMatch, a_moment_counts_from_when_the_server_was_asked) {
    const auto rules = policy({half_an_hour()});
    EXPECT_EQ(next(rules, windows({{.user = "anna", .idle = 10min}}), {.asked = now.steady - 400ms}),
              at(20min - 400ms, Why::time, 0));
    EXPECT_EQ(next(rules, windows({}), {.asked = now.steady - 400ms}), at(30min - 400ms, Why::time, 0));
}

TEST(NextMatch, is_a_second_after_the_look_at_the_earliest) {
    const auto rules = policy({half_an_hour()});
    EXPECT_EQ(next(rules, windows({{.user = "anna", .idle = 30min - 1s}}), {.asked = now.steady - 900ms}),
              at(1s, Why::time, 0));
}

TEST(NextMatch, what_can_change_at_any_moment_is_asked_about_once_an_interval) {
    EXPECT_EQ(next(policy({disconnect("all", always())}), windows({})), soon(Why::change));
    EXPECT_EQ(next(policy({disconnect("anna", user({"anna"}))}), windows({})), soon(Why::change));
    EXPECT_EQ(next(policy({disconnect("files", open_files(0))}), windows({})), soon(Why::change));
    EXPECT_EQ(next(policy({disconnect("awake", not_(idle(30min)))}), windows({})), soon(Why::change));
    EXPECT_EQ(next(policy({disconnect("new", {ConnectedIn{{std::nullopt, 5min}}})}), windows({})),
              soon(Why::change));
}

TEST(NextMatch, what_may_change_does_not_matter_before_time_allows_it) {
    const auto rules = policy({disconnect("idle", all({idle(30min), open_files(0)}))});
    EXPECT_EQ(next(rules, windows({{.user = "anna", .idle = 10min, .open_files = 3}})),
              at(20min, Why::time, 0));
    // From now on a file may be closed at any moment.
    EXPECT_EQ(next(rules, windows({{.user = "anna", .idle = 30min, .open_files = 3}})), soon(Why::change));
    // And another is met when its time comes, before the interval is over.
    EXPECT_EQ(next(rules, windows({{.user = "anna", .idle = 30min, .open_files = 3},
                                   {.user = "bob", .idle = 30min - 20s}})),
              at(20s, Why::time, 0));
    EXPECT_EQ(next(rules, windows({{.user = "anna", .idle = 30min, .open_files = 3},
                                   {.user = "bob", .idle = 30min - 20s, .open_files = 1}})),
              soon(Why::change));
}

TEST(NextMatch, who_is_kept_or_protected_needs_no_look) {
    const auto seen = windows({{.user = "svc-scan", .idle = 28min}, {.user = "bob", .idle = 5min}});
    EXPECT_EQ(next(policy({half_an_hour()}), seen), at(2min, Why::time, 0));
    EXPECT_EQ(next(policy({half_an_hour()}, user({"svc-*"}), ""), seen), at(25min, Why::time, 0));
    EXPECT_EQ(next(policy({keep("services", user({"svc-*"})), half_an_hour()}), seen),
              at(25min, Why::time, 1));
    EXPECT_EQ(next(policy({half_an_hour(), keep("services", user({"svc-*"}))}), seen),
              at(2min, Why::time, 0));
    // What keeps only for now is over some time.
    EXPECT_EQ(next(policy({keep("fresh", not_({ConnectedIn{{3h + 10min, std::nullopt}}})), half_an_hour()}),
                   windows({{.user = "anna", .idle = 29min}})),
              at(10min, Why::time, 1));
}

TEST(NextMatch, a_schedule_opens_at_a_known_instant) {
    const auto evening = shared(schedule("Europe/Berlin", {"daily 20:00-22:00"}));
    const auto rules = policy({disconnect("evening", {InSchedule{{evening}}})});
    const auto seen = windows({{.user = "anna", .idle = 0s}});
    EXPECT_EQ(next(rules, hour(seen, "2026-11-23 18:50")), at(10min, Why::time, 0));
    EXPECT_EQ(next(rules, hour(seen, "2026-11-23 18:59:50")), at(10s, Why::time, 0));
    EXPECT_EQ(next(rules, hour(windows({}), "2026-11-23 18:59:50")).why, Why::change);
    EXPECT_EQ(next(rules, hour(seen, "2026-11-23 19:30")), soon(Why::decided));
    EXPECT_EQ(next(rules, hour(seen, "2026-11-23 12:00")), at(1h, Why::nothing_can_match));
    // Idle for long enough by then, or not before it closes.
    const auto both = policy({disconnect("both", all({{InSchedule{{evening}}}, idle(30min)}))});
    EXPECT_EQ(next(both, hour(windows({{.user = "anna", .idle = 25min}}), "2026-11-23 18:50")),
              at(10min, Why::time, 0));
    EXPECT_EQ(next(both, hour(windows({{.user = "anna", .idle = 1min}}), "2026-11-23 20:40")),
              at(1h, Why::nothing_can_match));
}

TEST(NextMatch, a_rule_that_is_off_counts_when_it_comes_on) {
    auto rule = disconnect("all", always());
    rule.from = now.wall + 15min;
    EXPECT_EQ(next(policy({rule}), windows({{.user = "anna"}})), at(15min, Why::time, 0));
    rule.from.reset();
    rule.until = now.wall;
    EXPECT_EQ(next(policy({rule}), windows({{.user = "anna"}})), at(1h, Why::nothing_can_match));
    auto exception = keep("exception", always());
    exception.until = now.wall + 25min;
    EXPECT_EQ(next(policy({exception, half_an_hour()}), windows({{.user = "anna", .idle = 1h}})),
              at(25min, Why::time, 1));
}

TEST(NextMatch, what_can_never_match_here_counts_nothing) {
    EXPECT_EQ(next(policy({}), windows({{.user = "anna"}})), at(1h, Why::nothing_can_match));
    EXPECT_EQ(next(policy({disconnect("elsewhere", server_named({"fs9"}))}), windows({{.user = "anna"}})),
              at(1h, Why::nothing_can_match));
    EXPECT_EQ(next(policy({disconnect("tagged", {HasTag{{"finance"}}})}), windows({{.user = "anna"}})),
              at(1h, Why::nothing_can_match));
    EXPECT_EQ(next(policy({disconnect("all", always())}, always(), ""), windows({{.user = "anna"}})),
              at(1h, Why::nothing_can_match));
    // Samba has no idle times, and never will.
    EXPECT_EQ(next(policy({half_an_hour()}), samba({{.user = "anna", .idle = 0s}})),
              at(1h, Why::nothing_can_match));
}

TEST(NextMatch, looks_are_a_proof_only_once_an_interval) {
    const Condition quiet{QuietIn{{30min, std::nullopt}}};
    EXPECT_EQ(next(policy({disconnect("quiet", all({quiet, user({"anna"})}))}), windows({})),
              soon(Why::polled, std::nullopt));
    const Condition either{IdleIn{{30min, std::nullopt}, 30min}};
    EXPECT_EQ(next(policy({disconnect("idle", either)}), samba({})), soon(Why::polled, std::nullopt));
    EXPECT_EQ(next(policy({disconnect("idle", either)}), windows({})), at(30min, Why::time, 0));
    EXPECT_EQ(next(policy({disconnect("many", all({{Concurrent{}}, {HasTag{{"finance"}}}}))}), windows({})),
              soon(Why::polled, std::nullopt));
}

TEST(NextMatch, a_for_begins_when_its_condition_does_and_is_met_when_it_is_over) {
    auto rule = half_an_hour();
    rule.hold = 2min + 30s;
    const auto rules = policy({rule});
    EXPECT_EQ(next(rules, windows({{.user = "anna", .idle = 28min}})), at(2min, Why::time, 0));
    auto seen = windows({{.user = "anna", .idle = 30min}});
    EXPECT_EQ(next(rules, seen), soon(Why::runs));
    ServerMemory memory;
    auto plan = plan_server(rules, seen, memory);
    seen.at.steady += 60s;
    seen.sessions[0].reported.idle = 31min;
    seen.sessions[0].reported.connected = 3h + 1min;
    plan = plan_server(rules, seen, memory);
    seen.at.steady += 60s;
    seen.sessions[0].reported.idle = 32min;
    seen.sessions[0].reported.connected = 3h + 2min;
    plan = plan_server(rules, seen, memory);
    ASSERT_TRUE(plan.decisions[0].pending);
    EXPECT_EQ(NextMatch{rules}.after(seen, plan.decisions, memory, {.asked = seen.at.steady}),
              at(2min + 30s, Why::is_over, 0));
}

TEST(NextMatch, rules_that_only_observe_count_like_others) {
    const auto rules = policy({observe("trial", idle(20min)), half_an_hour()});
    EXPECT_EQ(next(rules, windows({{.user = "anna", .idle = 5min}})), at(15min, Why::time, 0));
    // Observed already, and soon to be ended.
    EXPECT_EQ(next(rules, windows({{.user = "anna", .idle = 29min + 15s}})), at(45s, Why::time, 1));
    EXPECT_EQ(next(rules, windows({{.user = "anna", .idle = 25min}})), soon(Why::decided));
}

TEST(NextMatch, the_daemon_itself_is_never_ended) {
    EXPECT_EQ(next(policy({disconnect("long", {ConnectedIn{{30min, std::nullopt}}})}), windows({})),
              at(30min, Why::time, 0));
    EXPECT_EQ(next(policy({disconnect("long", {ConnectedIn{{50s, std::nullopt}}})}), windows({})).why,
              Why::change);
}

TEST(NextMatch, what_is_too_large_to_reckon_is_looked_at_once_an_interval) {
    std::vector<SessionSpec> many(100, {.user = "anna", .idle = 1min});
    const auto rules = policy({disconnect("idle", all({idle(30min), user({"b", "c", "anna"})}))});
    EXPECT_EQ(next(rules, windows(many), {.asked = now.steady}), at(29min, Why::time, 0));
    EXPECT_EQ(next(rules, windows(many), {.asked = now.steady, .budget = 50}),
              soon(Why::budget, std::nullopt));
}

}  // namespace
}  // namespace curfew::policy
