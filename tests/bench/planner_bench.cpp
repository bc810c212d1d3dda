// What it costs to plan a whole fleet: 200,000 sessions on 10,000 servers, half of them Windows, half Samba
// with connections that may be shared. Once as the daemon does it, server by server into the summary of the
// fleet and against the limits, and once in one piece (fleet_plan.hpp), which copies every look.
#include <stdexcept>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "config/config.hpp"
#include "policy/fleet_plan.hpp"

namespace curfew::bench {
namespace {

constexpr std::size_t servers = 10'000;
constexpr std::size_t on_each = 20;

const core::Now now{core::SteadyTime{} + core::Seconds{100'000},
                    core::WallTime{} + core::Seconds{1'800'000'000}};

std::shared_ptr<const config::Config> policy_of_a_fleet() {
    auto result = config::load_text(
        "version: 1\n"
        "servers: [fs1]\n"
        "credentials: {default: {ntlm: {username: svc, password_file: /secret}}}\n"
        "limits: {per_server: 2/1m, fleet: 5000/1m, share: 50%}\n"
        "protect: [{user: ['svc-*', '*$'], reason: service accounts}]\n"
        "rules:\n"
        "  - {name: on call, when: {user: 'oncall*'}, then: keep}\n"
        "  - {name: idle, when: {idle: 2h, open_files: 0, client: 10.20.0.0/16}, then: disconnect}\n"
        "  - {name: long, when: {connected: 12h, open_files: 0}, for: 5m, then: disconnect}\n"
        "  - {name: guests, mode: observe, when: {guest: true}, then: disconnect}\n"
        "  - {name: contractors, when: {user: 'ext-*'}, then: disconnect}\n",
        "bench.yaml");
    if (!result.config) throw std::runtime_error{to_string(result.diagnostics.front())};
    return result.config;
}

core::Enumeration answer_of(std::size_t server) {
    static constexpr const char* users[] = {"anna", "bob", "ext-carla", "svc-backup", "PC-7$"};
    core::Enumeration answer;
    const bool windows = server % 2 == 0;
    answer.level = windows ? core::Level::transports : core::Level::administrative;
    if (!windows) answer.unsupported = {core::Level::transports, core::Level::client_types};
    for (std::size_t i = 0; i < on_each; ++i) {
        core::Session session;
        session.user = i < 5 ? users[i] : "user" + std::to_string(i);
        // Two on one computer, and one in twenty idle for long enough.
        session.client = "10.20." + std::to_string(server % 250) + "." + std::to_string(i / 2);
        session.idle = core::Seconds{i == 6 ? 8'000 : (server * 31 + i * 97) % 7'000};
        session.connected = core::Seconds{i == 8 ? 50'000 : 9'000 + i};
        session.open_files = static_cast<std::uint32_t>(i % 3);
        session.flags = 0;
        answer.sessions.push_back(std::move(session));
    }
    return answer;
}

policy::ServerTraits traits_of(std::size_t server) {
    policy::ServerTraits traits;
    traits.name = "fs" + std::to_string(server) + ".lab";
    return traits;
}

struct Answer {
    policy::ServerTraits traits;
    core::Enumeration sessions;
};

std::vector<Answer> answers() {
    std::vector<Answer> all;
    all.reserve(servers);
    for (std::size_t i = 0; i < servers; ++i) all.push_back({traits_of(i), answer_of(i)});
    return all;
}

std::vector<policy::ServerLook> looks() {
    std::vector<policy::ServerLook> all;
    all.reserve(servers);
    for (const auto& one : answers()) all.push_back(policy::facts_of(one.traits, one.sessions, now));
    return all;
}

void count(benchmark::State& state, std::size_t ended) {
    constexpr double sessions = servers * on_each;
    state.counters["ended"] = static_cast<double>(ended);
    state.counters["per_session"] =
        benchmark::Counter(sessions * static_cast<double>(state.iterations()),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void facts_200000(benchmark::State& state) {
    const auto all = answers();
    for (auto _ : state) {
        for (const auto& one : all) benchmark::DoNotOptimize(policy::facts_of(one.traits, one.sessions, now));
    }
    count(state, 0);
}

// As the daemon does it: one server after another.
void plan_servers_200000(benchmark::State& state) {
    const auto config = policy_of_a_fleet();
    const auto all = looks();
    std::vector<policy::ServerMemory> memories(all.size());
    std::size_t ended = 0;
    for (auto _ : state) {
        policy::FleetSummary summary;
        policy::Trips trips;
        policy::LimitLedger ledger;
        ended = 0;
        for (std::size_t i = 0; i < all.size(); ++i) {
            const auto plan = policy::plan_server(config->policy, all[i], memories[i]);
            summary.looked(all[i], config->policy, plan);
            benchmark::DoNotOptimize(trips.latch(summary.newly_demanded(config->policy)));
            for (const auto& one : plan.disconnects) {
                const auto& session = all[i].sessions[one.targets.front()];
                const auto& rule = config->policy.rules[one.rule];
                const policy::LimitRequest request{all[i].server.traits.name, session.client_key,
                                                   session.user_key, &rule,
                                                   static_cast<std::uint32_t>(one.targets.size())};
                if (trips.holds(rule.key, request.server)) continue;
                if (ledger.obstacle(config->policy.limits, request, now.steady)) continue;
                ledger.reserve(request, now.steady);
                ++ended;
            }
        }
    }
    count(state, ended);
}

void plan_fleet_200000(benchmark::State& state) {
    const auto config = policy_of_a_fleet();
    const auto all = looks();
    std::size_t ended = 0;
    for (auto _ : state) {
        policy::FleetMemory memory;
        const auto plan = policy::plan_fleet(config->policy, all, true, memory, now.steady);
        ended = plan.disconnects.size();
    }
    count(state, ended);
}

BENCHMARK(facts_200000)->Unit(benchmark::kMillisecond);
BENCHMARK(plan_servers_200000)->Unit(benchmark::kMillisecond);
BENCHMARK(plan_fleet_200000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace curfew::bench
