#include "daemon/commands/reach.hpp"

namespace curfew::daemon {

core::Result<std::optional<ControlClient>> reach(const config::Config& config) {
    if (!config.control) return std::optional<ControlClient>{};
    auto client = ControlClient::connect(*config.control, {});
    if (client) return std::optional<ControlClient>{std::move(*client)};
    const auto& code = client.error().code;
    const bool nobody = code == boost::system::errc::no_such_file_or_directory ||
                        code == boost::system::errc::connection_refused;
    if (nobody) return std::optional<ControlClient>{};
    return client.error();
}

}  // namespace curfew::daemon
