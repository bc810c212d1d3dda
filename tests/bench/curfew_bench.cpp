// What a look costs, side by side in one run on one smbd: curfew kept and cold, a bare TCP echo of the same
// bytes, rpcclient as a process, Python clients on a kept connection.
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>

#include <sys/stat.h>

#include "core/net/smb_session_api.hpp"
#include "core/net/thread_pool.hpp"
#include "tests/bench/counting_proxy.hpp"
#include "tests/bench/echo.hpp"
#include "tests/bench/foreign_clients.hpp"
#include "tests/bench/lab_scale.hpp"
#include "tests/bench/measure.hpp"
#include "tests/integration/awaited.hpp"
#include "tests/integration/samba_server.hpp"
#include "tests/integration/smb_client.hpp"

namespace curfew::bench {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// Many short rounds, so that what is compared meets the same noise.
constexpr int rounds = 15;
constexpr int kept_looks = 500;
constexpr int cold_looks = 20;
constexpr int python_times = 100;
constexpr int rpcclient_times = 3;

class Curfew {
  public:
    explicit Curfew(const std::string& password_file)
        : credential_(
              std::make_shared<core::GssCredential>(core::NtlmCredential{"svc-curfew", {password_file}})) {}
    ~Curfew() { threads_.join(); }

    std::shared_ptr<core::SmbSessionApi> open(std::uint16_t port) {
        return core::SmbSessionApi::make(strand_, {"localhost", "127.0.0.1", port, {}}, credential_,
                                         resolver_);
    }
    void look(const std::shared_ptr<core::SmbSessionApi>& api, int times) {
        testing::awaited(strand_, looks(api, times));
    }
    void close(const std::shared_ptr<core::SmbSessionApi>& api) {
        testing::awaited(strand_, api->close(std::chrono::steady_clock::now() + 5s));
    }

  private:
    static asio::awaitable<void> looks(std::shared_ptr<core::SmbSessionApi> api, int times) {
        const core::SessionFilter everybody;
        for (int i = 0; i < times; ++i) {
            const auto answer = co_await api->enumerate(everybody, std::chrono::steady_clock::now() + 10s);
            if (!answer) throw std::runtime_error{core::describe(answer.error())};
        }
    }

