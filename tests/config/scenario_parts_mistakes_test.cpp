// What is wrong in a scenario, and where: sessions and faults.
#include <gtest/gtest.h>

#include "tests/config/lab_support.hpp"

namespace curfew::config::test {
namespace {

TEST(ScenarioMistakes, InSessions) {
    expect_scenario_mistakes(
        "version: 1\nhabits: {office: {works: 1m, pauses: 1m}}\nservers:\n- name: fs1\n  sessions:\n  - "
        "{user: x, client: y, habit: office}\n  - {",
        "}\n",
        {{"user: anna", {"7:5: servers[0].sessions[1]: `client` is missing; write `client: 10.20.1.7`"}},
         {"usr: a, client: b",
          {"7:5: servers[0].sessions[1]: `user` is missing; write `user: anna`, or `user: ''` for a session "
           "without one",
           "7:6: servers[0].sessions[1].usr: unknown key; did you mean `user`?"}},
         {"user: a, client: '\\\\'",
          {"7:23: servers[0].sessions[1].client: expected a name behind the backslashes, found `\\\\`"}},
         {"user: \"CORP\\bob\", client: a",
          {"7:12: servers[0].sessions[1].user: in double quotes a backslash begins an escape; write "
           "'CORP\\bob' in single quotes"}},
         {"user: [a], client: {b: c}",
          {"7:12: servers[0].sessions[1].user: expected the name of a user, found a list",
           "7:25: servers[0].sessions[1].client: expected an address or the name of a computer, found a "
           "map"}},
         {"user: a, client: b, connected: 30, idle: 1.5h",
          {"7:37: servers[0].sessions[1].connected: expected a duration such as `30m`, found `30`, a number "
           "without a unit; did you mean `30s` or `30m`?",
           "7:47: servers[0].sessions[1].idle: expected a duration such as `30m`, found `1.5h`; whole "
           "numbers only, smaller units take the rest: `1h30m`"}},
         {"user: a, client: b, connected: 1h, idle: 61m",
          {"7:47: servers[0].sessions[1].idle: `idle` is longer than `connected`"}},
         {"user: a, client: b, idle: 2h",
          {"7:32: servers[0].sessions[1].idle: `idle` is longer than `connected`, which is `1h` where it is "
           "not said"}},
         {"user: a, client: b, connected: 11y",
          {"7:37: servers[0].sessions[1].connected: expected a duration from `0s` to `3650d`, found `11y`"}},
         {"user: a, client: b, connected: x, idle: 2h",
          {"7:37: servers[0].sessions[1].connected: expected a duration such as `30m`, found `x`; a number "
           "comes first"}},
         {"user: a, client: b, open_files: -1, guest: yes, plaintext_password: 'true'",
          {"7:38: servers[0].sessions[1].open_files: expected a whole number, found `-1`",
           "7:49: servers[0].sessions[1].guest: expected `true` or `false` without quotes, found `yes`",
           "7:74: servers[0].sessions[1].plaintext_password: expected `true` or `false` without quotes, "
           "found `true`"}},
         {"user: a, client: b, client_type: '', transport: [], connection: 1000000001",
          {"7:39: servers[0].sessions[1].client_type: expected a text, found an empty text",
           "7:54: servers[0].sessions[1].transport: expected a text, found an empty list",
           "7:70: servers[0].sessions[1].connection: expected a whole number from 0 to 1000000000, found "
           "`1000000001`"}},
         {"user: a, client: b, count: 100001",
          {"7:33: servers[0].sessions[1].count: expected a whole number from 1 to 100000, found `100001`"}},
         {"user: a, client: 255.255.255.250, count: 7",
          {"7:23: servers[0].sessions[1].client: there are no 7 addresses from `255.255.255.250` on"}},
         {"user: a, client: ::fffe:ffff:ffff, count: 2",
          {"7:23: servers[0].sessions[1].client: there are no 2 addresses from `::fffe:ffff:ffff` on"}},
         {"user: a, client: '10.20.1.{n}', count: 256",
          {"7:23: servers[0].sessions[1].client: `10.20.1.256` is no address; write `10.20.1.1`, and every "
           "further session has the next one"}},
         {"user: a, client: b, habit: offcie",
          {"7:33: servers[0].sessions[1].habit: there is no `offcie` in `habits`; did you mean `office`?"}},
         {"user: a, client: b, habit: [office]",
          {"7:33: servers[0].sessions[1].habit: expected the name of one of `habits`, or a map such as "
           "`{works: 5m-40m, pauses: 1m-60m, leaves: 20%}`, found a list"}},
         {"user: a, client: b, habit: {works: 5m}",
          {"7:33: servers[0].sessions[1].habit: `pauses` is missing; write `pauses: 1m-60m`"}},
         {"user: a, client: b, habit: {works: 40m-5m, pauses: 5-10m}",
          {"7:41: servers[0].sessions[1].habit.works: expected a span of time such as `5m-40m`, found "
           "`40m-5m`; the shorter time comes first",
           "7:57: servers[0].sessions[1].habit.pauses: expected a span of time such as `5m-40m`, found "
           "`5-10m`; expected a duration such as `30m`, found `5`, a number without a unit; did you mean "
           "`5s` or `5m`?"}},
         {"user: a, client: b, habit: {works: 0s-1m, pauses: 1m-2y}",
          {"7:41: servers[0].sessions[1].habit.works: expected a span of time from `1s` to `1y`, found "
           "`0s-1m`",
           "7:56: servers[0].sessions[1].habit.pauses: expected a span of time from `0s` to `1y`, found "
           "`1m-2y`"}},
         {"user: a, client: b, habit: {works: 5m-, pauses: -5m, leaves: 20, files: -1, closes_files: no}",
          {"7:41: servers[0].sessions[1].habit.works: expected a span of time such as `5m-40m`, found `5m-`; "
           "behind the `-`: expected a duration such as `30m`, found ``",
           "7:54: servers[0].sessions[1].habit.pauses: expected a span of time such as `5m-40m`, found "
           "`-5m`; expected a duration such as `30m`, found ``",
           "7:67: servers[0].sessions[1].habit.leaves: expected a share such as `30%`, found `20`; did you "
           "mean `20%`?",
           "7:78: servers[0].sessions[1].habit.files: expected a whole number, found `-1`",
           "7:96: servers[0].sessions[1].habit.closes_files: expected `true` or `false` without quotes, "
           "found `no`"}},
         {"user: a, client: b, habit: {works: 5m - 40m, pauses: 5m-6m-7m, leaves: 101%, clses_files: true}",
          {"7:41: servers[0].sessions[1].habit.works: expected a span of time such as `5m-40m`, found `5m - "
           "40m`; expected a duration such as `30m`, found `5m `; write it without spaces",
           "7:59: servers[0].sessions[1].habit.pauses: expected a span of time such as `5m-40m`, found "
           "`5m-6m-7m`; behind the `-`: expected a duration such as `30m`, found `6m-7m`; the units are `y`, "
           "`w`, `d`, `h`, `m`, `s`",
           "7:77: servers[0].sessions[1].habit.leaves: expected a share such as `30%`, found `101%`; `100%` "
           "is all",
           "7:83: servers[0].sessions[1].habit.clses_files: unknown key; did you mean `closes_files`?"}}});
}

TEST(ScenarioMistakes, InFaults) {
    expect_scenario_mistakes(
        "version: 1\nservers:\n- name: fs1\n  faults:\n  - {", "}\n",
        {{"call: session_enum", {"5:5: servers[0].faults[0]: `fault` is missing; write `fault: silence`"}},
         {"fault: dealy, delay: 1s",
          {"5:13: servers[0].faults[0].fault: expected `delay`, `silence`, `reset`, `half_open`, "
           "`random_bytes`, `wrong_signature`, `no_credits`, `downgrade`, `session_expired`, `pipe_death`, "
           "`access_denied`, `truncated_ndr`, `oversized_ndr`, `fragments` or `wake_up`, found `dealy`; did "
           "you mean `delay`?"}},
         {"fault: reset, call: sesion_enum",
          {"5:26: servers[0].faults[0].call: expected `connect`, `negotiate`, `session_setup`, "
           "`tree_connect`, `create`, `bind`, `session_enum`, `session_del` or `other`, found `sesion_enum`; "
           "did you mean `session_enum`?"}},
         {"fault: delay", {"5:5: servers[0].faults[0]: `delay` is missing; write `delay: 200ms`"}},
         {"fault: delay, delay: 200",
          {"5:27: servers[0].faults[0].delay: expected a duration such as `200ms` or `2s`, found `200`, a "
           "number without a unit; did you mean `200ms`?"}},
         {"fault: delay, delay: 0ms",
          {"5:27: servers[0].faults[0].delay: expected a duration from `1ms` to `1h`, found `0ms`"}},
         {"fault: delay, delay: 1.5s",
          {"5:27: servers[0].faults[0].delay: expected a duration such as `200ms` or `2s`, found `1.5s`; "
           "expected a duration such as `30m`, found `1.5s`; whole numbers only, smaller units take the "
           "rest: `1h30m`"}},
         {"fault: delay, delay: 5 ms",
          {"5:27: servers[0].faults[0].delay: expected a duration such as `200ms` or `2s`, found `5 ms`; "
           "before `ms` comes a whole number"}},
         {"fault: reset, delay: 1s, size: 64",
          {"5:27: servers[0].faults[0].delay: only `fault: delay` has a `delay`",
           "5:37: servers[0].faults[0].size: only `fault: fragments` has a `size`"}},
         {"fault: fragments", {"5:5: servers[0].faults[0]: `size` is missing; write `size: 64`, in bytes"}},
         {"fault: fragments, size: 31",
          {"5:30: servers[0].faults[0].size: expected a number of bytes from 32 to 65535, found `31`"}},
         {"fault: downgrade, call: create",
          {"5:30: servers[0].faults[0].call: `downgrade` is not for `create`, only for `negotiate`"}},
         {"fault: wake_up, call: session_del",
          {"5:28: servers[0].faults[0].call: `wake_up` is not for `session_del`, only for `session_enum`"}},
         {"fault: no_credits, call: connect",
          {"5:31: servers[0].faults[0].call: `no_credits` is not for `connect`, only for `negotiate`, "
           "`session_setup`, `tree_connect`, `create`, `bind`, `session_enum`, `session_del` or `other`"}},
         {"fault: reset, skip: -1, times: 0",
          {"5:26: servers[0].faults[0].skip: expected a whole number, found `-1`",
           "5:37: servers[0].faults[0].times: expected a whole number from 1 to 1000000000, found `0`"}},
         {"fault: reset, from: 5m, until: 5m",
          {"5:37: servers[0].faults[0].until: `until` has to be later than `from`; both count from the "
           "beginning of the lab"}},
         {"fault: reset, until: 0s",
          {"5:27: servers[0].faults[0].until: `until` has to be later than `from`; both count from the "
           "beginning of the lab"}},
         {"fault: reset, from: 2y, until: 500ms",
          {"5:26: servers[0].faults[0].from: expected a duration from `0s` to `365d`, found `2y`",
           "5:37: servers[0].faults[0].until: expected a duration such as `30m`, found `500ms`; the smallest "
           "unit is `s`"}},
         {"fault: reset, util: 5m",
          {"5:20: servers[0].faults[0].util: unknown key; did you mean `until`?"}}});
}

}  // namespace
}  // namespace curfew::config::test
