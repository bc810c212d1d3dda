#include "config/config.hpp"

#include <algorithm>

namespace curfew::config {

const Server* Config::server(std::string_view name) const {
    const auto found = std::find_if(servers.begin(), servers.end(),
                                    [&](const Server& server) { return server.traits.name == name; });
    return found == servers.end() ? nullptr : &*found;
}

}  // namespace curfew::config
