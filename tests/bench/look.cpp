#include "tests/bench/look.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/counting_proxy.hpp"
#include "tests/bench/echo.hpp"
#include "tests/bench/foreign_clients.hpp"
#include "tests/bench/measure.hpp"
#include "tests/bench/own_client.hpp"
#include "tests/integration/samba_server.hpp"
#include "tests/integration/smb_client.hpp"

namespace curfew::bench {
namespace {

// Many short rounds, so that what is compared meets the same noise.
constexpr int rounds = 15;
constexpr int kept_looks = 500;
constexpr int cold_looks = 20;
constexpr int python_times = 100;
constexpr int rpcclient_times = 3;

struct Sizes {
    std::size_t request = 0;
    std::size_t reply = 0;
};

Sizes bytes_of_a_kept_look(OwnClient& curfew, std::uint16_t port) {
    auto proxy = std::make_unique<CountingProxy>(port);
    const auto api = curfew.open("127.0.0.1", proxy->port());
    curfew.look(api, 2);
    const Sizes before{proxy->to_server(), proxy->to_client()};
    curfew.look(api, 10);
    const Sizes sizes{(proxy->to_server() - before.request) / 10, (proxy->to_client() - before.reply) / 10};
    curfew.close(api);
    return sizes;
}

void row(const char* what, const Cost& cost, const Cost& unit) {
    std::printf("  %-44s %10.1f %10.1f %9.2f\n", what, cost.cpu_us, cost.wall_us, cost.cpu_us / unit.cpu_us);
}

void ratio(const char* aim, double value, double at_most) {
    std::printf("  %-62s %8.4f  %s\n", aim, value, value <= at_most ? "met" : "MISSED");
}

}  // namespace

int look(bool only_kept) {
    const testing::SambaServer server;
    std::vector<std::unique_ptr<testing::HeldSession>> people;
    for (int i = 0; i < 19; ++i) {
        people.push_back(std::make_unique<testing::HeldSession>(
            server,
            testing::HeldOptions{.user = "anna", .client_address = "127.0.0." + std::to_string(20 + i)}));
    }
    const testing::TempDir dir;
    const auto& account = server.user("svc-curfew");
    OwnClient curfew{"svc-curfew", dir.write("password", account.password + "\n").string()};
    const auto auth =
        dir.write("auth", "username = " + account.name + "\npassword = " + account.password + "\n");
    const Account foreign{server.port(), account.name, auth.string(), account.password};

    const Sizes sizes = bytes_of_a_kept_look(curfew, server.port());
    const auto kept = curfew.open("127.0.0.1", server.port());
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
                const auto cold = curfew.open("127.0.0.1", server.port());
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
    row("bare blocking TCP echo of the same bytes", unit, unit);
    row("curfew, kept connection", median(of_kept), unit);
    row("curfew, cold (connect, logon, look, logoff)", median(of_cold), unit);
    row("rpcclient -c netsessenum", median(of_rpcclient), unit);
    if (!of_impacket.empty()) row("python3-impacket, kept connection", median(of_impacket), unit);
    if (!of_samba.empty()) row("python3-samba, kept connection", median(of_samba), unit);

    std::printf("\nAims, client CPU\n");
    ratio("kept look / echo (at most 2)", median(of_kept).cpu_us / unit.cpu_us, 2);
    ratio("cold look / rpcclient (at most 1/15 = 0.0667)",
          median(of_cold).cpu_us / median(of_rpcclient).cpu_us, 1.0 / 15);
    if (!of_impacket.empty()) {
        ratio("kept look / python3-impacket (at most 1/100 = 0.01)",
              median(of_kept).cpu_us / median(of_impacket).cpu_us, 0.01);
    }
    return EXIT_SUCCESS;
}

}  // namespace curfew::bench
