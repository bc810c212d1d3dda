#pragma once
// The commands that bring servers of their own.

#include <cstdint>
#include <string>

#include "core/time.hpp"

namespace curfew::daemon {

struct DemoOptions {
    std::uint32_t servers = 12;
    std::uint64_t seed = 1;
    double speed = 360;  // lab seconds in a real one
    core::Seconds run_for{20};
};
int demo(const DemoOptions& options);

struct LabCommandOptions {
    std::string scenario;                  // empty: the demo's
    std::string directory = "curfew-lab";  // for the ready-made configuration
    std::string first_address = "127.77.0.1";
    std::uint16_t port = 0;
    std::string keytab;
};
int lab(const LabCommandOptions& options);

}  // namespace curfew::daemon
