// What is wrong in a scenario, and where: the file as a whole, accounts, servers, habits.
#include <gtest/gtest.h>

#include "tests/config/lab_support.hpp"

namespace curfew::config::test {
namespace {

TEST(ScenarioMistakes, OfTheWhole) {
    expect_scenario_mistakes(
        "", "",
        {{"", {"1:1: the file is empty"}},
         {"servers: [{name: fs1}]\nversion: 2",
          {"2:10: version: expected `1` without quotes, the version of this form that this curfew reads, "
           "found `2`"}},
         {"version: '1'\nservers: [{name: fs1}]",
          {"1:10: version: expected `1` without quotes, the version of this form that this curfew reads, "
           "found `1`"}},
         {"version: 1",
          {"1:1: `servers` is missing; name the servers of the lab, such as `servers: [{name: fs1.lab}]`"}},
         {"- version: 1", {"1:1: expected a map with `version` and `servers`, found a list"}},
         {"version: 1\nservers: []",
          {"2:10: servers: expected a list of servers; each is a map such as `{name: fs1.lab, sessions: "
           "[...]}`, found an empty list"}},
         {"version: 1\nservers: [fs1, {}, ]",
          {"2:11: servers[0]: expected a map such as `{name: fs1.lab, sessions: [...]}`, found `fs1`",
           "2:16: servers[1]: expected a map such as `{name: fs1.lab, sessions: [...]}`, found an empty "
           "map"}},
         {"version: 1\nservers: [{name: fs1}]\nhabbits: {a: {works: 1s, pauses: 1s}}\nseed: 1\nseed: 2",
          {"3:1: habbits: unknown key; did you mean `habits`?",
           "5:1: seed: duplicate key; it stands in line 4 already, remove one of the two"}},
         {"version: 1\nservers: [{name: fs1}]\nseed: -1\nspeed: 0",
          {"3:7: seed: expected a whole number from 0 to 18446744073709551615, found `-1`",
           "4:8: speed: expected a number from 0.01 to 100000 with at most two decimals, found `0`"}},
         {"version: 1\nservers: [{name: fs1}]\nseed: 18446744073709551616\nspeed: 100000.01",
          {"3:7: seed: expected a whole number from 0 to 18446744073709551615, found `18446744073709551616`",
           "4:8: speed: expected a number from 0.01 to 100000 with at most two decimals, found `100000.01`"}},
         {"version: 1\nservers: [{name: fs1}]\nseed: [1]\nspeed: 1e3",
          {"3:7: seed: expected a whole number from 0 to 18446744073709551615, found a list",
           "4:8: speed: expected a number from 0.01 to 100000 with at most two decimals, found `1e3`"}},
         {"version: 1\nservers: [{name: fs1}]\nspeed: 0.00\ndomain: LAB.EXAMPLE\\x",
          {"3:8: speed: expected a number from 0.01 to 100000 with at most two decimals, found `0.00`",
           "4:9: domain: expected the name of a domain such as `LAB`, found `LAB.EXAMPLE\\x`"}},
         {"version: 1\nservers: [{name: fs1}]\nspeed: inf\ndomain: ''",
          {"3:8: speed: expected a number from 0.01 to 100000 with at most two decimals, found `inf`",
           "4:9: domain: expected the name of a domain, found an empty text"}},
         {"version: 1\nservers: [{name: fs1}]\nspeed: '2'\ndomain: \"A\\tB\"",
          {"3:8: speed: expected a number from 0.01 to 100000 with at most two decimals, found `2`",
           "4:9: domain: in double quotes a backslash begins an escape; write 'A\\tB' in single quotes"}}});
}

// No message repeats a password.
TEST(ScenarioMistakes, InAccounts) {
    expect_scenario_mistakes(
        "version: 1\nservers: [{name: fs1}]\naccounts: ", "\n",
        {{"[]",
          {"3:11: accounts: expected a list of accounts; each is a map such as `{name: curfew, rights: "
           "administrator}`, found an empty list"}},
         {"[{name: 'LAB\\a'}, {name: a, right: user}, {rights: admin}]",
          {"3:19: accounts[0].name: expected the name of an account without its domain, which is said once "
           "in `domain`, found `LAB\\a`",
           "3:39: accounts[1].right: unknown key; did you mean `rights`?",
           "3:53: accounts[2]: `name` is missing; write `name: curfew`",
           "3:62: accounts[2].rights: expected `administrator` or `user`, found `admin`; did you mean "
           "`administrator`?"}},
         {"[{name: a}, {name: A}, {name: a:b}, {name: ''}]",
          {"3:30: accounts[1].name: there is an account `A` already; remove one of the two (case does not "
           "count)",
           "3:41: accounts[2].name: expected the name of an account without its domain, which is said once "
           "in `domain`, found `a:b`",
           "3:54: accounts[3].name: expected the name of an account, found an empty text"}},
         {"\n- {name: a, password: ''}\n- {name: b, password: \"s3\\x41cret\"}\n- {name: c, password: "
          "[s3cret]}\n- name: d\n  password: |\n    s3cret\n- {name: e, password: s3\n  cret}",
          {"4:23: accounts[0].password: expected a password of 1 to 128 bytes on one line, best in single "
           "quotes; leave the key out for one that is drawn at every start",
           "5:23: accounts[1].password: expected a password of 1 to 128 bytes on one line, best in single "
           "quotes; leave the key out for one that is drawn at every start",
           "6:23: accounts[2].password: expected a password of 1 to 128 bytes on one line, best in single "
           "quotes; leave the key out for one that is drawn at every start",
           "8:13: accounts[3].password: expected a password of 1 to 128 bytes on one line, best in single "
           "quotes; leave the key out for one that is drawn at every start",
           "10:23: accounts[4].password: expected a password of 1 to 128 bytes on one line, best in single "
           "quotes; leave the key out for one that is drawn at every start"}},
         {"[{name: a, password: }, {name: b, rights: administartor}]",
          {"3:22: accounts[0].password: expected a password of 1 to 128 bytes on one line, best in single "
           "quotes; leave the key out for one that is drawn at every start",
           "3:53: accounts[1].rights: expected `administrator` or `user`, found `administartor`; did you "
           "mean `administrator`?"}}});
}

TEST(ScenarioMistakes, InServers) {
    expect_scenario_mistakes(
        "version: 1\nservers:\n- {name: fs1, ", "}\n",
        {{"personality: smaba",
          {"3:28: servers[0].personality: expected `windows` or `samba`, found `smaba`; did you mean "
           "`samba`?"}},
         {"dialect: 3.1",
          {"3:24: servers[0].dialect: expected `2.1`, `3.0`, `3.0.2` or `3.1.1`, found `3.1`; did you mean "
           "`2.1`?"}},
         {"dialect: {from: 3.0, to: 2.1}",
          {"3:40: servers[0].dialect.to: `to` is an older dialect than `from`"}},
         {"dialect: {form: 3.0}", {"3:25: servers[0].dialect.form: unknown key; did you mean `from`?"}},
         {"dialect: {}",
          {"3:24: servers[0].dialect: expected a dialect such as `3.1.1`, or `{from: 2.1, to: 3.1.1}`, found "
           "an empty map"}},
         {"dialect: {from: 2.2, to: 2.1}, encryption: required",
          {"3:31: servers[0].dialect.from: expected `2.1`, `3.0`, `3.0.2` or `3.1.1`, found `2.2`; did you "
           "mean `2.1`?"}},
         {"dialect: 2.1, encryption: required",
          {"3:41: servers[0].encryption: a server of dialect `2.1` cannot encrypt; let it speak `3.0` or a "
           "later one as well"}},
         {"encryption: requird, tags: []",
          {"3:27: servers[0].encryption: expected `off`, `offered` or `required`, found `requird`; did you "
           "mean `required`?",
           "3:42: servers[0].tags: expected a tag or a list of them, found an empty list"}},
         {"tags: [a, '', [b]], count: 0",
          {"3:25: servers[0].tags[1]: expected a tag, found an empty text",
           "3:29: servers[0].tags[2]: expected a tag, found a list",
           "3:42: servers[0].count: expected a whole number from 1 to 20000, found `0`"}},
         {"count: 2",
          {"3:10: servers[0].name: `{n}` is missing, the number of each of the 2 servers; write `name: "
           "fs{n}.lab`"}},
         {"sessions: [], faults: []",
          {"3:25: servers[0].sessions: expected a list of sessions; each is a map such as `{user: anna, "
           "client: 10.20.1.7}`, found an empty list",
           "3:37: servers[0].faults: expected a list of faults; each is a map such as `{fault: silence, "
           "call: session_enum}`, found an empty list"}},
         {"sesions: [{user: a, client: b}], port: 445",
          {"3:15: servers[0].sesions: unknown key; did you mean `sessions`?",
           "3:48: servers[0].port: unknown key; known here: `name`, `personality`, `dialect`, `encryption`, "
           "`tags`, `count`, `sessions` or `faults`"}}});
}

TEST(ScenarioMistakes, InNamesOfServers) {
    expect_scenario_mistakes(
        "version: 1\nservers: ", "\n",
        {{"[{name: fs1}, {name: FS1}]",
          {"2:31: servers[1].name: the server `FS1` stands in line 2 already; remove one of the two (case "
           "does not count)"}},
         {"[{name: 'fs{n}', count: 3}, {name: fs2}, {name: 'FS{n}', count: 9}]",
          {"2:45: servers[1].name: the server `fs2` stands in line 2 already; remove one of the two (case "
           "does not count)",
           "2:58: servers[2].name: the server `FS1` stands in line 2 already; remove one of the two (case "
           "does not count)"}},
         {"[{name: 10.0.0.300}, {name: a b}, {name: 'fs*'}, {name: fs1:445}, {name: 'fs{m}'}]",
          {"2:18: servers[0].name: expected the name of a server, found `10.0.0.300`; this is not an IPv4 "
           "address",
           "2:38: servers[1].name: expected the name of a server, found `a b`; spaces are not allowed",
           "2:51: servers[2].name: expected the name of a server, found `fs*`; a server is named in full; "
           "patterns and brackets are not allowed",
           "2:66: servers[3].name: expected the name of a server, found `fs1:445`; the lab chooses the ports "
           "of its servers itself",
           "2:83: servers[4].name: expected the name of a server, found `fs{m}`; a server is named in full; "
           "patterns and brackets are not allowed"}},
         {"[{name: '10.0.0.{n}', count: 256}]",
          {"2:18: servers[0].name: expected the name of a server, found `10.0.0.256`; this is not an IPv4 "
           "address"}},
         {"[{tags: a}, {name: , tags: a}]",
          {"2:11: servers[0]: `name` is missing; write `name: fs1.lab`",
           "2:23: servers[1].name: expected the name of a server, found nothing"}}});
}

TEST(ScenarioMistakes, InHabits) {
    expect_scenario_mistakes("version: 1\nservers: [{name: fs1}]\nhabits: ", "\n",
                             {{"{}",
                               {"3:9: habits: expected a map of names, each a map such as `{works: 5m-40m, "
                                "pauses: 1m-60m, leaves: 20%}`, found an empty map"}},
                              {"{office: late, '': {works: 1m, pauses: 1m}}",
                               {"3:18: habits.office: expected a map such as `{works: 5m-40m, pauses: "
                                "1m-60m, leaves: 20%}`, found `late`",
                                "3:24: habits[\"\"]: a habit needs a name without control characters"}},
                              {"{office: {works: 1m, pauses: 1m}, late: {works: 2m, pauses: 1m}}",
                               {"3:18: warning: habits.office: nobody has this habit",
                                "3:49: warning: habits.late: nobody has this habit"}}});
}

}  // namespace
}  // namespace curfew::config::test
