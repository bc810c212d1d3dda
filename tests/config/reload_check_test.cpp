// What a reload asks a person, and what it says of itself.
#include "config/reload_check.hpp"

#include <gtest/gtest.h>

#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

using Lines = std::vector<std::string>;

// A directory whose files are written anew before each load.
class Edited : public testing::Test {
  protected:
    std::shared_ptr<const Config> read(std::string_view text, std::string_view list = "anna\nbob\n",
                                       std::string_view days = "2026-12-24..2026-12-26\n2027-01-01\n") {
        dir_.write("list.txt", list);
        dir_.write("days.txt", days);
        const Loaded loaded = load(dir_.write("curfew.yaml", text));
        for (const std::string& line : dir_.strip(loaded.diagnostics))
            if (line.find("warning") == std::string::npos && !loaded.config) ADD_FAILURE() << line;
        return loaded.config ? loaded.config : std::make_shared<Config>();
    }
    static std::string file(std::string_view rest, std::string_view servers = "[{name: fs1, tags: [a]}]") {
        return "version: 1\nservers: " + std::string(servers) +
               "\ncredentials: {default: {ntlm: {username: svc, password_file: /secret}}}\n" +
               std::string(rest);
    }
    bool protect_waits(std::string_view before, std::string_view after) {
        return check_reload(*read(protect(before)), *read(protect(after))).waits();
    }
    static std::string protect(std::string_view entries) {
        return file(entries.empty() ? std::string() : "protect: " + std::string(entries) + "\n");
    }
    TempDir dir_;
};

TEST_F(Edited, NothingAsksForNobody) {
    const auto same = read(file("protect: [{user: a}]\n"));
    EXPECT_EQ(check_reload(*same, *same).reasons, Lines{});
    EXPECT_EQ(what_changed(*same, *same), "nothing that matters");
    EXPECT_EQ(server_changes(*same, *same), ServerChanges{});
    const auto enforcing = read(file("protect: [{user: a}]\nmode: enforce\n"));
    EXPECT_FALSE(check_reload(*same, *enforcing).waits());
    EXPECT_EQ(what_changed(*same, *enforcing), "mode: observe to enforce");
}

TEST_F(Edited, MoreThanOneServerInTwenty) {
    const auto fleet = [&](int count) {
        std::string servers = "[s0";
        for (int i = 1; i < count; ++i) servers += ", s" + std::to_string(i);
        return read(file("", servers + "]"));
    };
    EXPECT_FALSE(check_reload(*fleet(20), *fleet(19)).waits());
    EXPECT_FALSE(check_reload(*fleet(40), *fleet(38)).waits());
    EXPECT_EQ(check_reload(*fleet(40), *fleet(37)).reasons,
              Lines{"3 of 40 servers would go, more than 5%: `s37`, `s38`, `s39`"});
    EXPECT_EQ(check_reload(*fleet(19), *fleet(18)).reasons,
              Lines{"1 of 19 servers would go, more than 5%: `s18`"});
    EXPECT_EQ(check_reload(*fleet(10), *fleet(1)).reasons,
              Lines{"9 of 10 servers would go, more than 5%: `s1`, `s2`, `s3`, `s4`, `s5` and 4 more"});
    EXPECT_FALSE(check_reload(*fleet(1), *fleet(100)).waits());
    EXPECT_FALSE(check_reload(*read(file("", "[FS1]")), *read(file("", "[fs1]"))).waits());
}

