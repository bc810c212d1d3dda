#pragma once
// `curfew run` over a lab, in a process of its own, and what it says of itself.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "tests/bench/lab_process.hpp"
#include "tests/bench/other_process.hpp"
#include "tests/bench/scrape.hpp"
#include "tests/integration/process.hpp"

namespace curfew::bench {

class DaemonProcess {
  public:
    // `policy` is what a configuration has beside its servers, credentials, `http` and `polling`.
    DaemonProcess(const LabProcess& lab, std::string policy, unsigned interval_s);

    pid_t pid() const { return process_.pid(); }
    std::filesystem::path config() const { return dir_ / "bench.yaml"; }
    std::string log() const { return testing::read_file(dir_ / "log"); }

    // Until every server has been asked once. Throws when that takes longer than a minute and 20 ms a server.
    void wait_until_ready(std::size_t servers);
    // Another interval, by an edit of the file.
    void poll_every(unsigned interval_s);

    Metrics metrics() const;
    double cpu_seconds() const { return precise_cpu_seconds_of(pid()); }
    Memory memory() const { return memory_of(pid()); }

  private:
    void write(unsigned interval_s) const;

    std::filesystem::path dir_;
    std::string policy_;
    std::uint16_t port_ = 0;
    testing::ChildProcess process_;
};

// Looks that were answered, since the start. Throws when one failed.
double looks_of(const Metrics& metrics);

}  // namespace curfew::bench
