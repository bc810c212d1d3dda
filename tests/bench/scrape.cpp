#include "tests/bench/scrape.hpp"

#include <charconv>

#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/sockets.hpp"

namespace curfew::bench {

HttpReply http_get(std::uint16_t port, const std::string& path) {
    HttpReply reply;
    int fd = -1;
    try {
        fd = connect_to_loopback(port);
    } catch (const std::exception&) {
        return reply;  // it does not listen yet
    }
    const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    std::string text;
    if (write_exactly(fd, request.data(), request.size())) {
        char buffer[65536];
        for (ssize_t got = 0; (got = ::read(fd, buffer, sizeof buffer)) > 0;)
            text.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(fd);
    const auto status = text.find(' ');
    const auto body = text.find("\r\n\r\n");
    if (status == std::string::npos || body == std::string::npos) return reply;
    std::from_chars(text.data() + status + 1, text.data() + text.size(), reply.status);
    reply.body = text.substr(body + 4);
    return reply;
}

Metrics parse_metrics(std::string_view text) {
    Metrics metrics;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const auto space = line.rfind(' ');
        if (line.starts_with('#') || space == std::string_view::npos) continue;
        double value = 0;
        const auto number = line.substr(space + 1);
        std::from_chars(number.data(), number.data() + number.size(), value);
        metrics.emplace(line.substr(0, space), value);
    }
    return metrics;
}

std::map<std::string, double> by_server(const Metrics& metrics, std::string_view name) {
    std::map<std::string, double> all;
    const auto begin = std::string{name} + "{server=\"";
    for (auto at = metrics.lower_bound(begin); at != metrics.end() && at->first.starts_with(begin); ++at)
        all.emplace(at->first.substr(begin.size(), at->first.size() - begin.size() - 2), at->second);
    return all;
}

}  // namespace curfew::bench
