#pragma once
// What is answered to a request over HTTP: a pure function of it. There is nothing to write; whoever can
// reach it may read.

#include <functional>
#include <string>
#include <string_view>

namespace curfew::daemon {

// Each may take a lock, and none may wait for anybody.
struct HttpSources {
    std::function<std::string()> metrics;      // Prometheus' text format
    std::function<std::string()> status_json;  // as `curfew status --output json`
    std::function<std::string()> plan_json;    // as of the last looks
    std::function<std::string()> not_ready;    // why; empty: ready
};

struct HttpRequest {
    std::string_view method;  // "GET"
    std::string_view target;  // "/metrics?x=1"
    std::string_view host;    // of the header; empty: there is none
    bool with_body = false;
    bool host_in_doubt = false;  // several headers Host, or none where HTTP/1.1 demands one
};

struct HttpAnswer {
    unsigned status = 200;
    std::string type = "text/plain; charset=utf-8";
    std::string body;
    std::string allow;   // with 405
    bool close = false;  // whatever the client wishes: nothing that it sent besides is a request
};

// `listens_on_loopback`: then only names of this machine are answered, so that no page in a browser can
// point a name of its own at it.
HttpAnswer answer(const HttpRequest& request, const HttpSources& sources, bool listens_on_loopback);

}  // namespace curfew::daemon
