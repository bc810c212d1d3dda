#pragma once
// What a running curfew says of itself over HTTP.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace curfew::bench {

struct HttpReply {
    unsigned status = 0;  // 0: nobody answered
    std::string body;
};
HttpReply http_get(std::uint16_t port, const std::string& path);

// The text format of Prometheus; labels stay part of the name: `curfew_looks_total{result="ok"}`.
using Metrics = std::map<std::string, double, std::less<>>;
Metrics parse_metrics(std::string_view text);

// Of all values of this name the one of each server.
std::map<std::string, double> by_server(const Metrics& metrics, std::string_view name);

}  // namespace curfew::bench