TEST_F(Edited, ProtectionThatIsCertainToStay) {
    const std::pair<const char*, const char*> stays[] = {
        {"", "[{user: a}]"},
        {"[{user: a}]", "[{user: b}, {user: a, reason: other words}]"},
        {"[{user: [a, b]}]", "[{user: [C, B, A]}]"},
        {"[{user: a}, {user: b}]", "[{user: [a, b]}]"},
        {"[{user: [a, b]}]", "[{user: a}, {user: b}]"},
        {"[{user: a, idle: 1h}]", "[{user: a}]"},
        {"[{idle: 2h}]", "[{idle: 1h}]"},
        {"[{idle: {at_least: 1h, below: 2h}}]", "[{idle: {at_least: 1h, below: 3h}}]"},
        {"[{idle: 1h}]", "[{idle: {at_least: 1h, below: 2h}}, {idle: 2h}]"},
        {"[{client: 10.20.0.0/16}]", "[{client: 10.0.0.0/8}]"},
        {"[{client: 'fe80::1'}]", "[{client: 'fe80::/10'}]"},
        {"[{user: svc-backup}]", "[{user: 'SVC-*'}]"},
        {"[{user: a}]", "[{user: '*'}]"},
        {"[{all: [{user: a}, {guest: true}]}]", "[{guest: true}]"},
        {"[{not: {any: [{user: a}, {user: b}]}}]", "[{all: [{not: {user: b}}, {not: {user: a}}]}]"},
        {"[{not: {user: [a, b]}}]", "[{not: {user: a}}]"},
        {"[{tags: a}]", "[{tags: a, not: {not: {tags: a}}}]"},
    };
    for (const auto& [before, after] : stays) EXPECT_FALSE(protect_waits(before, after)) << before << after;
}

TEST_F(Edited, ProtectionThatMayGo) {
    const std::pair<const char*, const char*> goes[] = {
        {"[{user: a}]", ""},
        {"[{user: a}, {user: b}]", "[{user: b}]"},
        {"[{user: a}]", "[{user: a, idle: 1h}]"},
        {"[{user: 'a*'}]", "[{user: 'ab*'}]"},
        {"[{user: '/[A-z]/'}]", "[{user: '/[a-z]/'}]"},
        {"[{user: '[A-z]'}]", "[{user: '[a-z]'}]"},
        {"[{user: 'CORP\\a'}]", "[{user: 'CORP\\*', idle: 0s}]"},
        {"[{idle: 1h}]", "[{idle: 2h}]"},
        {"[{idle: 1h}]", "[{connected: 1h}]"},
        {"[{client: 10.0.0.0/8}]", "[{client: 10.20.0.0/16}]"},
        {"[{client: 10.20.1.7}]", "[{client: '*7'}]"},
        {"[{client: '0.0.0.0/0'}]", "[{client: '::/0'}]"},
        {"[{guest: true}]", "[{guest: false}]"},
        {"[{not: {user: a}}]", "[{not: {user: [a, b]}}]"},
        {"[{user: a}, {not: {user: a}}]", "[{user: a}]"},
        // Of whom it is unknown, the old one protects everybody, and the new one nobody else.
        {"[{all: [{idle: 1h}, {not: {idle: 1h}}]}]", "[{user: nobody}]"},
        {"[{idle: 0s}]", "[{connected: 0s, user: a}]"},
    };
    for (const auto& [before, after] : goes) EXPECT_TRUE(protect_waits(before, after)) << before << after;
    EXPECT_EQ(
        check_reload(*read(protect("[{user: b}, {user: a, reason: the boss}]")),
                     *read(protect("[{user: b}]")))
            .reasons,
        Lines{"`protect` may be narrowed: it is not certain that whoever was protected by protect[1] (`the "
              "boss`) still is"});
}

