#include "config/decode/listen.hpp"
#include "config/decode/map_reader.hpp"
#include "config/decode/scalars.hpp"
#include "config/sections.hpp"

namespace curfew::config {

std::optional<Http> read_http(const Value& value) {
    MapReader map(value, "a map such as `{listen: 127.0.0.1:9464}`");
    const auto listen = map.required("listen", "write `listen: 127.0.0.1:9464`");
    map.finish();
    if (!listen) return std::nullopt;
    const auto where = read_parsed(*listen, "an address such as `127.0.0.1:9464`", parse_listen);
    if (!where) return std::nullopt;
    if (!where->address.is_loopback())
        listen->warning(
            "there is no login: whoever reaches this address reads who is connected, and what would be "
            "ended; listen on 127.0.0.1, behind something that asks who is there");
    return Http{where->address.to_string(), where->port};
}

}  // namespace curfew::config
