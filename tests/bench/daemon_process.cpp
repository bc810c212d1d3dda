#include "tests/bench/daemon_process.hpp"

#include <chrono>
#include <fstream>
#include <thread>

#include "tests/bench/measure.hpp"
#include "tests/integration/curfew_program.hpp"
#include "tests/integration/free_port.hpp"

namespace curfew::bench {

using namespace std::chrono_literals;

DaemonProcess::DaemonProcess(const LabProcess& lab, std::string policy, unsigned interval_s)
    : dir_(lab.dir()), policy_(std::move(policy)), port_(testing::free_port()) {
    write(interval_s);
    testing::SpawnOptions options;
    options.output = dir_ / "log";
    process_ =
        testing::ChildProcess{{testing::curfew_program(), "run", "--config", config().string()}, options};
}

// Whole under another name first: whoever notices reads all of it.
void DaemonProcess::write(unsigned interval_s) const {
    const auto beside = dir_ / "bench.new";
    {
        std::ofstream file{beside};
        file << "version: 1\n"
             << policy_ << "polling: {interval: " << interval_s << "s}\nhttp: {listen: 127.0.0.1:" << port_
             << "}\n"
             << LabProcess::reached_by();
        file.close();
        must(file.good(), "cannot write " + beside.string());
    }
    std::filesystem::rename(beside, config());
}

void DaemonProcess::wait_until_ready(std::size_t servers) {
    const auto limit = std::chrono::steady_clock::now() + 60s + servers * 20ms;
    while (http_get(port_, "/-/ready").status != 200) {
        must(process_.running(), log());
        if (std::chrono::steady_clock::now() > limit)
            throw std::runtime_error{http_get(port_, "/-/ready").body + log().substr(0, 1000)};
        std::this_thread::sleep_for(100ms);  // for each answer it goes through everybody
    }
}

void DaemonProcess::poll_every(unsigned interval_s) {
    const auto since = metrics().at("curfew_config_in_force_timestamp_seconds");
    write(interval_s);
    must(testing::eventually([&] { return metrics().at("curfew_config_in_force_timestamp_seconds") > since; },
                             60s),
         "another polling.interval is not taken: " + log().substr(0, 1000));
}

Metrics DaemonProcess::metrics() const {
    auto reply = http_get(port_, "/metrics");
    must(reply.status == 200, "no metrics: " + std::to_string(reply.status));
    return parse_metrics(reply.body);
}

double looks_of(const Metrics& metrics) {
    const auto failed = metrics.find("curfew_looks_total{result=\"failed\"}");
    must(failed == metrics.end() || failed->second == 0, "looks failed");
    const auto good = metrics.find("curfew_looks_total{result=\"ok\"}");
    return good == metrics.end() ? 0 : good->second;
}

}  // namespace curfew::bench