TEST_F(Edited, WhatElseDecidesWhoIsProtected) {
    const auto waits = [&](const std::string& before, const std::string& after) {
        return check_reload(*read(before), *read(after)).waits();
    };
    const std::string by_tag = "protect: [{tags: a}]\n";
    EXPECT_FALSE(
        waits(file(by_tag, "[{name: fs1, tags: [a]}]"), file(by_tag, "[{name: fs1, tags: [b, a]}]")));
    EXPECT_EQ(
        check_reload(*read(file(by_tag, "[{name: fs1, tags: [a]}, {name: fs2, tags: [a]}]")),
                     *read(file(by_tag, "[{name: FS1, tags: [b]}, {name: fs2, tags: [a]}]")))
            .reasons,
        Lines{"`protect` may be narrowed on `FS1`, with other tags, kind or timezone: it is not certain that "
              "whoever was protected there by protect[0] still is"});
    EXPECT_FALSE(waits(file("protect: [{user: a}]\n", "[{name: fs1, tags: [a]}]"),
                       file("protect: [{user: a}]\n", "[{name: fs1, tags: [b], kind: samba}]")));
    const std::string by_idle = "protect: [{idle: {below: 1h}}]\n";
    EXPECT_TRUE(
        waits(file(by_idle, "[{name: fs1, kind: samba}]"), file(by_idle, "[{name: fs1, kind: windows}]")));
    const std::string by_hours =
        "schedules: {s: {timezone: server, during: [mon]}}\nprotect: [{schedule: s}]\n";
    EXPECT_TRUE(waits(file(by_hours, "[{name: fs1, timezone: Europe/Berlin}]"),
                      file(by_hours, "[{name: fs1, timezone: Asia/Kolkata}]")));
    EXPECT_FALSE(waits(file(by_hours, "[{name: fs1, timezone: Europe/Berlin}]"),
                       file(by_hours, "[{name: fs1, timezone: Europe/Berlin, tags: [a]}]")));
    EXPECT_TRUE(waits(file(by_hours), file("schedules: {s: {timezone: server, during: [tue]}}\n"
                                           "protect: [{schedule: s}]\n")));
    EXPECT_FALSE(waits(file(by_hours), file("schedules: {t: {timezone: server, during: [mon]}}\n"
                                            "protect: [{schedule: t}]\n")));
    const std::string by_client = "protect: [{client: 'WKS-*'}]\n";
    EXPECT_TRUE(waits(file(by_client), file(by_client + "clients: {names: dns}\n")));
    EXPECT_TRUE(waits(file(by_client + "clients: {names: dns}\n"), file(by_client)));
    const std::string by_quiet = "protect: [{quiet: {below: 1h}}]\n";
    EXPECT_TRUE(waits(file(by_quiet), file(by_quiet + "polling: {interval: 5m}\n")));
    EXPECT_FALSE(
        waits(file("protect: [{user: a}]\n"), file("protect: [{user: a}]\npolling: {interval: 5m}\n")));
}

TEST_F(Edited, ListsThatProtect) {
    const auto reasons = [&](const std::string& text, std::string_view list) {
        const auto before = read(text);
        return check_reload(*before, *read(text, list)).reasons;
    };
    const std::string head = "lists: {l: {file: list.txt}}\n";
    const auto rule = [&](const std::string& when, const std::string& then) {
        return file(head + "rules: [{name: r, when: " + when + ", then: " + then + "}]\n");
    };
    const std::string gone = "1 of 2 names is gone from the list `l`, which protects in the rule `r`: `bob`";
    EXPECT_EQ(reasons(rule("{user: 'list:l'}", "keep"), "anna\n"), Lines{gone});
    EXPECT_EQ(reasons(rule("{client: 'list:l'}", "keep"), "anna\n"), Lines{gone});
    EXPECT_EQ(reasons(rule("{not: {user: 'list:l'}}", "disconnect"), "carl\nanna\n"), Lines{gone});
    EXPECT_EQ(reasons(rule("{idle: 1h, any: [{not: {server: 'list:l'}}]}", "disconnect"), "anna\n"),
              Lines{gone});
    EXPECT_EQ(reasons(rule("{user: 'list:l'}", "disconnect"), "anna\n"), Lines{});
    EXPECT_EQ(reasons(rule("{user: 'list:l'}", "keep"), "# comment\nBOB\ncarl\nAnna\n"), Lines{});
    const std::string protecting = file(head + "protect: [{user: 'list:l'}]\n");
    EXPECT_EQ(reasons(protecting, "anna\nbob\ncarl\n"), Lines{});
    EXPECT_EQ(
        reasons(protecting, "carl\n"),
        (Lines{
            "`protect` may be narrowed: it is not certain that whoever was protected by protect[0] still is",
            "2 of 2 names are gone from the list `l`, which protects in `protect`: `anna`, `bob`"}));
    // Under `not` of `protect` a list that grew protects fewer.
    EXPECT_EQ(reasons(file(head + "protect: [{not: {user: 'list:l'}}]\n"), "anna\nbob\ncarl\n"),
              Lines{"`protect` may be narrowed: it is not certain that whoever was protected by protect[0] "
                    "still is"});
    EXPECT_EQ(check_reload(*read(protecting), *read(file("protect: [{user: [anna, bob]}]\n"))).reasons,
              Lines{"the list `l`, which protects in `protect`, is gone, with its 2 names"});
}

