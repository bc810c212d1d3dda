#include "daemon/status/status_json.hpp"

#include <gtest/gtest.h>

#include "daemon/control/messages.hpp"
#include "daemon/status/status_text.hpp"
#include "tests/daemon/control/samples.hpp"

namespace curfew::daemon {
namespace {

using namespace fake;

TEST(StatusJson, to_the_letter) {
    EXPECT_EQ(
        status_json(calm_status()),
        R"({"version": 1, "curfew": "0.1.0", "pid": 4711, "at": "2027-01-15T08:00:00Z", )"
        R"("started": "2027-01-14T07:00:00Z", "mode": "enforce", "all_tried": true, )"
        R"("config": {"path": "/etc/curfew/curfew.yaml", "digest": "0123456789abcdef", )"
        R"("in_force_since": "2027-01-15T06:58:20Z", "on_disk": "same", "reasons": [], "servers": 1, "rules": 2}, )"
        R"("audit": {"ok": true, "path": "/var/lib/curfew/audit.db", "last_row": 1234}, )"
        R"("sessions": 12, "looks_under_way": 0, "holds": [], "bans": [], "trips": [], )"
        R"("servers": [{"server": "fs1.corp.example", "state": "ok", "mode": "enforce", )"
        R"("tags": ["berlin", "finance"], "last_look": "2027-01-15T07:59:48Z", )"
        R"("next_look": "2027-01-15T08:00:48Z", "sessions": 12, "level": 502, "kind": "windows", )"
        R"("doubts": []}]})");
}

TEST(StatusJson, comes_back_as_it_was) {
    for (const auto& status : {calm_status(), troubled_status(), Status{}}) {
        const auto text = status_json(status);
        EXPECT_EQ(text.find('\n'), std::string::npos);
        EXPECT_EQ(text.find('\x1b'), std::string::npos);
        const auto read = status_from_json(text);
        ASSERT_TRUE(read) << read.error().context;
        EXPECT_EQ(status_json(*read), text);
        EXPECT_EQ(status_text(*read, Paint::plain), status_text(status, Paint::plain));
        EXPECT_EQ(needs_a_person(*read), needs_a_person(status));
    }
}

TEST(StatusJson, fields_of_later_versions_are_passed_over) {
    auto text = status_json(calm_status());
    text.insert(1, R"("later": [1, {}], )");
    EXPECT_TRUE(status_from_json(text));
}

TEST(StatusJson, what_is_wrong_is_named) {
    const auto wrong = [](std::string_view from, std::string_view to) {
        auto text = status_json(troubled_status());
        const auto at = text.find(from);
        if (at == std::string::npos) return std::string{"not there: "} + std::string{from};
        text.replace(at, from.size(), to);
        const auto read = status_from_json(text);
        return read ? "fine" : read.error().context;
    };
    EXPECT_EQ(wrong(R"("version": 1)", R"("version": 2)"), "`version` is to be 1");
    EXPECT_EQ(wrong(R"("state": "ok")", R"("state": "fine")"),
              "`servers[0].state` is of no kind that is known");
    EXPECT_EQ(wrong(R"("code": 5)", R"("code": 99999999999)"), "`servers[1].code` is out of range");
    EXPECT_EQ(wrong(R"("level": 502)", R"("level": -1)"), "`servers[0].level` is out of range");
    EXPECT_EQ(wrong(R"("started": "2027)", R"("started": "x)"),
              "`started` is to be a time such as 2026-11-22T19:05:00Z");
    EXPECT_EQ(wrong(R"("digest": "d1")", R"("digest": null)"), "`trips[0].digest` is missing");
    EXPECT_FALSE(status_from_json("{"));
}

TEST(StatusJson, what_needs_a_person) {
    const auto needs = [](void (*change)(Status&)) {
        auto status = calm_status();
        change(status);
        return needs_a_person(status);
    };
    EXPECT_FALSE(needs([](Status&) {}));
    EXPECT_FALSE(needs([](Status& s) { s.servers[0].state = ServerStatus::State::untried; }));
    EXPECT_FALSE(needs([](Status& s) { s.holds.push_back(sample_hold()); }));
    EXPECT_TRUE(needs([](Status& s) { s.servers[0].state = ServerStatus::State::failing; }));
    EXPECT_TRUE(needs([](Status& s) { s.servers[0].state = ServerStatus::State::twin; }));
    EXPECT_TRUE(needs([](Status& s) { s.config.on_disk = ConfigStatus::OnDisk::refused; }));
    EXPECT_TRUE(needs([](Status& s) { s.config.on_disk = ConfigStatus::OnDisk::waits; }));
    EXPECT_TRUE(needs([](Status& s) { s.audit.trouble = "full"; }));
    EXPECT_TRUE(needs([](Status& s) { s.trips.emplace_back(); }));
}

}  // namespace
}  // namespace curfew::daemon