    core::ThreadPool threads_{2};
    asio::any_io_executor strand_ = threads_.next();
    std::shared_ptr<core::ServerAddresses> resolver_ = std::make_shared<core::ServerAddresses>(1, 10);
    std::shared_ptr<core::GssCredential> credential_;
};

struct Sizes {
    std::size_t request = 0;
    std::size_t reply = 0;
};

Sizes bytes_of_a_kept_look(Curfew& curfew, std::uint16_t port) {
    auto proxy = std::make_unique<CountingProxy>(port);
    const auto api = curfew.open(proxy->port());
    curfew.look(api, 2);
    const Sizes before{proxy->to_server(), proxy->to_client()};
    curfew.look(api, 10);
    const Sizes sizes{(proxy->to_server() - before.request) / 10, (proxy->to_client() - before.reply) / 10};
    curfew.close(api);
    return sizes;
}

void line(const char* what, const Cost& cost, const Cost& unit) {
    std::printf("  %-44s %10.1f %10.1f %9.2f\n", what, cost.cpu_us, cost.wall_us, cost.cpu_us / unit.cpu_us);
}

void verdict(const char* aim, double value, double at_most) {
    std::printf("  %-62s %8.4f  %s\n", aim, value, value <= at_most ? "met" : "MISSED");
}

int bench(bool only_kept) {
    const testing::SambaServer server;
    std::vector<std::unique_ptr<testing::HeldSession>> people;
    for (int i = 0; i < 19; ++i) {
        people.push_back(std::make_unique<testing::HeldSession>(
            server,
            testing::HeldOptions{.user = "anna", .client_address = "127.0.0." + std::to_string(20 + i)}));
    }
    const testing::TempDir dir;
    const auto& account = server.user("svc-curfew");
    Curfew curfew{dir.write("password", account.password + "\n").string()};
    const auto auth =
        dir.write("auth", "username = " + account.name + "\npassword = " + account.password + "\n");
    const Account foreign{server.port(), account.name, auth.string(), account.password};

    const Sizes sizes = bytes_of_a_kept_look(curfew, server.port());
    const auto kept = curfew.open(server.port());
    curfew.look(kept, 200);
    Echo echo{sizes.request, sizes.reply};
    echo.exchange(200);

    if (only_kept) {  // something for a profiler to look at
        curfew.look(kept, 30 * kept_looks);
        curfew.close(kept);
        return EXIT_SUCCESS;
    }
    std::vector<Cost> of_kept, of_cold, of_echo, of_rpcclient, of_impacket, of_samba;
    const std::string scripts = CURFEW_BENCH_SCRIPTS;
    for (int round = 0; round < rounds; ++round) {
        of_echo.push_back(measure(RUSAGE_SELF, kept_looks, [&] { echo.exchange(kept_looks); }));
        of_kept.push_back(measure(RUSAGE_SELF, kept_looks, [&] { curfew.look(kept, kept_looks); }));
        of_cold.push_back(measure(RUSAGE_SELF, cold_looks, [&] {
            for (int i = 0; i < cold_looks; ++i) {
                const auto cold = curfew.open(server.port());
                curfew.look(cold, 1);
                curfew.close(cold);
            }
        }));
        of_rpcclient.push_back(rpcclient_look(foreign, rpcclient_times));
        if (const auto cost = python_looks(scripts + "/look_impacket.py", foreign, python_times))
            of_impacket.push_back(*cost);
        if (const auto cost = python_looks(scripts + "/look_samba.py", foreign, python_times))
            of_samba.push_back(*cost);
    }
    curfew.close(kept);

    const Cost unit = median(of_echo);
    std::printf("One look at one smbd, 20 sessions, SMB 3.1.1 signed, medians of %d rounds\n", rounds);
    std::printf("(%zu bytes there, %zu back)\n\n", sizes.request, sizes.reply);
    std::printf("  %-44s %10s %10s %9s\n", "", "CPU us", "wall us", "x echo");
    line("bare blocking TCP echo of the same bytes", unit, unit);
    line("curfew, kept connection", median(of_kept), unit);
    line("curfew, cold (connect, logon, look, logoff)", median(of_cold), unit);
    line("rpcclient -c netsessenum", median(of_rpcclient), unit);
    if (!of_impacket.empty()) line("python3-impacket, kept connection", median(of_impacket), unit);
    if (!of_samba.empty()) line("python3-samba, kept connection", median(of_samba), unit);

    std::printf("\nAims, client CPU\n");
    verdict("kept look / echo (at most 2)", median(of_kept).cpu_us / unit.cpu_us, 2);
    verdict("cold look / rpcclient (at most 1/15 = 0.0667)",
            median(of_cold).cpu_us / median(of_rpcclient).cpu_us, 1.0 / 15);
    if (!of_impacket.empty()) {
        verdict("kept look / python3-impacket (at most 1/100 = 0.01)",
                median(of_kept).cpu_us / median(of_impacket).cpu_us, 0.01);
    }
    return EXIT_SUCCESS;
}

}  // namespace
}  // namespace curfew::bench

namespace {

constexpr const char* usage =
    "usage: curfew_bench                       what a look costs beside other clients\n"
    "       curfew_bench --only-kept           kept looks alone, for a profiler\n"
    "       curfew_bench lab [--servers 10000] what a lab of so many servers costs\n";

std::optional<std::size_t> servers_of(int argc, char** argv) {
    if (argc == 2) return 10'000;
    if (argc != 4 || std::string_view{argv[2]} != "--servers") return std::nullopt;
    const std::string_view text{argv[3]};
    std::size_t servers = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), servers);
    const bool good = error == std::errc{} && end == text.data() + text.size() && servers > 0;
    return good ? std::optional{servers} : std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const std::string_view first = argc > 1 ? argv[1] : "";
        if (argc == 1) return curfew::bench::bench(false);
        if (argc == 2 && first == "--only-kept") return curfew::bench::bench(true);
        const auto servers = first == "lab" ? servers_of(argc, argv) : std::nullopt;
        if (servers) return curfew::bench::lab_scale(*servers);
        std::fputs(usage, stderr);
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return EXIT_FAILURE;
    }
}
