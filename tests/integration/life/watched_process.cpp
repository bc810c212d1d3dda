#include "tests/integration/life/watched_process.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <sstream>

#include "tests/integration/temp_dir.hpp"

namespace curfew::testing {
namespace {

// Three in a hundred and what an allocator's arenas come and go by.
constexpr double share = 1.03;
constexpr double arenas_kb = 2048;

std::filesystem::path proc(pid_t process, const char* what) {
    return std::filesystem::path{"/proc"} / std::to_string(process) / what;
}

double number_behind(const std::string& text, const std::string& name) {
    const auto at = text.find(name);
    return at == std::string::npos ? 0 : std::stod(text.substr(at + name.size()));
}

std::optional<std::size_t> descriptors_of(pid_t process) {
    std::error_code error;
    std::filesystem::directory_iterator entry{proc(process, "fd"), error};
    if (error) return std::nullopt;
    return static_cast<std::size_t>(std::distance(entry, std::filesystem::directory_iterator{}));
}

// proc(5): "sl local_address rem_address st", addresses as HEX:HEX, 01 is established.
std::size_t connections_to(const std::string& table, std::uint16_t port) {
    std::istringstream lines{table};
    std::string line;
    std::size_t count = 0;
    while (std::getline(lines, line)) {
        std::istringstream fields{line};
        std::string number, local, remote, state;
        fields >> number >> local >> remote >> state;
        const auto colon = remote.find(':');
        if (state != "01" || colon == std::string::npos) continue;
        unsigned its = 0;
        std::from_chars(remote.data() + colon + 1, remote.data() + remote.size(), its, 16);
        count += its == port;
    }
    return count;
}

}  // namespace

Use use_of(pid_t process, std::uint16_t port) {
    const auto status = read_file(proc(process, "status"));
    Use use;
    use.resident_kb = number_behind(status, "VmRSS:");
    use.threads = static_cast<std::size_t>(number_behind(status, "Threads:"));
    use.descriptors = descriptors_of(process);
    use.connections = connections_to(read_file(proc(process, "net/tcp")), port);
    return use;
}

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

Flatness flatness(const std::vector<double>& resident_kb) {
    const auto third = static_cast<std::ptrdiff_t>(resident_kb.size() / 3);
    Flatness result;
    result.first_kb = median({resident_kb.begin(), resident_kb.begin() + third});
    result.last_kb = median({resident_kb.end() - third, resident_kb.end()});
    result.at_most_kb = result.first_kb * share + arenas_kb;
    return result;
}

}  // namespace curfew::testing
