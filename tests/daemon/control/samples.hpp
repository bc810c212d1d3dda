#pragma once
// A status with one of everything, and with names in bad faith.

#include <chrono>

#include "daemon/status/status.hpp"

namespace curfew::daemon::fake {

inline core::WallTime at(std::int64_t seconds) {
    return core::WallTime{} + core::Seconds{1'800'000'000 + seconds};
}

inline Status calm_status() {
    Status status;
    status.version = "0.1.0";
    status.pid = 4711;
    status.at = at(0);
    status.started = at(-90'000);
    status.mode = policy::Mode::enforce;
    status.all_tried = true;
    status.config.path = "/etc/curfew/curfew.yaml";
    status.config.digest = "0123456789abcdef";
    status.config.in_force_since = at(-3'700);
    status.config.servers = 1;
    status.config.rules = 2;
    status.audit.path = "/var/lib/curfew/audit.db";
    status.audit.last_row = 1234;
    status.sessions = 12;
    ServerStatus fs1;
    fs1.server = "fs1.corp.example";
    fs1.state = ServerStatus::State::ok;
    fs1.tags = {"berlin", "finance"};
    fs1.last_look = at(-12);
    fs1.next_look = at(48);
    fs1.sessions = 12;
    fs1.level = 502;
    fs1.kind = "windows";
    status.servers.push_back(fs1);
    return status;
}

inline HoldStatus sample_hold() {
    return {3, "server fs1", at(-60), at(7'140), "backup \x1b[2Jstuck\nfs2 ok", "uid 1000 (anna)", false};
}

inline BanStatus sample_ban() {
    return {7, "user anna", at(-60), at(28'740), "stolen laptop \x1b[2J", "CISO, by phone", "uid 0 (root)"};
}

inline Status troubled_status() {
    auto status = calm_status();
    status.config.on_disk = ConfigStatus::OnDisk::refused;
    status.config.reasons = {"curfew.yaml:3:4: rules[0].when.idel: unknown key; did you mean `idle`?"};
    status.config.servers = 4;
    status.audit.trouble = "SQLITE_FULL: /var/lib/curfew/audit.db";
    status.looks_under_way = 1;
    status.holds.push_back(sample_hold());
    status.bans.push_back(sample_ban());
    status.trips.push_back({{"idle \x1b[31mworkstations", "d1"}, "fs1.corp.example", 40, 50});
    status.trips.push_back({{"office closed", "d2"}, std::nullopt, 300, 400});
    ServerStatus failing;
    failing.server =
        "nas\xe2\x80\xae"
        "1";  // turns the direction of text
    failing.state = ServerStatus::State::failing;
    failing.mode = policy::Mode::observe;
    failing.last_look = at(-7'500);
    failing.next_look = at(-1);
    failing.sessions = 7;
    failing.error =
        "ERROR_ACCESS_DENIED (5): Access is denied. NetSessionEnum at level 502, of a server that says"
        " \"\x07\" and more than fits into a line";
    failing.error_name = "ERROR_ACCESS_DENIED";
    failing.code = 5;
    failing.failures = 3;
    status.servers.push_back(failing);
    ServerStatus untried;
    untried.server = "fs3";
    status.servers.push_back(untried);
    ServerStatus twin;
    twin.server = "fs4";
    twin.state = ServerStatus::State::twin;
    twin.twin = "fs1.corp.example";
    twin.doubts = {"rule idle can never be true: idle is not reported"};
    status.servers.push_back(twin);
    return status;
}

}  // namespace curfew::daemon::fake
