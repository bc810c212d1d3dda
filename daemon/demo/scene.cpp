#include "daemon/demo/scene.hpp"

#include <array>
#include <random>

namespace curfew::daemon {
namespace {

using namespace core::lab;
using core::Seconds;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::array names{"anna",  "bob",   "carla", "dinesh", "ella",  "farid", "greta", "hugo",
                           "ines",  "jonas", "kim",   "lena",   "marek", "nadia", "oskar", "paula",
                           "quinn", "ritva", "sven",  "tanja",  "umut",  "vera",  "wanda", "yusuf"};
constexpr std::size_t office_people = 11;

std::string address(std::size_t server, std::size_t host) {
    return "10.20." + std::to_string(server % 250) + "." + std::to_string(10 + host % 240);
}

LabSession one(std::string user, std::string client) {
    LabSession session;
    session.user = std::move(user);
    session.client = std::move(client);
    session.connected = hours{5};
    return session;
}

Habit office_habit() {
    return {{minutes{8}, minutes{35}}, {minutes{4}, minutes{55}}, 0.15, 3, true};
}
// At work all evening, and cut off only by the schedule.
Habit late_worker() {
    return {{minutes{40}, hours{3}}, {minutes{2}, minutes{9}}, 0, 2, true};
}

class Office {
  public:
    explicit Office(std::uint64_t seed) : dice_(static_cast<std::minstd_rand::result_type>(seed)) {}

    LabServer server(std::size_t number) {
        LabServer server;
        const bool samba = number % 3 == 2;
        server.personality = samba ? Personality::samba : Personality::windows;
        server.name = (samba ? "smb" : "fs") + std::to_string(number + 1) + ".lab";
        for (std::size_t i = 0; i < office_people; ++i) server.sessions.push_back(worker(number, i));
        server.sessions.push_back(forgotten(number, minutes{21}));
        server.sessions.push_back(forgotten(number, minutes{27}));
        server.sessions.push_back(on_call(number));
        server.sessions.push_back(one("svc-backup", address(number, 200)));
        auto machine = one("PC-" + std::to_string(number + 1) + "$", address(number, 201));
        machine.idle = hours{2};
        server.sessions.push_back(std::move(machine));
        if (samba) server.sessions.push_back(beside_on_call(number));
        return server;
    }

  private:
    int draw(int least, int most) { return std::uniform_int_distribution{least, most}(dice_); }
    std::string name() { return names[static_cast<std::size_t>(draw(0, names.size() - 1))]; }

    LabSession worker(std::size_t server, std::size_t number) {
        auto session = one(name() + std::to_string(number + 1), address(server, number));
        session.connected = hours{2} + minutes{draw(0, 300)};
        session.idle = number % 3 == 0 ? Seconds{minutes{draw(1, 20)}} : Seconds{0};
        session.habit = number % 4 == 1 ? late_worker() : office_habit();
        return session;
    }
    // Somebody went home and left the computer on.
    LabSession forgotten(std::size_t server, minutes idle) {
        auto session = one(name(), address(server, 100 + static_cast<std::size_t>(idle.count())));
        session.idle = idle + Seconds{draw(0, 170)};
        return session;
    }
    LabSession on_call(std::size_t server) {
        auto session = one("oncall" + std::to_string(server + 1), address(server, 220));
        session.habit = late_worker();
        return session;
    }
    // On the same computer, and so in the same process of a Samba.
    LabSession beside_on_call(std::size_t server) {
        auto session = one(name(), address(server, 220));
        session.idle = minutes{40};
        return session;
    }

    std::minstd_rand dice_;
};

}  // namespace

Scenario demo_scenario(std::size_t servers, std::uint64_t seed, double speed) {
    Scenario scenario;
    scenario.seed = seed;
    scenario.speed = speed;
    Office office{seed};
    for (std::size_t i = 0; i < servers; ++i) scenario.servers.push_back(office.server(i));
    return scenario;
}

core::WallTime demo_begin() {
    constexpr std::chrono::seconds monday_evening{1'772'477'400};  // 2026-03-02 18:50:00 UTC
    return core::WallTime{monday_evening};
}

std::string demo_policy() {
    return R"(version: 1
mode: enforce

polling: {interval: 2m, timeout: 10m}

limits:
  per_server: 3/5m
  fleet: 500/1h
  per_target: 4/1h
  share: 30%

schedules:
  office_hours:
    timezone: Etc/UTC
    during: ["mon-fri 06:00-20:00"]
  closed: {outside: office_hours}

protect:
  - {user: ["svc-*", "*$"], reason: service and computer accounts}

rules:
  - name: on call
    when: {user: "oncall*"}
    then: keep
  - name: idle
    when: {idle: 30m, open_files: 0}
    then: disconnect
  - name: office closed
    when: {schedule: closed}
    for: 5m
    limits: {share: 100%}
    then: disconnect
)";
}

std::vector<std::string> demo_policy_in_words() {
    return {"protected: svc-*, *$          on call: oncall* stay",
            "idle: 30m and no open file    office closed: from 20:00, for 5m",
            "limit: 3 in 5m on a server    looks: every 2m"};
}

}  // namespace curfew::daemon
