#include "tests/bench/other_process.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <string>

#include <time.h>
#include <unistd.h>

#include "tests/integration/temp_dir.hpp"

namespace curfew::bench {
namespace {

std::filesystem::path proc(pid_t process, const char* what) {
    return std::filesystem::path{"/proc"} / std::to_string(process) / what;
}

// "VmRSS:     26220 kB"
double number_behind(const std::string& text, const std::string& name) {
    const auto at = text.find(name);
    return at == std::string::npos ? 0 : std::stod(text.substr(at + name.size()));
}

}  // namespace

Memory memory_of(pid_t process) {
    const auto status = testing::read_file(proc(process, "status"));
    return {number_behind(status, "VmRSS:"), number_behind(status, "RssAnon:")};
}

double cpu_seconds_of(pid_t process) {
    const auto stat = testing::read_file(proc(process, "stat"));
    // The name may hold anything; behind it come eleven fields, then the two (proc(5)).
    std::istringstream fields{stat.substr(std::min(stat.size(), stat.rfind(')') + 1))};
    std::string skipped;
    for (int i = 0; i < 11; ++i) fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double precise_cpu_seconds_of(pid_t process) {
    clockid_t clock{};
    timespec used{};
    if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &used) != 0)
        throw std::runtime_error{"the system does not tell what the process used"};
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

std::optional<std::size_t> descriptors_of(pid_t process) {
    std::error_code error;
    std::filesystem::directory_iterator entry{proc(process, "fd"), error};
    if (error) return std::nullopt;
    return static_cast<std::size_t>(std::distance(entry, std::filesystem::directory_iterator{}));
}

}  // namespace curfew::bench
