#include "daemon/books/local_hours.hpp"

#include <cstdlib>
#include <filesystem>

#include <time.h>

namespace curfew::daemon {
namespace {

tm local(core::WallTime time) {
    ::tzset();
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    tm parts{};
    ::localtime_r(&seconds, &parts);
    return parts;
}

}  // namespace

unsigned local_hour(core::WallTime time) {
    return static_cast<unsigned>(local(time).tm_hour);
}

std::string local_zone(core::WallTime at) {
    const char* chosen = std::getenv("TZ");
    if (chosen && *chosen) return *chosen == ':' ? chosen + 1 : chosen;
    std::error_code ignored;
    const std::string file = std::filesystem::read_symlink("/etc/localtime", ignored).string();
    constexpr std::string_view zones = "zoneinfo/";
    const auto found = file.rfind(zones);
    if (found != std::string::npos) return file.substr(found + zones.size());
    return local(at).tm_zone;
}

}  // namespace curfew::daemon