TEST_F(Edited, CalendarsThatSomebodyExcepts) {
    const std::string text = file(
        "calendars: {holidays: {file: days.txt}}\n"
        "schedules: {s: {timezone: Europe/Berlin, during: [mon], except: holidays}}\n"
        "rules: [{name: r, when: {schedule: s}, then: disconnect}]\n");
    const auto reasons = [&](std::string_view days) {
        const auto before = read(text);
        return check_reload(*before, *read(text, "anna\n", days)).reasons;
    };
    EXPECT_EQ(reasons("2026-12-24\n2026-12-25\n2026-12-26\n2027-01-01..2027-01-02\n"), Lines{});
    EXPECT_EQ(reasons("2026-12-24..2026-12-26\n"),
              Lines{"1 of 4 days is gone from `calendars.holidays`, which a schedule excepts"});
    EXPECT_EQ(reasons("2026-12-25\n2030-01-01\n"),
              Lines{"3 of 4 days are gone from `calendars.holidays`, which a schedule excepts"});
}

TEST_F(Edited, ServersThatChange) {
    const auto before = read(file("", "[fs1, fs2, {name: fs3, tags: [b, a]}, fs4, fs5]"));
    const auto after = read(
        "version: 1\nservers: [fs6, FS5, {name: fs4, mode: enforce}, {name: fs3, tags: [a, b]}, "
        "{name: fs2, address: 10.0.0.2, tags: [a]}, {name: fs7, credentials: x}]\n"
        "credentials:\n  default: {ntlm: {username: svc, password_file: /secret}}\n"
        "  x: {ntlm: {username: svc, password_file: /secret}}\n");
    EXPECT_EQ(server_changes(*before, *after), (ServerChanges{{"fs6", "fs7"}, {"fs1"}, {"FS5", "fs2"}, {}}));
    // By what they are, and not by the name under which they stand.
    const auto renamed = read(
        "version: 1\nservers: [{name: fs1, credentials: x}]\n"
        "credentials: {x: {ntlm: {username: svc, password_file: /secret}}}\n");
    EXPECT_EQ(server_changes(*read(file("", "[fs1]")), *renamed), ServerChanges{});
    const auto other = read(
        "version: 1\nservers: [fs1]\n"
        "credentials: {default: {ntlm: {username: svc, password_file: /other}}}\n");
    EXPECT_EQ(server_changes(*renamed, *other), (ServerChanges{{}, {}, {"fs1"}, {}}));
    const auto tagged = read(file("", "[{name: fs1, tags: [a], kind: samba, timezone: Europe/Berlin}]"));
    EXPECT_EQ(server_changes(*read(file("", "[fs1]")), *tagged), (ServerChanges{{}, {}, {}, {"fs1"}}));
}

TEST_F(Edited, SaysWhatChanged) {
    const auto before =
        read(file("protect: [{user: a}]\nrules:\n"
                  "  - {name: x, when: {idle: 1h}, then: keep}\n"
                  "  - {name: y, when: {idle: 1h}, then: keep}\n"
                  "  - {name: z, when: {idle: 1h}, then: keep}\n",
                  "[fs1, fs2]"));
    const auto after =
        read(file("protect: [{user: [a, b]}]\nrules:\n"
                  "  - {name: z, when: {idle: 1h}, then: keep}\n"
                  "  - {name: new, when: {idle: 1h}, then: keep}\n"
                  "  - {name: x, when: {idle: 2h}, then: keep}\n"
                  "limits: {per_server: 1/1m}\nreload: confirm\nhttp: {listen: 9464}\n",
                  "[fs1, fs3, {name: fs4}]"));
    EXPECT_EQ(what_changed(*before, *after),
              "servers +2 -1; rules: +`new` ~`x` -`y` in another order; protect; limits; http; reload");
}

}  // namespace
}  // namespace curfew::config::test
