// What a decision costs: with ten rules, with a thousand, with a hundred thousand patterns; and what it takes
// to read such a policy. Every policy is read from YAML, as it would be, and every decision is that of one
// session of a look. `allocs` is what one decision takes from the heap.
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>
#include <stdexcept>
#include <string>

#include <benchmark/benchmark.h>

#include "config/config.hpp"
#include "policy/decider.hpp"

namespace {

std::atomic<std::size_t> allocations{0};

}  // namespace

void* operator new(std::size_t size) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace curfew::bench {
namespace {

const core::Now now{core::SteadyTime{} + core::Seconds{100'000},
                    core::WallTime{} + core::Seconds{1'800'000'000}};

std::string head() {
    return "version: 1\n"
           "servers: [{name: fs1, tags: [t1, t3], kind: windows, timezone: Europe/Berlin}, {name: fs2, tags: "
           "[t0, t2, t4]}]\n"
           "credentials: {default: {ntlm: {username: svc, password_file: /secret}}}\n"
           "schedules:\n"
           "  hours: {timezone: Europe/Berlin, during: ['mon-fri 06:00-20:00']}\n"
           "  closed: {outside: hours}\n";
}

// Ten kinds of rules in turn, each for somebody else.
std::string rule(int i) {
    const std::string n = std::to_string(i);
    const std::string net = std::to_string(i / 250 % 250) + "." + std::to_string(i % 250);
    const std::string name = "  - {name: r" + n + ", then: ";
    switch (i % 10) {
        case 0: return name + "disconnect, when: {idle: 3h, client: 10." + net + ".0/24}}\n";
        case 1: return name + "disconnect, when: {user: 'contractor" + n + "', schedule: closed}}\n";
        case 2: return name + "keep, when: {user: ['/admin" + n + "[0-9]+/', 'vip" + n + "']}}\n";
        case 3: return name + "disconnect, when: {client: 'KIOSK" + n + "-*', open_files: 0}}\n";
        case 4:
            return name + "disconnect, for: 5m, when: {idle: 2h, tags: t" + std::to_string(i / 10 % 5) +
                   ", user: '*-tmp" + n + "'}}\n";
        case 5: return name + "disconnect, when: {server: 'fs2', user: 'dept" + n + "-*'}}\n";
        case 6:
            return name + "disconnect, when: {connected: " + std::to_string(8 + i % 7) +
                   "h, client: ['10.9." + std::to_string(i % 250) + ".0/26', 'LAB" + n +
                   "'], not: {user: 'boss" + n + "'}}}\n";
        case 7: return name + "keep, when: {user: 'svc" + n + "-*', guest: false}}\n";
        case 8: return name + "disconnect, mode: observe, when: {guest: true, user: 'g" + n + "'}}\n";
        default:
            return name + "disconnect, when: {any: [{user: 'old" + n + "'}, {client: '172.16." +
                   net.substr(net.find('.') + 1) + ".0/28'}], idle: 30m}}\n";
    }
}

std::string rules(int count) {
    std::string text = head() + "protect: [{user: ['svc-*', '*$'], reason: service accounts}]\nrules:\n";
    for (int i = 0; i < count; ++i) text += rule(i);
    return text;
}

class Directory {
  public:
    Directory() {
        std::string name = (std::filesystem::temp_directory_path() / "curfew-bench-XXXXXX").string();
        if (!::mkdtemp(name.data())) throw std::runtime_error{"no directory"};
        path = name;
    }
    ~Directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    std::filesystem::path path;
};

// Ten lists of ten thousand each: for users 20,000 names, 20,000 globs and 10,000 expressions, for clients
// 25,000 networks, 15,000 globs and 10,000 expressions.
std::string hundred_thousand_patterns(const Directory& directory) {
    std::string lists = "lists:\n", users, clients;
    for (int list = 0; list < 10; ++list) {
        const std::string name = "l" + std::to_string(list);
        std::ofstream out(directory.path / (name + ".txt"));
        for (int i = 0; i < 10'000; ++i) {
            const int of_all = list * 10'000 + i;
            const std::string n = std::to_string(of_all);
            const auto network = std::to_string(i / 250) + "." + std::to_string(i % 250) + ".0/24\n";
            switch (list) {
                case 0:
                case 1: out << "user" << n << "\n"; break;
                case 2: out << "dept" << n << "-*\n"; break;
                case 3: out << "*-team" << n << "\n"; break;
                case 4: out << (i % 2 ? "/svc" + n + "-[0-9]+/\n" : "/[a-z]+-x" + n + "-(a|b)/\n"); break;
                case 5: out << "10." << network; break;
                case 6: out << "11." << network; break;
                case 7: out << (i % 2 ? "12." + network : "WKS" + n + "-*\n"); break;
                case 8: out << "KIOSK-*-" << n << "\n"; break;
                default: out << "/lab" << n << "-(left|right)/\n"; break;
            }
        }
        lists += "  " + name + ": {file: " + (directory.path / (name + ".txt")).string() + "}\n";
        (list < 5 ? users : clients) += (list == 0 || list == 5 ? "'list:" : ", 'list:") + name + "'";
    }
    return head() + lists + "rules:\n  - {name: many, then: keep, when: {any: [{user: [" + users +
           "]}, {client: [" + clients + "]}]}}\n  - {name: idle, then: disconnect, when: {idle: 2h}}\n";
}

std::shared_ptr<const config::Config> loaded(const std::string& text) {
    auto result = config::load_text(text, "bench.yaml");
    if (!result.config) throw std::runtime_error{to_string(result.diagnostics.front())};
    return result.config;
}

// Thirty-two sessions of all sorts; few are decided by an early rule.
policy::ServerLook look(const config::Config& config) {
    static constexpr const char* users[] = {"anna",           "bob",          "LAB\\carla",  "svc-backup",
                                            "dept15-x",       "admin1202",    "old9",        "Friedrich",
                                            "boss6",          "WKS17$",       "user14999",   "x-team31000",
                                            "smith-x40000-a", "contractor11", "none-at-all", "j.r.r.tolkien"};
    static constexpr const char* clients[] = {"10.20.1.7", "WKS-0017",       "10.0.30.4",     "fe80::1",
                                              "KIOSK13-4", "192.168.17.200", "lab90001-left", "172.16.19.3"};
    core::Enumeration answer;
    answer.level = core::Level::transports;
    for (int i = 0; i < 32; ++i) {
        core::Session session;
        session.user = users[i % 16];
        session.client = clients[i * 5 % 8];
        session.idle = core::Seconds{i * 61 % 5'000};
        session.connected = core::Seconds{i * 997 % 50'000};
        session.open_files = static_cast<std::uint32_t>(i % 3);
        session.flags = 0;
        answer.sessions.push_back(std::move(session));
    }
    return policy::facts_of(config.servers.front().traits, answer, now);
}

void decisions(benchmark::State& state, const config::Config& config, const policy::Policy& rules) {
    const auto seen = look(config);
    policy::Decider decider{rules, seen.server, seen.at.wall};
    for (const auto& session : seen.sessions) benchmark::DoNotOptimize(decider(session));
    std::size_t next = 0;
    const std::size_t before = allocations;
    for (auto _ : state) {
        benchmark::DoNotOptimize(decider(seen.sessions[next]));
        next = (next + 1) % seen.sessions.size();
    }
    state.counters["allocs"] =
        static_cast<double>(allocations - before) / static_cast<double>(state.iterations());
}

void decide_compiled(benchmark::State& state) {
    const auto config = loaded(rules(static_cast<int>(state.range(0))));
    decisions(state, *config, config->policy);
}

// decide() itself, which asks rule by rule.
void decide_reference(benchmark::State& state) {
    const auto config = loaded(rules(static_cast<int>(state.range(0))));
    const policy::Policy not_compiled = config->policy;
    decisions(state, *config, not_compiled);
}

// What a look costs before its first session.
void begin_look(benchmark::State& state) {
    const auto config = loaded(rules(static_cast<int>(state.range(0))));
    const auto seen = look(*config);
    const std::size_t before = allocations;
    for (auto _ : state) {
        const policy::Decider decider{config->policy, seen.server, seen.at.wall};
        benchmark::DoNotOptimize(&decider);
    }
    state.counters["allocs"] =
        static_cast<double>(allocations - before) / static_cast<double>(state.iterations());
}

void decide_100000_patterns(benchmark::State& state) {
    const Directory directory;
    const auto config = loaded(hundred_thousand_patterns(directory));
    decisions(state, *config, config->policy);
}

void load_rules(benchmark::State& state) {
    const std::string text = rules(static_cast<int>(state.range(0)));
    for (auto _ : state) benchmark::DoNotOptimize(loaded(text));
}

void load_100000_patterns(benchmark::State& state) {
    const Directory directory;
    const std::string text = hundred_thousand_patterns(directory);
    for (auto _ : state) benchmark::DoNotOptimize(loaded(text));
}

BENCHMARK(decide_compiled)->Arg(10)->Arg(100)->Arg(1'000);
BENCHMARK(decide_reference)->Arg(10)->Arg(1'000);
BENCHMARK(begin_look)->Arg(10)->Arg(1'000);
BENCHMARK(decide_100000_patterns);
BENCHMARK(load_rules)->Arg(10)->Arg(1'000)->Unit(benchmark::kMillisecond);
BENCHMARK(load_100000_patterns)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace curfew::bench

BENCHMARK_MAIN();
