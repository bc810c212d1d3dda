// `curfew lab`: the embedded fleet alone, for trying a policy on it.
#include <csignal>
#include <cstdio>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "config/lab/scenario.hpp"
#include "core/lab/lab_fleet.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/demo/commands.hpp"
#include "daemon/demo/ready_made.hpp"
#include "daemon/demo/scene.hpp"
#include "daemon/output/table.hpp"

namespace curfew::daemon {
namespace {

int complain(const core::Error& error) {
    std::fprintf(stderr, "curfew lab: %s\n", core::describe(error).c_str());
    return exit_failed;
}

constexpr std::string_view first_policy =
    R"(# Made by curfew lab, and yours from now on: another start changes the files it names and not this one.
version: 1
mode: observe        # enforce: end the sessions

rules:
  - name: idle
    when: {idle: 30m, open_files: 0}
    then: disconnect
)";

std::optional<core::lab::Scenario> scenario_of(const LabCommandOptions& options) {
    constexpr std::uint32_t demo_servers = 12;
    if (options.scenario.empty()) return demo_scenario(demo_servers, 1, 1);
    auto loaded = config::load_scenario(options.scenario);
    for (const auto& diagnostic : loaded.diagnostics)
        std::fprintf(stderr, "%s\n", config::to_string(diagnostic).c_str());
    return std::move(loaded.scenario);
}

// Under nohup.
bool survives_its_terminal() {
    struct sigaction hangup {};
    return ::sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler == SIG_IGN;
}

void print_places(core::lab::LabFleet& lab) {
    Table table{{"SERVER", "LISTENS ON", "KIND", "SESSIONS"}};
    constexpr std::size_t shown = 40;
    std::size_t left = lab.servers().size();
    for (auto& server : lab.servers()) {
        if (lab.servers().size() - left == shown) break;
        const bool windows = server.personality() == core::lab::Personality::windows;
        table.row({server.name(), server.address() + ":" + std::to_string(lab.port()),
                   windows ? "windows" : "samba", std::to_string(server.present().size())});
        --left;
    }
    std::fputs(table.text().c_str(), stdout);
    if (left > 0) std::printf("and %zu more\n", left);
}

}  // namespace

int lab(const LabCommandOptions& options) {
    auto scenario = scenario_of(options);
    if (!scenario) return exit_usage;
    // From here on there is something to take away, so a signal must not simply kill: one that comes while
    // the lab starts is heard as soon as it has.
    boost::asio::io_context waiting;
    boost::asio::signal_set signals{waiting, SIGINT, SIGTERM};
    if (!survives_its_terminal()) signals.add(SIGHUP);
    signals.async_wait([](const boost::system::error_code&, int) {});

    if (scenario->accounts.empty()) scenario->accounts = {{"curfew", {}, core::lab::Rights::administrator}};
    for (auto& account : scenario->accounts) {
        if (account.password.empty()) account.password = drawn_password();
    }
    const auto accounts = scenario->accounts;
    core::lab::LabOptions lab_options;
    lab_options.first_address = options.first_address;
    lab_options.port = options.port;
    lab_options.keep_journal = false;
    if (!options.keytab.empty()) lab_options.keytab = options.keytab;
    // Before its files: a lab that cannot start leaves none.
    auto lab = core::lab::LabFleet::start(std::move(*scenario), lab_options);
    if (!lab) {
        complain(lab.error());
        const bool misused = lab.error().code == boost::system::errc::invalid_argument;
        return misused ? exit_usage : exit_failed;
    }
    auto files = ReadyMade::in(options.directory);
    if (!files) return complain(files.error());
    if (auto written = (*files)->write_passwords(accounts); !written) return complain(written.error());
    const auto path = (*files)->write_configuration(**lab, std::string{first_policy});
    if (!path) return complain(path.error());

    print_places(**lab);
    if ((*lab)->scenario().speed != 1)
        std::printf(
            "\nTime runs at another speed here than for a curfew beside it: a `for` is never over.\n");
    std::printf(
        "\nA configuration for them:\n  %s\nTry:\n  curfew sessions --config %s\n"
        "  curfew plan --config %s\nCtrl-C ends the lab.\n",
        path->c_str(), path->c_str(), path->c_str());
    std::fflush(stdout);
    waiting.run();
    return exit_done;
}

}  // namespace curfew::daemon
