#include "daemon/http/request.hpp"

#include <boost/asio/ip/address.hpp>

namespace curfew::daemon {
namespace {

HttpAnswer text(unsigned status, std::string body) {
    return {status, "text/plain; charset=utf-8", std::move(body) + "\n", {}};
}

// Without the port, and without the brackets of an IPv6 address.
std::string_view name_in(std::string_view host) {
    if (host.starts_with('[')) {
        const auto end = host.find(']');
        return end == std::string_view::npos ? host : host.substr(1, end - 1);
    }
    return host.substr(0, host.rfind(':'));
}

bool is_this_machine(std::string_view host) {
    const auto name = name_in(host);
    if (name.empty()) return true;  // HTTP/1.0 says none
    if (name == "localhost") return true;
    boost::system::error_code none;
    const auto address = boost::asio::ip::make_address(name, none);
    return !none && address.is_loopback();
}

HttpAnswer answer_of(const HttpRequest& request, const HttpSources& sources, bool listens_on_loopback) {
    if (request.host_in_doubt) return text(400, "one header Host is wanted");
    if (listens_on_loopback && !is_this_machine(request.host))
        return text(421, "this listens for names of this machine alone");
    if (request.method != "GET" && request.method != "HEAD") {
        auto refused = text(405, "there is nothing to write");
        refused.allow = "GET, HEAD";
        return refused;
    }
    if (request.with_body) return text(413, "no body is wanted");
    const auto path = request.target.substr(0, request.target.find('?'));
    if (path == "/metrics") return {200, "text/plain; version=0.0.4; charset=utf-8", sources.metrics(), {}};
    if (path == "/-/healthy") return text(200, "curfew is up");
    if (path == "/-/ready") {
        const auto why_not = sources.not_ready();
        return why_not.empty() ? text(200, "curfew is ready") : text(503, why_not);
    }
    if (path == "/api/v1/status") return {200, "application/json", sources.status_json() + "\n", {}};
    if (path == "/api/v1/plan") return {200, "application/json", sources.plan_json() + "\n", {}};
    return text(404, "there are /metrics, /-/healthy, /-/ready, /api/v1/status and /api/v1/plan");
}

}  // namespace

HttpAnswer answer(const HttpRequest& request, const HttpSources& sources, bool listens_on_loopback) {
    auto reply = answer_of(request, sources, listens_on_loopback);
    // A body that nobody reads would be the next request on the connection. Whoever was refused for his Host
    // could write one there with another, and be answered.
    reply.close = request.with_body || request.host_in_doubt || reply.status == 405;
    return reply;
}

}  // namespace curfew::daemon
