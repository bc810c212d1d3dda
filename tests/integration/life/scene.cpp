#include "tests/integration/life/scene.hpp"

#include <algorithm>
#include <array>

namespace curfew::testing {
namespace {

using core::Seconds;
using core::lab::Call;
using core::lab::Fault;
using core::lab::FaultKind;
using core::lab::Habit;
using core::lab::LabServer;
using core::lab::LabSession;
using core::lab::Personality;

std::string text(Seconds time) {
    return std::to_string(time.count()) + "s";
}

Habit habit(Seconds works, Seconds pauses, double leaves, std::uint32_t files) {
    return {{Seconds{3}, works}, {Seconds{3}, pauses}, leaves, files, true};
}

LabSession people(std::string user, std::string client, std::uint32_t count, std::optional<Habit> habit) {
    LabSession session;
    session.user = std::move(user);
    session.client = std::move(client);
    session.count = count;
    session.connected = Seconds{60};
    session.habit = habit;
    return session;
}

// Sixteen for each place in each of the networks 10.NET.0.0/16.
std::string address(int net, std::size_t place, std::size_t number) {
    const auto low = place * 16 + number;
    return "10." + std::to_string(net) + "." + std::to_string(low / 256) + "." + std::to_string(low % 256);
}

std::string open_minutes() {
    std::string list;
    const auto two = [](int number) { return std::string{number < 10 ? "0" : ""} + std::to_string(number); };
    for (int minute = 0; minute < 24 * 60; minute += 2) {
        const auto end = minute + 1;
        list += std::string{list.empty() ? "" : ", "} + "\"daily " + two(minute / 60) + ":" +
                two(minute % 60) + "-" + two(end / 60) + ":" + two(end % 60) + "\"";
    }
    return list;
}

}  // namespace

std::size_t fleet_limit(std::size_t servers) {
    return std::max(scene::fleet_at_least, scene::fleet_per_server * servers);
}

std::string life_policy(std::size_t servers) {
    using namespace scene;
    const auto rule = [](const char* name, const std::string& rest) {
        return "  - {name: " + std::string{name} + ", " + rest + ", then: disconnect}\n";
    };
    return "polling: {interval: " + text(interval) + ", timeout: " + text(timeout) +
           "}\n"
           "log: {level: warning}\n"
           "limits: {per_server: " +
           std::to_string(per_server) + "/1m, fleet: " + std::to_string(fleet_limit(servers)) +
           "/1m, per_target: 20/5m, share: {fleet: 60%, server: 100%}}\n"
           "schedules:\n  open: {timezone: UTC, during: [" +
           open_minutes() +
           "]}\n  closed: {outside: open}\n"
           "protect:\n  - {user: \"svc-*\", reason: service accounts}\n"
           "rules:\n"
           "  - {name: the board, when: {user: \"board*\"}, then: keep}\n" +
           rule(rule_temps, "when: {user: \"temp*\", schedule: closed}, for: " + text(temps_for)) +
           rule(rule_idle, "when: {idle: {at_least: " + text(idle) + ", or_quiet: " + text(idle) +
                               "}, open_files: 0, client: 10.20.0.0/16}") +
           rule(rule_desk, "when: {quiet: " + text(desk_quiet) + ", client: 10.30.0.0/16}") +
           rule(rule_roaming, "when: {concurrent: {more_than: " + std::to_string(roaming) +
                                  ", count: clients, per: user, across: server, end: oldest}}") +
           rule(rule_runaway, "when: {client: 10.40.0.0/16}, limits: {share: 5%}");
}

std::vector<LabServer> life_servers(std::size_t count) {
    const auto office = habit(Seconds{20}, Seconds{40}, 0.3, 2);
    const auto desk = habit(Seconds{10}, Seconds{40}, 0.1, 1);
    const auto roams = habit(Seconds{15}, Seconds{15}, 0.8, 1);
    auto backup = habit(Seconds{5}, Seconds{30}, 0, 40);
    backup.closes_files = false;
    std::vector<LabServer> servers;
    for (std::size_t i = 1; i <= count; ++i) {
        LabServer server;
        // Everybody works on one server; those who roam are on three, each with the same clients.
        const auto here = "." + std::to_string(i);
        const auto group = "." + std::to_string(i / 3);
        const auto terminal = address(20, i, 15);
        server.name = "fs" + std::to_string(i) + ".lab";
        server.personality = i % 3 == 0 ? Personality::samba : Personality::windows;
        server.sessions = {
            people("user{n}" + here, address(20, i, 0), 6, office),
            people("board{n}" + here, address(20, i, 6), 1, office),
            people("holds{n}" + here, address(20, i, 7), 1, backup),
            people("svc-scan", address(20, i, 8), 1, std::nullopt),
            people("desk{n}" + here, address(30, i, 0), 3, desk),
            people("far{n}" + here, address(40, i, 0), 2, std::nullopt),
            people("roams" + group, address(50, i / 3, 0), 3, roams),
            people("temp{n}" + here, address(60, i, 0), 2, office),
            // Two users of one terminal server over one connection: on Samba neither goes without the other.
            people("eve" + here, terminal, 1, office),
            people("bob" + here, terminal, 1, office),
        };
        for (auto& session : server.sessions) {
            if (session.client == terminal) session.connection = 1;
        }
        servers.push_back(std::move(server));
    }
    return servers;
}

Mishap MishapDice::throw_one() {
    constexpr std::array kinds{
        FaultKind::delay,         FaultKind::silence,       FaultKind::reset,
        FaultKind::half_open,     FaultKind::random_bytes,  FaultKind::wrong_signature,
        FaultKind::no_credits,    FaultKind::downgrade,     FaultKind::session_expired,
        FaultKind::pipe_death,    FaultKind::access_denied, FaultKind::truncated_ndr,
        FaultKind::oversized_ndr, FaultKind::fragments,     FaultKind::wake_up,
    };
    constexpr std::array calls{Call::connect,      Call::negotiate, Call::session_setup,
                               Call::tree_connect, Call::create,    Call::bind};
    Mishap mishap;
    mishap.server = below(static_cast<std::uint32_t>(servers_));
    mishap.lasts = core::Milliseconds{500 + below(20'000)};
    Fault fault;
    fault.kind = kinds[below(kinds.size())];
    fault.delay = core::Milliseconds{below(3'000)};
    fault.size = 24 + below(100);
    fault.skip = below(3);
    if (below(2) == 0) fault.times = 1 + below(3);
    switch (below(5)) {
        case 0: fault.call = Call::session_del; break;
        case 1: fault.call = Call::session_enum; break;
        case 2:
            fault.call = calls[below(calls.size())];
            // Whatever is kept has to go for these to be met.
            mishap.faults.push_back(Fault{.kind = FaultKind::reset, .call = Call::session_enum, .times = 1});
            break;
        case 3:  // dead: nothing answers, and nobody can connect
            fault = Fault{.kind = FaultKind::half_open};
            mishap.faults.push_back(Fault{.kind = FaultKind::silence, .call = Call::connect});
            break;
        default: break;  // both calls
    }
    mishap.faults.push_back(fault);
    return mishap;
}

}  // namespace curfew::testing
